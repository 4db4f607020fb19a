import { and, eq, gt, isNull, type SQL } from 'drizzle-orm'
import { type Tx, tables } from '../../../db/db.ts'
import { notFound } from '../../refusal.ts'
import type { Claim } from './claim-link.ts'

const { claimLinks } = tables

/** Ends one link that went to the wrong people; NOT_FOUND when it is used or expired already, or was never there. */
export async function endClaim(tx: Tx, tenantId: string, id: string, now: Date): Promise<Claim> {
  const [ended] = await endWaiting(tx, tenantId, eq(claimLinks.id, id), now)
  if (!ended) throw notFound('A link of this id that still waits')
  return ended
}

/** Whoever is invited anew has one link: the one before may have gone astray. */
export const endInvitations = (tx: Tx, tenantId: string, name: string, now: Date): Promise<Claim[]> =>
  endWaiting(tx, tenantId, and(eq(claimLinks.kind, 'ADMIN_TOKEN'), eq(claimLinks.name, name)), now)

/** From here on they are expired. */
const endWaiting = (tx: Tx, tenantId: string, which: SQL | undefined, now: Date): Promise<Claim[]> =>
  tx
    .update(claimLinks)
    .set({ expiresAt: now })
    .where(
      and(eq(claimLinks.tenantId, tenantId), which, isNull(claimLinks.usedAt), gt(claimLinks.expiresAt, now)),
    )
    .returning()
