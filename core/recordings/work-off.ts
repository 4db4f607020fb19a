import { inspectShare } from './inspect-recordings.ts'
import type { InspectPorts } from './inspect-stored.ts'
import { matchDue } from './match-due.ts'
import { queueRecordings } from './recording-rows.ts'

/** Looked at by one job; then whatever else waits, such as an import, has its turn first. */
const MOST_AT_ONCE = 1_000
/** After which contacts that an import held are looked at again, and recordings that the object store did not hand out. */
const HELD_MS = 5_000
const AWAY_MS = 30_000

export interface WorkedOff {
  inspected: number
  /** Could not be looked at: the object store failed. */
  failed: number
}

/**
 * Whatever waits of a tenant's recordings: looks at those that nobody has looked at, and finds the contacts of those
 * of which something changed. Stopped anywhere, it goes on where it was. What is left, for whatever reason, has a job
 * that comes back for it.
 */
export const workOffRecordings = async (ports: InspectPorts, tenantId: string): Promise<WorkedOff> => {
  const { database, clock, signal } = ports
  const began = clock().getTime()
  const done: WorkedOff = { inspected: 0, failed: 0 }
  let after: string | undefined
  do {
    const share = await inspectShare(ports, tenantId, after)
    done.inspected += share.count
    done.failed += share.failures.length
    for (const error of share.failures.slice(0, 1))
      ports.log.warn({ err: error, tenantId }, 'recordings could not be looked at, and will be later')
    after = share.last
  } while (after !== undefined && done.inspected < MOST_AT_ONCE)
  const held = await matchDue(database, tenantId, signal)
  // Not sooner than it took: a long walk that is repeated is no more than half of what a worker does.
  const now = clock().getTime()
  const pauses = [
    ...(after === undefined ? [] : [0]),
    ...(held ? [Math.max(HELD_MS, now - began)] : []),
    ...(done.failed > 0 ? [AWAY_MS] : []),
  ]
  if (pauses.length > 0)
    await database.asTenant(tenantId, tx =>
      queueRecordings(tx, tenantId, new Date(now + Math.min(...pauses))),
    )
  return done
}
