import { type SQL, sql } from 'drizzle-orm'
import type { Tx } from '../../db/db.ts'

const lockOf = (tenantId: string): SQL => sql`hashtextextended(${`imports ${tenantId}`}::text, 0)`

/** From here to the caller's commit no import of the tenant begins. One that runs already goes on. */
export async function holdImports(tx: Pick<Tx, 'execute'>, tenantId: string): Promise<void> {
  await tx.execute(sql`select pg_advisory_xact_lock(${lockOf(tenantId)})`)
}

/** Asked by whoever claims an import, in the transaction of the claim: false while somebody has them held. */
export const mayBegin = (tenantId: string): SQL<boolean> =>
  sql<boolean>`pg_try_advisory_xact_lock_shared(${lockOf(tenantId)})`
