import { and, eq, isNull, sql } from 'drizzle-orm'
import { type Tx, tables } from '../../db/db.ts'
import { badInput, type FieldFault, notFound } from '../refusal.ts'
import type { Role } from './roles.ts'
import { hashOf, newSecret, shownPart } from './secret.ts'
import { tokenNameFault } from './token-name.ts'

const { apiTokens, tokenRegistry } = tables

export type ApiToken = typeof apiTokens.$inferSelect

export interface TokenWish {
  name: string
  role: Role
  expiresAt?: Date | null | undefined
}

/** NOTIFY carries the id of a token that is revoked, so that streams opened with it end. */
export const TOKENS_CHANNEL = 'nightdrop_tokens'

/** Makes a token. The token itself is answered once; only its hash is kept. */
export async function createToken(
  tx: Tx,
  tenantId: string,
  wish: TokenWish,
  now: Date,
): Promise<{ apiToken: ApiToken; token: string }> {
  const { role, expiresAt = null } = wish
  const name = wish.name.trim()
  const faults = tokenFaults(wish, now)
  if (role === 'STAFF')
    faults.push({ path: ['role'], message: 'A token of a tenant is ADMIN, READER or INTEGRATION.' })
  if (faults.length > 0 || role === 'STAFF') throw badInput(faults)
  const token = newSecret()
  const [apiToken] = await tx
    .insert(apiTokens)
    .values({ tenantId, name, role, prefix: shownPart(token), expiresAt })
    .returning()
  if (!apiToken) throw new Error('no token was made')
  await tx.insert(tokenRegistry).values({ hash: hashOf(token), tenantId, tokenId: apiToken.id })
  return { apiToken, token }
}

/** What is wrong with a token that somebody wishes for, whoever it is for. */
export function tokenFaults({ name, expiresAt }: Omit<TokenWish, 'role'>, now: Date): FieldFault[] {
  const faults: FieldFault[] = []
  const nameFault = tokenNameFault(name)
  if (nameFault) faults.push({ path: ['name'], message: nameFault })
  if (expiresAt && expiresAt <= now)
    faults.push({ path: ['expiresAt'], message: 'The expiry lies in the past.' })
  return faults
}

/** From the commit on the token opens nothing, and streams opened with it end. Revoking it again changes nothing. */
export async function revokeToken(tx: Tx, tenantId: string, id: string, now: Date): Promise<ApiToken> {
  const own = and(eq(apiTokens.tenantId, tenantId), eq(apiTokens.id, id))
  const revoked = await tx
    .update(apiTokens)
    .set({ revokedAt: now })
    .where(and(own, isNull(apiTokens.revokedAt)))
    .returning()
  const [token] = revoked.length > 0 ? revoked : await tx.select().from(apiTokens).where(own)
  if (!token) throw notFound('This token')
  await tx.execute(sql`select pg_notify(${TOKENS_CHANNEL}, ${id})`)
  return token
}
