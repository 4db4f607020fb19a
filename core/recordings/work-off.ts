import { inspectShare } from './inspect-recordings.ts'
import type { InspectPorts } from './inspect-stored.ts'

/**
 * Whatever waits of a tenant's recordings: looks at those that nobody has looked at. Stopped anywhere, it goes on where
 * it was. Throws in the end when the object store failed, so that the job is tried again.
 */
export const workOffRecordings = async (ports: InspectPorts, tenantId: string): Promise<number> => {
  const failures: unknown[] = []
  let count = 0
  let after: string | undefined
  do {
    const share = await inspectShare(ports, tenantId, after)
    count += share.count
    failures.push(...share.failures)
    after = share.last
  } while (after !== undefined)
  if (failures.length > 0)
    throw new AggregateError(failures.slice(0, 3), `${failures.length} recordings could not be looked at`)
  return count
}
