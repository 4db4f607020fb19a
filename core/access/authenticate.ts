import { and, eq, isNull, lte, or } from 'drizzle-orm'
import { type Database, type Tx, tables } from '../../db/db.ts'
import { Refusal } from '../refusal.ts'
import type { Caller, Role } from './roles.ts'
import { hashOf } from './secret.ts'

const { apiTokens, staffTokens } = tables

/** A token's last use is written once in so many seconds. */
const LAST_USE_SECONDS = 60

/**
 * The row of `lookup_token`, the definer function that answers before a tenant is known. Times come in seconds: how
 * the driver reads a timestamp depends on whether drizzle was there before.
 */
interface FoundRow {
  tenant_id: string | null
  token_id: string
  name: string
  role: Role
  expires: number | null
  revoked: number | null
  used: number | null
}

interface FoundToken extends FoundRow {
  expires_at: Date | null
  revoked_at: Date | null
  last_used_at: Date | null
}

/** The caller, or none when the token is unknown, revoked or expired: the same answer for all three. */
export async function authenticate(
  database: Database,
  token: string,
  now: Date,
): Promise<Caller | undefined> {
  const [row] = await database.plain<FoundRow[]>`
    select tenant_id, token_id, name, role,
           extract(epoch from expires_at)::float8 as expires,
           extract(epoch from revoked_at)::float8 as revoked,
           extract(epoch from last_used_at)::float8 as used
      from lookup_token(${hashOf(token)})`
  const found = row && {
    ...row,
    expires_at: instant(row.expires),
    revoked_at: instant(row.revoked),
    last_used_at: instant(row.used),
  }
  if (!found || !inForce(found, now)) return undefined
  if (!found.last_used_at || +now - +found.last_used_at >= LAST_USE_SECONDS * 1_000)
    await recordUse(database, found, now)
  const { token_id: tokenId, name, expires_at: expiresAt, role, tenant_id: tenantId } = found
  if (role === 'STAFF') return { tokenId, name, expiresAt, role, tenantId: null }
  if (tenantId === null) throw new Error('a token of a tenant names none')
  return { tokenId, name, expiresAt, role, tenantId }
}

/** Whether a token still opens anything; for streams and links, which outlive the look at it when they began. */
export async function isInForce(
  tx: Tx,
  { tokenId, staff }: { tokenId: string; staff: boolean },
  now: Date,
): Promise<boolean> {
  const table = staff ? staffTokens : apiTokens
  const [token] = await tx
    .select({ revoked_at: table.revokedAt, expires_at: table.expiresAt })
    .from(table)
    .where(eq(table.id, tokenId))
  return token !== undefined && inForce(token, now)
}

/** For what begins long after its request did: a token that ended meanwhile changes nothing any more. */
export async function requireInForce(tx: Tx, { tokenId, role }: Caller, now: Date): Promise<void> {
  if (!(await isInForce(tx, { tokenId, staff: role === 'STAFF' }, now)))
    throw new Refusal('UNAUTHENTICATED', 'This token is not valid, or not any more.')
}

const instant = (seconds: number | null) => (seconds === null ? null : new Date(Math.round(seconds * 1_000)))

const inForce = (token: Pick<FoundToken, 'revoked_at' | 'expires_at'>, now: Date) =>
  token.revoked_at === null && (token.expires_at === null || token.expires_at > now)

async function recordUse(database: Database, token: FoundToken, now: Date): Promise<void> {
  const { tenant_id: tenantId, token_id: id } = token
  const before = new Date(+now - LAST_USE_SECONDS * 1_000)
  if (tenantId === null)
    await database.asStaff(async tx => {
      const stale = or(isNull(staffTokens.lastUsedAt), lte(staffTokens.lastUsedAt, before))
      await tx
        .update(staffTokens)
        .set({ lastUsedAt: now })
        .where(and(eq(staffTokens.id, id), stale))
    })
  else
    await database.asTenant(tenantId, async tx => {
      const stale = or(isNull(apiTokens.lastUsedAt), lte(apiTokens.lastUsedAt, before))
      await tx
        .update(apiTokens)
        .set({ lastUsedAt: now })
        .where(and(eq(apiTokens.tenantId, tenantId), eq(apiTokens.id, id), stale))
    })
}
