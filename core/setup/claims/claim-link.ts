import { randomBytes } from 'node:crypto'
import { type Tx, tables } from '../../../db/db.ts'
import { hashOf } from '../../access/secret.ts'

const { claimLinks } = tables

/**
 * A claim link lets a customer make and take one secret that nobody else ever sees: the private key of an account, or
 * an administrator's first token. The secret comes into being when it is taken; until then there is only the link.
 *
 * waiting  opening it, as mail scanners do, changes nothing
 * used     the secret was made and shown, once
 * expired  72 hours after it was made
 *
 * Whoever brings a used one, an expired one or one that never was hears the same.
 */
export type Claim = typeof claimLinks.$inferSelect

export type ClaimWish =
  | { kind: 'SSH_KEY'; accountId: string; name: string }
  | { kind: 'ADMIN_TOKEN'; name: string }

const LIFE_HOURS = 72

/** What a link's secret begins with, so that people and scanners of leaked secrets recognise it. */
const PREFIX = 'ndc_'

/** On record with the caller's commit; the secret is answered once and stored nowhere. */
export async function makeClaimLink(
  tx: Tx,
  tenantId: string,
  wish: ClaimWish,
  now: Date,
): Promise<{ secret: string; claim: Claim }> {
  const secret = PREFIX + randomBytes(32).toString('base64url')
  const expiresAt = new Date(+now + LIFE_HOURS * 3_600_000)
  const values = { hash: hashOf(secret), tenantId, createdAt: now, expiresAt, ...wish }
  const [claim] = await tx.insert(claimLinks).values(values).returning()
  if (!claim) throw new Error('no claim link was made')
  return { secret, claim }
}
