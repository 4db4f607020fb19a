import { sql } from 'drizzle-orm'
import type { Tx } from '../../db/db.ts'

/**
 * Whoever writes evaluations of a tenant takes turns from here to its commit, after it has locked all contacts that it
 * needs: so what it reads of evaluations after this stays so, and no two wait for each other.
 */
export async function takeTurn(tx: Pick<Tx, 'execute'>, tenantId: string): Promise<void> {
  await tx.execute(sql`select pg_advisory_xact_lock(hashtextextended(${`evaluations ${tenantId}`}::text, 0))`)
}
