import { sql } from 'drizzle-orm'
import { type Tx, uuidArray } from '../../db/db.ts'
import type { Link, RecordingState } from './decide.ts'
import type { KnownFile } from './known-files.ts'
import { settleLinked } from './settle-linked.ts'

/** What becomes of a contact and its recordings. */
export interface ContactChange {
  contactId: string
  state: RecordingState
  put: readonly (Link & { recordingId: string; fileId: string })[]
  /** Recordings that it has no more to do with. */
  take: readonly string[]
}

/**
 * Writes what was decided, once the recordings are locked and found to be as they were when it was. Answers the
 * contacts of those that are not: nothing of theirs is written.
 */
export const writeLinks = async (
  tx: Tx,
  tenantId: string,
  changes: readonly ContactChange[],
  files: ReadonlyMap<string, KnownFile>,
): Promise<string[]> => {
  if (changes.length === 0) return []
  const asBefore = await lockAsBefore(tx, tenantId, changes, files)
  const [sound, stale] = partition(changes, change =>
    change.put.every(link => asBefore.has(link.recordingId)),
  )
  await put(tx, tenantId, sound)
  await take(tx, tenantId, sound)
  await setStates(tx, tenantId, sound)
  await settleLinked(tx, tenantId, [...touched(sound)], 'BEGIN_ANEW')
  return stale.map(change => change.contactId)
}

const partition = <T>(all: readonly T[], good: (one: T) => boolean): [T[], T[]] => [
  all.filter(good),
  all.filter(one => !good(one)),
]

const touched = (changes: readonly ContactChange[]): Set<string> =>
  new Set(changes.flatMap(({ put: links, take: ids }) => [...links.map(link => link.recordingId), ...ids]))

/**
 * Locks recordings in the order of their ids, as everyone does after the contacts. Who renames, replaces or destroys
 * one comes before, and it is not as it was; or after, and finds what was written.
 */
const lockAsBefore = async (
  tx: Tx,
  tenantId: string,
  changes: readonly ContactChange[],
  files: ReadonlyMap<string, KnownFile>,
): Promise<ReadonlySet<string>> => {
  const rows = await tx.execute<{ id: string; placed: string; replaced_by_id: string | null }>(sql`
    select id, placed, replaced_by_id from recordings
     where tenant_id = ${tenantId} and id = any(${uuidArray([...touched(changes)])})
     order by id
       for no key update`)
  const fileOf = new Map(changes.flatMap(change => change.put.map(link => [link.recordingId, link.fileId])))
  const same = rows.filter(({ id, placed, replaced_by_id }) => {
    const fileId = fileOf.get(id)
    return id === fileId
      ? replaced_by_id === null && placed === files.get(id)?.placed
      : replaced_by_id === fileId
  })
  return new Set(same.map(({ id }) => id))
}

const put = async (tx: Tx, tenantId: string, changes: readonly ContactChange[]): Promise<void> => {
  const rows = changes.flatMap(({ contactId, put: links }) =>
    links.map(({ recordingId, state, how, slot }) => ({
      contact_id: contactId,
      recording_id: recordingId,
      state,
      how,
      slot,
    })),
  )
  if (rows.length === 0) return
  await tx.execute(sql`
    insert into recording_links as l (tenant_id, contact_id, recording_id, state, how, slot)
    select ${tenantId}, n.contact_id, n.recording_id, n.state, n.how, n.slot
      from json_to_recordset(${JSON.stringify(rows)}::text::json)
           as n (contact_id uuid, recording_id uuid, state text, how text, slot text)
        on conflict (tenant_id, contact_id, recording_id)
        do update set state = excluded.state, how = excluded.how, slot = excluded.slot,
                      linked_at = case when l.state = excluded.state then l.linked_at else excluded.linked_at end
            where l.decided_by is null`)
}

const take = async (tx: Tx, tenantId: string, changes: readonly ContactChange[]): Promise<void> => {
  const rows = changes.flatMap(({ contactId, take: ids }) =>
    ids.map(id => ({ contact_id: contactId, recording_id: id })),
  )
  if (rows.length === 0) return
  await tx.execute(sql`
    delete from recording_links l
     using json_to_recordset(${JSON.stringify(rows)}::text::json) as n (contact_id uuid, recording_id uuid)
     where l.tenant_id = ${tenantId} and l.contact_id = n.contact_id and l.recording_id = n.recording_id
       and l.decided_by is null`)
}

const setStates = async (tx: Tx, tenantId: string, changes: readonly ContactChange[]): Promise<void> => {
  if (changes.length === 0) return
  const rows = changes.map(({ contactId, state }) => ({ id: contactId, state }))
  await tx.execute(sql`
    update contacts c
       set recording_state = n.state, updated_at = now()
      from json_to_recordset(${JSON.stringify(rows)}::text::json) as n (id uuid, state text)
     where c.tenant_id = ${tenantId} and c.id = n.id`)
}
