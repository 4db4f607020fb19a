import { ne, sql } from 'drizzle-orm'
import { type Database, tables } from '../../db/db.ts'
import { hashOf, shownPart } from './secret.ts'

const { staffTokens } = tables

/** The slot of the one token that the configuration sets: setting another one replaces it. */
const SLOT = 'environment'

/** Makes STAFF_TOKEN the token of customer success; the one it replaces opens nothing any more. */
export async function putStaffToken(database: Database, token: string): Promise<void> {
  const values = { name: 'staff', hash: hashOf(token), prefix: shownPart(token), revokedAt: null }
  await database.asStaff(async tx => {
    await tx
      .insert(staffTokens)
      .values({ slot: SLOT, ...values })
      .onConflictDoUpdate({
        target: staffTokens.slot,
        set: { ...values, lastUsedAt: null, createdAt: sql`now()` },
        setWhere: sql`${ne(staffTokens.hash, values.hash)} or ${staffTokens.revokedAt} is not null`,
      })
  })
}
