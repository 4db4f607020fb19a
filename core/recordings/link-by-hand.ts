import { and, eq, isNull, ne, sql } from 'drizzle-orm'
import { type Tx, tables, uuidArray } from '../../db/db.ts'
import { lockContacts } from '../contacts/lock-contacts.ts'
import { notFound, Refusal } from '../refusal.ts'
import type { Slot } from './decide.ts'
import { matchContacts } from './match-contacts.ts'
import { findContacts, type MatchedContact } from './matched-contacts.ts'
import { settleLinked } from './settle-linked.ts'

const { recordingLinks, recordings } = tables

type Recording = typeof recordings.$inferSelect

/** What a person says of a recording and a contact. */
export interface Word {
  recordingId: string
  contactId: string
  /** Who says it. */
  by: string
}

/**
 * The recording is the contact's: that settles the name that it answers, whatever else may fit. What was linked to that
 * name already stands as well from here on. NOT_FOUND, CONFLICT when there is nothing to hear or see in it, LIMITED
 * while an import holds the contact.
 */
export const linkByHand = async (tx: Tx, tenantId: string, word: Word): Promise<Recording> => {
  const { contact, recording } = await lockBoth(tx, tenantId, word)
  if (!recording.usable)
    throw new Refusal(
      'CONFLICT',
      `There is nothing to play in this recording, so it is no contact's: ${recording.damage ?? 'it is damaged.'}`,
    )
  const slot = slotOf(contact, recording)
  const byHand = { how: 'HAND', decidedBy: word.by } as const
  await tx
    .update(recordingLinks)
    .set(byHand)
    .where(
      and(
        eq(recordingLinks.tenantId, tenantId),
        eq(recordingLinks.contactId, contact.id),
        ne(recordingLinks.recordingId, recording.id),
        eq(recordingLinks.state, 'LINKED'),
        eq(recordingLinks.slot, slot),
        isNull(recordingLinks.decidedBy),
      ),
    )
  const link = { state: 'LINKED', slot, ...byHand } as const
  await tx
    .insert(recordingLinks)
    .values({ tenantId, contactId: contact.id, recordingId: recording.id, ...link })
    .onConflictDoUpdate({
      target: [recordingLinks.tenantId, recordingLinks.contactId, recordingLinks.recordingId],
      set: { ...link, linkedAt: sql`now()` },
      setWhere: sql`${recordingLinks.state} <> 'LINKED' or ${recordingLinks.decidedBy} is null`,
    })
  await settleLinked(tx, tenantId, [recording.id])
  return await settle(tx, tenantId, contact, recording)
}

/**
 * The recording is not the contact's: it is neither linked to it nor a candidate again, until a person says otherwise.
 * NOT_FOUND, CONFLICT when it has nothing to do with the contact or the contact is held, LIMITED as above.
 */
export const unlinkByHand = async (tx: Tx, tenantId: string, word: Word): Promise<Recording> => {
  const { contact, recording } = await lockBoth(tx, tenantId, word)
  const [stands] = contact.rows.filter(row => row.recordingId === recording.id)
  if (stands === undefined)
    throw new Refusal('CONFLICT', 'This recording is neither linked to this contact nor a candidate for it.')
  if (stands.state === 'REJECTED') return recording
  if (contact.held)
    throw new Refusal('CONFLICT', 'This contact is on hold: it keeps its recordings until that is released.')
  const rejected = await tx
    .update(recordingLinks)
    .set({ state: 'REJECTED', how: 'HAND', decidedBy: word.by, linkedAt: sql`now()` })
    .where(
      and(
        eq(recordingLinks.tenantId, tenantId),
        eq(recordingLinks.contactId, contact.id),
        sql`${recordingLinks.recordingId} = any(${uuidArray(versionsIn(contact, recording))})`,
      ),
    )
    .returning({ id: recordingLinks.recordingId })
  await settleLinked(
    tx,
    tenantId,
    rejected.map(({ id }) => id),
    'BEGIN_ANEW',
  )
  return await settle(tx, tenantId, contact, recording)
}

/** The recording with the versions that it replaced. */
const versionsIn = ({ rows }: MatchedContact, { id }: Recording): string[] =>
  rows.filter(row => row.fileId === id).map(row => row.recordingId)

/** Contact first, then recording, as everyone. What a newer version has replaced is decided with that one. */
const lockBoth = async (tx: Tx, tenantId: string, { contactId, recordingId }: Word) => {
  const [locked] = await lockContacts(tx, tenantId, [contactId])
  const [contact] = locked ? await findContacts(tx, tenantId, [contactId]) : []
  if (!locked || !contact) throw notFound('This contact')
  const [recording] = await tx
    .select()
    .from(recordings)
    .where(and(eq(recordings.tenantId, tenantId), eq(recordings.id, recordingId)))
    .for('no key update')
  if (!recording?.inspectedAt) throw notFound('This recording')
  if (recording.replacedById !== null)
    throw new Refusal('CONFLICT', 'A newer version of this recording has come: decide about that one.')
  return { contact: { ...contact, held: locked.holdCount > 0 }, recording }
}

/** Which of the contact's names it answers: the one of its key, else the one of its kind, if that is written. */
const slotOf = ({ names, keys }: MatchedContact, { matchKey, kind }: Recording): Slot => {
  const [audio, screen] = [keys.AUDIO === matchKey, keys.SCREEN === matchKey]
  if (audio !== screen) return audio ? 'AUDIO' : 'SCREEN'
  const other = kind === 'AUDIO' ? 'SCREEN' : 'AUDIO'
  return names[kind] === null && names[other] !== null ? other : kind
}

/** What follows for the contact's other recordings. Should one of them change at this moment, whoever asked asks again. */
const settle = async (
  tx: Tx,
  tenantId: string,
  { id }: MatchedContact,
  recording: Recording,
): Promise<Recording> => {
  const again = await matchContacts(tx, tenantId, [id])
  if (again.length > 0)
    throw new Refusal('LIMITED', 'A recording of this contact is being changed: try again.', {
      retryAfterSeconds: 1,
    })
  return recording
}
