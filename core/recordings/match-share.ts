import { sql } from 'drizzle-orm'
import { type Database, type Tx, uuidArray } from '../../db/db.ts'
import { isHeld } from '../busy.ts'
import type { KnownFiles } from './known-files.ts'
import { matchContacts } from './match-contacts.ts'

/** A transaction's share: its contacts are locked for some ten milliseconds. */
export const MATCH_SHARE = 500

/** Below deadlock_timeout: whoever waits for a lock gives way before the two are held against each other. */
const LOCK_MS = 500

/**
 * Holds some contacts against the recordings, in a transaction of its own. Those that somebody holds are passed over,
 * as an import holds its rows until it commits; they are answered, as are those whose recordings changed meanwhile.
 */
export const matchShare = async (
  database: Database,
  tenantId: string,
  known: KnownFiles,
  find: (tx: Tx) => Promise<readonly string[]>,
): Promise<readonly string[]> => {
  let ids: readonly string[] = []
  try {
    return await database.asTenant(tenantId, async tx => {
      ids = await find(tx)
      if (ids.length === 0) return []
      const locked = await lockFree(tx, tenantId, ids)
      const changed = await matchContacts(tx, tenantId, [...locked], known)
      return [...ids.filter(id => !locked.has(id)), ...changed]
    })
  } catch (error) {
    if (!isHeld(error)) throw error
    return ids
  }
}

const lockFree = async (tx: Tx, tenantId: string, ids: readonly string[]): Promise<ReadonlySet<string>> => {
  await tx.execute(sql`select set_config('lock_timeout', ${`${LOCK_MS}ms`}, true)`)
  const rows = await tx.execute<{ id: string }>(sql`
    select id from contacts
     where tenant_id = ${tenantId} and id = any(${uuidArray(ids)})
       for update skip locked`)
  return new Set(rows.map(row => row.id))
}
