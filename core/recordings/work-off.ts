import type { Database } from '../../db/db.ts'
import { inspectShare } from './inspect-recordings.ts'
import type { InspectPorts } from './inspect-stored.ts'
import { matchDue } from './match-due.ts'
import { queueRecordings } from './recording-rows.ts'

/** Between two walks over what is due; a night's recordings find their contacts while the rest is looked at. */
const MATCH_EVERY = 1_000
const COME_BACK_MS = 5_000

/**
 * Whatever waits of a tenant's recordings: looks at those that nobody has looked at, and finds the contacts of those
 * of which something changed. Stopped anywhere, it goes on where it was. While an import holds contacts, a job comes
 * back for them. Throws in the end when the object store failed, so that the job is tried again.
 */
export const workOffRecordings = async (ports: InspectPorts, tenantId: string): Promise<void> => {
  const { database, clock, signal } = ports
  const began = clock().getTime()
  const failures: unknown[] = []
  let [unmatched, left] = [0, false]
  let after: string | undefined
  do {
    const share = await inspectShare(ports, tenantId, after)
    failures.push(...share.failures)
    unmatched += share.count
    after = share.last
    if (unmatched < MATCH_EVERY || left) continue
    left = await matchDue(database, tenantId, signal)
    unmatched = 0
  } while (after !== undefined)
  if (await matchDue(database, tenantId, signal)) await comeBack(database, tenantId, began, clock())
  if (failures.length > 0)
    throw new AggregateError(failures.slice(0, 3), `${failures.length} recordings could not be looked at`)
}

/** Not sooner than it took: a long walk that has to be repeated is no more than half of what a worker does. */
const comeBack = (database: Database, tenantId: string, began: number, now: Date): Promise<void> => {
  const pause = Math.max(COME_BACK_MS, now.getTime() - began)
  return database.asTenant(tenantId, tx => queueRecordings(tx, tenantId, new Date(now.getTime() + pause)))
}
