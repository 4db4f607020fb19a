import type { Database } from '../../../db/db.ts'
import { audit } from '../../access/audit.ts'
import { createToken } from '../../access/tokens.ts'
import { generateKey, type Key } from '../../accounts/keys.ts'
import type { KeyAlgorithm } from '../../accounts/private-key/key-pair.ts'
import type { PrivateKeyFormat } from '../../accounts/private-key/new-private-key.ts'
import type { Claim } from './claim-link.ts'
import { useClaim } from './find-claim.ts'

/** Who acts in the trail: whoever holds the link, of whom nothing else is known but where they are. */
const ACTOR = 'claim link'

/**
 * Makes the key that a link is about, and uses the link up, in one transaction. None when somebody was faster; LIMITED
 * leaves the link as it is.
 */
export async function takeKey(
  database: Database,
  claim: Claim,
  wish: { algorithm: KeyAlgorithm; format: PrivateKeyFormat; address: string },
  now: Date,
): Promise<{ key: Key; privateKey: string } | undefined> {
  const { tenantId, accountId, id, name: label } = claim
  if (accountId === null) throw new Error(`claim link ${id} names no account`)
  const { algorithm, format, address } = wish
  const made = await generateKey(tenantId, { label, algorithm, format })
  return await database.asTenant(tenantId, async tx => {
    if (!(await useClaim(tx, claim, now))) return undefined
    const key = await made.keep(tx, accountId, now)
    const details = { account: accountId, label, fingerprint: key.fingerprint, claimLink: id, address }
    await audit(tx, tenantId, { actor: ACTOR, action: 'claimSshKey', subject: key.id, details })
    return { key, privateKey: made.privateKey }
  })
}

/** Makes the token that a link is about, and uses the link up, in one transaction. None when somebody was faster. */
export async function takeToken(
  database: Database,
  claim: Claim,
  { address }: { address: string },
  now: Date,
): Promise<string | undefined> {
  const { tenantId, id, name } = claim
  return await database.asTenant(tenantId, async tx => {
    if (!(await useClaim(tx, claim, now))) return undefined
    const { apiToken, token } = await createToken(tx, tenantId, { name, role: 'ADMIN' }, now)
    const details = { name, role: 'ADMIN', claimLink: id, address }
    await audit(tx, tenantId, { actor: ACTOR, action: 'claimToken', subject: apiToken.id, details })
    return token
  })
}
