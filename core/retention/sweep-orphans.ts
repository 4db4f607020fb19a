import { sql } from 'drizzle-orm'
import { destroyRecordings } from '../recordings/destroy-recordings.ts'
import { nothing } from './destroy.ts'
import { contactsAreIn, isMatched, orphanedAt } from './orphans.ts'
import { type Cutoffs, cutoffs } from './rule.ts'
import { SHARE, share, stillInForce, termsOf, type Work } from './run-share.ts'

/**
 * Recordings that have no contact, and none that they may belong to, so many days after they came, or were taken from
 * their last one. Only once contacts were looked for among all that were sent: a night that is made good after an outage
 * begins before the jobs that it kept from running.
 */
export async function sweepOrphans(work: Work): Promise<void> {
  const { tenantId, hashes, run, clock, share: most = SHARE } = work
  const { unevaluated }: Cutoffs = cutoffs(termsOf(work), run.asOf)
  const before = sql`${unevaluated?.toISOString()}::timestamptz`
  for (let more = unevaluated !== null; more; ) {
    const { toll } = await share(work, async tx => {
      if (!(await stillInForce(tx, work))) return { toll: nothing() }
      const rows = await tx.execute<{ id: string }>(sql`
        select r.id from recordings r
         where r.tenant_id = ${tenantId} and r.linked_at is null and r.arrived_at < ${before}
           and ${orphanedAt} < ${before} and ${isMatched} and ${contactsAreIn(tenantId)}
           and not exists (select from recording_links l
                            where l.tenant_id = r.tenant_id and l.recording_id = r.id and l.state <> 'REJECTED')
         order by r.id limit ${most} for update of r skip locked`)
      const destroyed = await destroyRecordings(
        tx,
        tenantId,
        hashes,
        rows.map(row => row.id),
        clock(),
      )
      return { toll: { ...nothing(), ...destroyed } }
    })
    more = toll.recordings === most
  }
}
