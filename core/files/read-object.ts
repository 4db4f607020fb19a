import type { Database } from '../../db/db.ts'
import { SEGMENT_BYTES } from '../vault/layout.ts'
import { storedObject } from '../vault/object-rows.ts'
import type { Vault } from '../vault/vault.ts'

/** How far a reader gets before its object's row is looked at again. */
const CHECKED_BYTES = 16 * SEGMENT_BYTES

/**
 * An object's plaintext from `start` to `end` (exclusive), with its row read anew every 16 MiB: what is destroyed
 * while it is being read ends there, with NOT_FOUND. Not to be used inside a transaction.
 */
export const readChecked = async function* (
  database: Database,
  vault: Vault,
  tenantId: string,
  objectId: string,
  start: number,
  end: number,
): AsyncGenerator<Buffer, void, undefined> {
  for (let at = start; at < end || at === start; ) {
    const object = await database.asTenant(tenantId, tx => storedObject(tx, tenantId, objectId))
    const until = Math.min(end, (Math.floor(at / CHECKED_BYTES) + 1) * CHECKED_BYTES)
    yield* vault.readRange(object, at, until)
    if (until === at) return
    at = until
  }
}
