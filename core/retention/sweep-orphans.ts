import { sql } from 'drizzle-orm'
import { type TenantTx, uuidArray } from '../../db/db.ts'
import { destroyRecordings } from '../recordings/destroy-recordings.ts'
import { ambiguousKeys, lookAgain } from '../recordings/look-again.ts'
import { queueRecordings } from '../recordings/recording-rows.ts'
import { claimedRecordings } from './claims.ts'
import { nothing } from './destroy.ts'
import { contactsAreIn, isMatched, orphanedAt } from './orphans.ts'
import { type Cutoffs, cutoffs } from './rule.ts'
import { SHARE, share, stillInForce, termsOf, type Work } from './run-share.ts'

/**
 * Recordings that have no contact, and none that may claim them, so many days after they came, or were taken from
 * their last one. Only once contacts were looked for among all that were sent: a night that is made good after an outage
 * begins before the jobs that it kept from running.
 */
export async function sweepOrphans(work: Work): Promise<void> {
  const { database, tenantId, hashes, run, clock, share: most = SHARE } = work
  const days = termsOf(work).deleteAfterDays
  const { unevaluated }: Cutoffs = cutoffs(termsOf(work), run.asOf)
  if (unevaluated === null || days === null) return
  const keys = new Set<string>()
  for (let after: string | undefined = beginning; after !== undefined; ) {
    const from: string = after
    const { last } = await share(work, async tx => {
      if (!(await stillInForce(tx, work))) return { toll: nothing(), last: undefined }
      const found = await lockOrphans(tx, tenantId, { before: unevaluated, days, after: from, most })
      for (const key of await ambiguousKeys(tx, tenantId, found.ids)) keys.add(key)
      const destroyed = await destroyRecordings(tx, tenantId, hashes, found.ids, clock())
      return { toll: { ...nothing(), ...destroyed }, last: found.last }
    })
    after = last
  }
  // Once all are gone: what is to be looked at again stays until it was.
  await database.asTenant(tenantId, async tx => {
    if (await lookAgain(tx, tenantId, [...keys])) await queueRecordings(tx, tenantId)
  })
}

const beginning = '00000000-0000-0000-0000-000000000000'

/** The next ones, in the order of their ids. `last` is none when there are no more. */
async function lockOrphans(
  tx: TenantTx,
  tenantId: string,
  { before, days, after, most }: { before: Date; days: number; after: string; most: number },
): Promise<{ ids: string[]; last: string | undefined }> {
  const moment = sql`${before.toISOString()}::timestamptz`
  const rows = await tx.execute<{ id: string }>(sql`
    select r.id from recordings r
     where r.tenant_id = ${tenantId} and r.id > ${after}::uuid and r.linked_at is null and r.arrived_at < ${moment}
       and ${orphanedAt} < ${moment} and ${isMatched} and ${contactsAreIn(tenantId)}
       and not exists (select from recording_links l
                        where l.tenant_id = r.tenant_id and l.recording_id = r.id and l.state <> 'REJECTED')
     order by r.id limit ${most} for update of r skip locked`)
  const ids = rows.map(({ id }) => id)
  const last = ids.length === most ? ids.at(-1) : undefined
  if (ids.length === 0) return { ids, last }
  const among = sql`r.id = any(${uuidArray(ids)})`
  const kept = await tx.execute<{ id: string }>(claimedRecordings({ tenantId, days, among }))
  const claimed = new Set(kept.map(({ id }) => id))
  return { ids: ids.filter(id => !claimed.has(id)), last }
}
