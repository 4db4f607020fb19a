import { sql } from 'drizzle-orm'
import type { Database, StaffTx, Tx } from '../../db/db.ts'
import { queueLinking } from '../imports/link-imported.ts'
import { queueRecordings } from './recording-rows.ts'

/**
 * Tenants whose recordings wait, or whose imports ended without a look at their recordings, get a job, whatever became
 * of theirs; one that waits already is only replaced.
 */
export const queueWaitingRecordings = async (database: Database): Promise<void> => {
  await queueFor(database, queueRecordings, tx =>
    tx.execute(sql`
      select tenant_id from recordings where inspected_at is null
       union
      select tenant_id from recordings where match_due`),
  )
  await queueFor(database, queueLinking, tx =>
    tx.execute(sql`select distinct tenant_id from imports where status = 'COMPLETED' and linked_at is null`),
  )
}

const queueFor = async (
  database: Database,
  queue: (tx: Tx, tenantId: string) => Promise<void>,
  find: (tx: StaffTx) => Promise<Iterable<Record<string, unknown>>>,
): Promise<void> => {
  for (const { tenant_id } of await database.asStaff(find))
    await database.asTenant(String(tenant_id), tx => queue(tx, String(tenant_id)))
}
