import { min, sql } from 'drizzle-orm'
import type { Database } from '../../db/db.ts'
import { enqueue, tables } from '../../db/db.ts'

const { objectRemovals } = tables

/** Younger ones have a job that was queued with them. */
const MINUTES = 15

/** One removal runs for a tenant at a time, and at most one more waits. */
export const removalJob = (tenantId: string) => ({
  key: `remove-objects ${tenantId}`,
  queue: `remove-objects ${tenantId}`,
})

export interface WaitingRemovals {
  tenantId: string
  /** Since the oldest of them was destroyed, by the database's clock, which wrote it down. */
  hours: number
}

/**
 * Gives each tenant whose destroyed objects still have bytes in the bucket a job that is due now, in place of one that
 * failed and waits longer and longer, or was given up. Answers those tenants.
 */
export const queueWaitingRemovals = (database: Database): Promise<WaitingRemovals[]> =>
  database.asStaff(async tx => {
    const oldest = min(objectRemovals.createdAt)
    const late = await tx
      .select({
        tenantId: objectRemovals.tenantId,
        hours: sql<number>`(extract(epoch from now() - ${oldest}) / 3600)::float8`,
      })
      .from(objectRemovals)
      .groupBy(objectRemovals.tenantId)
      .having(sql`${oldest} < now() - make_interval(mins => ${MINUTES})`)
    for (const { tenantId } of late) await enqueue(tx, 'remove-objects', { tenantId }, removalJob(tenantId))
    return late
  })
