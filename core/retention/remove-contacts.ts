import { sql } from 'drizzle-orm'
import { type Tx, uuidArray } from '../../db/db.ts'
import { forgetWaitingFor } from '../evaluations/forget-waiting.ts'
import { PRE_IMAGES } from '../imports/undo/pre-images.ts'
import { bury } from './tombstones.ts'

/** A contact whose row the caller has locked, and may be destroyed. */
export interface DoomedContact {
  id: string
  /** The keyed hash of its reference. */
  hash: string
}

/** A recording that has lost a contact, locked. What becomes of it is the caller's to settle. */
export interface LeftRecording {
  id: string
  /** It was linked to one of them; otherwise it was only one of several candidates. */
  was_linked: boolean
}

/**
 * Takes contacts away with their evaluations, those that still wait for them too, links and pre-images; what remains is a tombstone for each. Answers the
 * recordings that they had, or might have had.
 */
export async function removeContacts(
  tx: Tx,
  tenantId: string,
  contacts: readonly DoomedContact[],
  at: Date,
): Promise<readonly LeftRecording[]> {
  if (contacts.length === 0) return []
  const ids = contacts.map(contact => contact.id)
  const these = uuidArray(ids)
  const left = await lockRecordings(tx, tenantId, these)
  await forgetWaitingFor(tx, tenantId, ids)
  for (const table of ['recording_links', 'evaluations', 'held_contacts', PRE_IMAGES])
    await tx.execute(
      sql`delete from ${sql.identifier(table)} where tenant_id = ${tenantId} and contact_id = any(${these})`,
    )
  await tx.execute(sql`delete from contacts where tenant_id = ${tenantId} and id = any(${these})`)
  await bury(
    tx,
    tenantId,
    'REFERENCE',
    contacts.map(contact => contact.hash),
    at,
  )
  return left
}

/** All that have to do with these contacts, locked in order after the contacts: nobody links them meanwhile. */
async function lockRecordings(tx: Tx, tenantId: string, contacts: ReturnType<typeof uuidArray>) {
  return await tx.execute<{ id: string; was_linked: boolean }>(sql`
    select r.id, l.was_linked
      from (select recording_id, bool_or(state = 'LINKED') as was_linked from recording_links
             where tenant_id = ${tenantId} and contact_id = any(${contacts}) and state <> 'REJECTED'
             group by recording_id) l
      join recordings r on r.tenant_id = ${tenantId} and r.id = l.recording_id
     order by r.id
       for update of r`)
}
