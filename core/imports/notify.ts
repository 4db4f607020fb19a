import { sql } from 'drizzle-orm'
import { type Tx, uuidArray } from '../../db/db.ts'

/** LISTEN knows no row security, so a notification carries ids only: whoever hears it reads again as the tenant. */
export const IMPORTS_CHANNEL = 'nightdrop_imports'

/** Heard when the caller's transaction commits. */
export const notifyImports = async (tx: Tx, tenantId: string, ids: readonly string[]): Promise<void> => {
  await tx.execute(
    sql`select pg_notify(${IMPORTS_CHANNEL}, ${`${tenantId}:`}::text || id) from unnest(${uuidArray(ids)}) as id`,
  )
}
