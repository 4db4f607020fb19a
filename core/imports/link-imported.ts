import { type Database, enqueue, type Tx } from '../../db/db.ts'
import { claimPastContacts } from '../agents/claim-past-contacts.ts'
import { linkAfterCommit } from '../evaluations/waiting-evaluations.ts'
import { matchImported } from '../recordings/match-imported.ts'

const COME_BACK_MS = 5_000

/** One waiting job is enough for all of a tenant's imports: each says itself whether its contacts were linked. */
export const queueLinking = (tx: Tx, tenantId: string, runAt?: Date): Promise<void> =>
  enqueue(
    tx,
    'link-contacts',
    { tenantId },
    {
      queue: `link-contacts:${tenantId}`,
      key: `link-contacts ${tenantId}`,
      ...(runAt ? { runAt } : {}),
    },
  )

/**
 * Links the contacts of imports that ended to what their own transactions could not see. Those that somebody holds are
 * left for a job that comes back, not sooner than this one took. Answers how many were linked to their agents.
 */
export const linkImported = async (
  { database, clock, signal }: { database: Database; clock: () => Date; signal: AbortSignal },
  tenantId: string,
): Promise<number> => {
  const began = clock()
  const linked = await claimPastContacts(database, tenantId, { signal })
  await linkAfterCommit(database, tenantId, { now: began, signal })
  if (await matchImported(database, tenantId, { now: began, signal })) {
    const now = clock().getTime()
    const pause = Math.max(COME_BACK_MS, now - began.getTime())
    await database.asTenant(tenantId, tx => queueLinking(tx, tenantId, new Date(now + pause)))
  }
  return linked
}
