import { and, eq, isNull, sql } from 'drizzle-orm'
import { type Tx, tables, uuidArray } from '../../db/db.ts'
import { badInput, type FieldFault, notFound } from '../refusal.ts'
import { characterFault } from '../templates/cell-checks.ts'
import { lockContacts } from './lock-contacts.ts'

const { heldContacts, legalHolds } = tables

/** While it is in force its contacts stay as they are: no rule, erasure, re-import or undo touches them. */
export type LegalHold = typeof legalHolds.$inferSelect

export interface HoldWish {
  /** At most `MOST_HELD`. */
  contactIds: readonly string[]
  reason: string
}

const MOST_HELD = 500
const LONGEST_REASON = 1_000

/** Puts all of the contacts on hold, or none: NOT_FOUND when one is not there. LIMITED while an import holds one. */
export async function placeHold(
  tx: Tx,
  tenantId: string,
  wish: HoldWish,
  { by, now }: { by: string; now: Date },
): Promise<LegalHold> {
  const contactIds = [...new Set(wish.contactIds)]
  const faults = faultsOf(contactIds.length, wish.reason)
  if (faults.length > 0) throw badInput(faults)
  const locked = await lockContacts(tx, tenantId, contactIds)
  if (locked.length < contactIds.length)
    throw notFound(contactIds.length === 1 ? 'This contact' : 'One of these contacts')
  const [hold] = await tx
    .insert(legalHolds)
    .values({
      tenantId,
      reason: wish.reason.trim(),
      contactCount: contactIds.length,
      placedBy: by,
      placedAt: now,
    })
    .returning()
  if (!hold) throw new Error('the hold was not kept')
  await tx
    .insert(heldContacts)
    .values(contactIds.map(contactId => ({ tenantId, holdId: hold.id, contactId })))
  await count(tx, tenantId, contactIds, 1)
  return hold
}

/** Ends a hold; again changes nothing. */
export async function releaseHold(
  tx: Tx,
  tenantId: string,
  id: string,
  { by, now }: { by: string; now: Date },
): Promise<LegalHold> {
  const own = and(eq(legalHolds.tenantId, tenantId), eq(legalHolds.id, id))
  const held = await tx
    .select({ contactId: heldContacts.contactId })
    .from(heldContacts)
    .where(and(eq(heldContacts.tenantId, tenantId), eq(heldContacts.holdId, id)))
  const contactIds = held.map(row => row.contactId)
  // Contacts come first in the order of locks: two that release at once take turns here.
  await lockContacts(tx, tenantId, contactIds)
  const [released] = await tx
    .update(legalHolds)
    .set({ releasedAt: now, releasedBy: by })
    .where(and(own, isNull(legalHolds.releasedAt)))
    .returning()
  if (released) {
    await count(tx, tenantId, contactIds, -1)
    return released
  }
  const [before] = await tx.select().from(legalHolds).where(own)
  if (!before) throw notFound('This hold')
  return before
}

/** The caller has locked the contacts. */
async function count(tx: Tx, tenantId: string, contactIds: readonly string[], by: 1 | -1): Promise<void> {
  await tx.execute(sql`
    update contacts set hold_count = hold_count + ${by}
     where tenant_id = ${tenantId} and id = any(${uuidArray(contactIds)})`)
}

function faultsOf(contacts: number, reason: string): FieldFault[] {
  const faults: FieldFault[] = []
  if (contacts === 0 || contacts > MOST_HELD)
    faults.push({ path: ['contactIds'], message: `Name 1 to ${MOST_HELD} contacts.` })
  if (reason.trim() === '' || reason.length > LONGEST_REASON)
    faults.push({ path: ['reason'], message: `A reason has 1 to ${LONGEST_REASON} characters.` })
  const found = characterFault(reason)
  if (found !== null) faults.push({ path: ['reason'], message: `The reason ${found}.` })
  return faults
}
