import { sql } from 'drizzle-orm'
import { type Tx, uuidArray } from '../../db/db.ts'
import { destroyRecordings } from '../recordings/destroy-recordings.ts'
import { ambiguousKeys, lookAgain } from '../recordings/look-again.ts'
import { queueRecordings } from '../recordings/recording-rows.ts'
import { settleLinked } from '../recordings/settle-linked.ts'
import type { TenantHashes } from '../vault/keyed-hashes.ts'
import { nothing, type Toll } from './destroy.ts'
import type { DoomedContact } from './remove-contacts.ts'
import { removeContacts } from './remove-contacts.ts'

/**
 * Destroys contacts with all that is theirs: evaluations, links, pre-images, and the recordings that no other contact has, with
 * their keys. What remains is a tombstone for each. A recording that was only one of several candidates is nobody's
 * from here on, and goes with the orphans, but for those that are named here: they are destroyed as well. Those the
 * caller has locked.
 */
export async function destroyContacts(
  tx: Tx,
  tenantId: string,
  hashes: TenantHashes,
  contacts: readonly DoomedContact[],
  at: Date,
  also: readonly string[] = [],
): Promise<Toll> {
  if (contacts.length === 0) return nothing()
  const linked = await removeContacts(tx, tenantId, contacts, at)
  const alone = await withoutContact(
    tx,
    tenantId,
    linked.map(recording => recording.id),
  )
  const own = linked.filter(({ id, was_linked }) => was_linked && alone.has(id)).map(({ id }) => id)
  const dead = new Set([...own, ...also])
  const dying = [...dead]
  const left = linked.map(({ id }) => id).filter(id => !dead.has(id))
  await settleLinked(tx, tenantId, left)
  const keys = await ambiguousKeys(tx, tenantId, dying)
  const destroyed = await destroyRecordings(tx, tenantId, hashes, dying, at)
  if (await lookAgain(tx, tenantId, keys)) await queueRecordings(tx, tenantId)
  const references = contacts.map(contact => contact.hash)
  return { ...nothing(), ...destroyed, contacts: contacts.length, references }
}

/** Of these recordings, those that no contact has or may have. A statement of its own: it sees what others did before the lock was had. */
async function withoutContact(
  tx: Tx,
  tenantId: string,
  ids: readonly string[],
): Promise<ReadonlySet<string>> {
  if (ids.length === 0) return new Set()
  const rows = await tx.execute<{ id: string }>(sql`
    select r.id from recordings r
     where r.tenant_id = ${tenantId} and r.id = any(${uuidArray(ids)})
       and not exists (select from recording_links l
                        where l.tenant_id = r.tenant_id and l.recording_id = r.id and l.state <> 'REJECTED')`)
  return new Set(rows.map(row => row.id))
}
