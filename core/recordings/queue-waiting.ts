import { sql } from 'drizzle-orm'
import type { Database } from '../../db/db.ts'
import { queueRecordings } from './recording-rows.ts'

/** Tenants whose recordings wait get a job, whatever became of theirs; one that waits already is only replaced. */
export const queueWaitingRecordings = async (database: Database): Promise<void> => {
  const due = await database.asStaff(tx =>
    tx.execute<{ tenant_id: string }>(sql`
      select tenant_id from recordings where inspected_at is null
       union
      select tenant_id from recordings where match_due`),
  )
  for (const { tenant_id: tenantId } of due)
    await database.asTenant(tenantId, tx => queueRecordings(tx, tenantId))
}
