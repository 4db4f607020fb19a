import { sql } from 'drizzle-orm'
import type { Tx } from '../../db/db.ts'

/** One at a time for each tenant: two that make the same agent at once would else be in each other's way. */
export async function lockAgents(tx: Tx, tenantId: string): Promise<void> {
  await tx.execute(sql`select pg_advisory_xact_lock(hashtextextended(${`agents ${tenantId}`}, 0))`)
}
