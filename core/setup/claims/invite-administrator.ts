import type { Tx } from '../../../db/db.ts'
import { tokenNameFault } from '../../access/token-name.ts'
import { badInput } from '../../refusal.ts'
import { type Claim, makeClaimLink } from './claim-link.ts'
import { endInvitations } from './end-claims.ts'

/**
 * A link by which a customer's administrator takes a token with role ADMIN; `name` becomes the token's. One of that name
 * that still waits ends with it.
 */
export async function inviteAdministrator(
  tx: Tx,
  tenantId: string,
  wish: { name: string },
  now: Date,
): Promise<{ secret: string; claim: Claim }> {
  const message = tokenNameFault(wish.name)
  if (message) throw badInput([{ path: ['name'], message }])
  const name = wish.name.trim()
  await endInvitations(tx, tenantId, name, now)
  return await makeClaimLink(tx, tenantId, { kind: 'ADMIN_TOKEN', name }, now)
}
