import type { Tx } from '../../../db/db.ts'
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
  const name = wish.name.trim()
  if (name === '' || name.length > 100 || /\p{Cc}/u.test(name))
    throw badInput([{ path: ['name'], message: 'A name has 1 to 100 characters, all of them printable.' }])
  await endInvitations(tx, tenantId, name, now)
  return await makeClaimLink(tx, tenantId, { kind: 'ADMIN_TOKEN', name }, now)
}
