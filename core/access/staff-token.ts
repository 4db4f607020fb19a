import { and, eq, isNull, ne, sql } from 'drizzle-orm'
import { type Database, type StaffTx, tables } from '../../db/db.ts'
import { badInput, notFound } from '../refusal.ts'
import { hashOf, newSecret, shownPart } from './secret.ts'
import { TOKENS_CHANNEL, type TokenWish, tokenFaults } from './tokens.ts'

const { staffTokens } = tables

/** The slot of the one token that the configuration sets: setting another one replaces it. */
const SLOT = 'environment'

/**
 * Makes STAFF_TOKEN the token of customer success. The one it replaces opens nothing any more: links and streams know
 * a token by its id, so that another one has an id of its own.
 */
export async function putStaffToken(database: Database, token: string): Promise<void> {
  const values = { name: 'staff', hash: hashOf(token), prefix: shownPart(token), revokedAt: null }
  await database.asStaff(async tx => {
    const [put] = await tx
      .insert(staffTokens)
      .values({ slot: SLOT, ...values })
      .onConflictDoUpdate({
        target: staffTokens.slot,
        set: { ...values, id: sql`uuidv7()`, lastUsedAt: null, createdAt: sql`now()` },
        setWhere: sql`${ne(staffTokens.hash, values.hash)} or ${staffTokens.revokedAt} is not null`,
      })
      .returning({ replaced: sql<string | null>`old.id` })
    if (put?.replaced) await tellStreams(tx, put.replaced)
  })
}

type StaffToken = typeof staffTokens.$inferSelect

/** A token of one person of customer success, so that the trail tells them apart. Answered once. */
export async function createStaffToken(
  tx: StaffTx,
  wish: Omit<TokenWish, 'role'>,
  now: Date,
): Promise<{ apiToken: StaffToken; token: string }> {
  const faults = tokenFaults(wish, now)
  if (faults.length > 0) throw badInput(faults)
  const token = newSecret()
  const values = { name: wish.name.trim(), hash: hashOf(token), prefix: shownPart(token) }
  const [apiToken] = await tx
    .insert(staffTokens)
    .values({ ...values, expiresAt: wish.expiresAt ?? null })
    .returning()
  if (!apiToken) throw new Error('no token was made')
  return { apiToken, token }
}

/** From the commit on it opens nothing. The one of the configuration comes back when a process starts with it. */
export async function revokeStaffToken(tx: StaffTx, id: string, now: Date): Promise<StaffToken> {
  const revoked = await tx
    .update(staffTokens)
    .set({ revokedAt: now })
    .where(and(eq(staffTokens.id, id), isNull(staffTokens.revokedAt)))
    .returning()
  const [token] =
    revoked.length > 0 ? revoked : await tx.select().from(staffTokens).where(eq(staffTokens.id, id))
  if (!token) throw notFound('This token')
  await tellStreams(tx, id)
  return token
}

const tellStreams = (tx: StaffTx, tokenId: string) =>
  tx.execute(sql`select pg_notify(${TOKENS_CHANNEL}, ${tokenId})`)
