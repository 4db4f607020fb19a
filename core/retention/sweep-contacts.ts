import { nothing } from './destroy.ts'
import { destroyContacts } from './destroy-contacts.ts'
import { beginning, lockOverdue, type Place } from './due-contacts.ts'
import { cutoffs } from './rule.ts'
import { SHARE, share, stillInForce, termsOf, type Work } from './run-share.ts'

/** The database has more than one core, and a share waits for its disk at its end. */
const LANES = 2
/**
 * Each lane takes the next contacts that no other one has locked, and goes on behind them. When one fails the others end
 * with their share: what it had taken is found again by the next try.
 */
export async function sweepContacts(work: Work): Promise<void> {
  const over = new AbortController()
  const signal = AbortSignal.any([work.signal, over.signal])
  const lanes = Array.from({ length: work.lanes ?? LANES }, () =>
    sweepLane({ ...work, signal, confirming: Promise.resolve() }).catch((error: unknown) => {
      over.abort(error)
      throw error
    }),
  )
  await Promise.allSettled(lanes)
  await Promise.all(lanes)
}

async function sweepLane(lane: Work): Promise<void> {
  const { tenantId, hashes, run, clock, share: most = SHARE } = lane
  const due = cutoffs(termsOf(lane), run.asOf)
  for (let place: Place | undefined = beginning; place !== undefined; ) {
    const from: Place = place
    const { last } = await share(lane, async tx => {
      if (!(await stillInForce(tx, lane))) return { toll: nothing(), last: undefined }
      const found = await lockOverdue(tx, tenantId, due, from, most)
      return { toll: await destroyContacts(tx, tenantId, hashes, found.contacts, clock()), last: found.last }
    })
    place = last
  }
  await lane.confirming
}
