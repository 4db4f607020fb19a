import type { Tx } from '../../db/db.ts'
import { type Decision, decide } from './decide.ts'
import { type KnownFile, type KnownFiles, knownFiles } from './known-files.ts'
import { findContacts, type MatchedContact } from './matched-contacts.ts'
import { type ContactChange, writeLinks } from './write-links.ts'

/**
 * Holds contacts, whose rows the caller has locked, against the recordings that there are, and writes what that
 * changes. Answers those whose recordings changed meanwhile: they are to be looked at once more.
 */
export const matchContacts = async (
  tx: Tx,
  tenantId: string,
  ids: readonly string[],
  known: KnownFiles = knownFiles(),
): Promise<string[]> => {
  if (ids.length === 0) return []
  const contacts = await findContacts(tx, tenantId, ids)
  await known.learn(tx, tenantId, contacts)
  const { files, shelves } = known
  const changes = contacts.flatMap(contact => {
    const standing = contact.rows.filter(row => files.has(row.fileId))
    return changeOf(contact, decide(contact, shelves, standing), files)
  })
  return await writeLinks(tx, tenantId, changes, files)
}

/**
 * What a decision changes of a contact's rows. All versions of a file go where its newest goes. A person's rows stay
 * as they are; a guarded contact loses none, and no link of it becomes a mere candidate.
 */
const changeOf = (
  contact: MatchedContact,
  { links, state }: Decision,
  files: ReadonlyMap<string, KnownFile>,
): ContactChange[] => {
  const before = new Map(contact.rows.map(row => [row.recordingId, row]))
  const wanted = new Map(
    [...links].flatMap(([fileId, link]) =>
      [fileId, ...(files.get(fileId)?.older ?? [])].map(id => [id, { ...link, fileId }] as const),
    ),
  )
  const put = [...wanted].flatMap(([recordingId, link]) => {
    const row = before.get(recordingId)
    if (row && row.decidedAt !== null) return []
    if (row?.state === 'LINKED' && contact.guarded) return []
    const same = row?.state === link.state && row.how === link.how && row.slot === link.slot
    return same ? [] : [{ recordingId, ...link }]
  })
  const take = contact.rows
    .filter(row => !contact.guarded && row.decidedAt === null)
    .filter(row => files.has(row.fileId) && !wanted.has(row.recordingId))
    .map(row => row.recordingId)
  const same = put.length === 0 && take.length === 0 && state === contact.state
  return same ? [] : [{ contactId: contact.id, state, put, take }]
}
