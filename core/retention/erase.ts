import { eq, sql } from 'drizzle-orm'
import { newIds, type TenantTx, tables, uuidArray } from '../../db/db.ts'
import { lockContacts } from '../contacts/lock-contacts.ts'
import { badInput, notFound, Refusal } from '../refusal.ts'
import { characterFault } from '../templates/cell-checks.ts'
import type { Vault } from '../vault/vault.ts'
import { storeCertificate } from './certificate-object.ts'
import { intendDestruction } from './destroy.ts'
import { destroyContacts } from './destroy-contacts.ts'
import { lastTraceBy } from './last-trace.ts'
import { lockClaimed } from './lock-claimed.ts'
import type { DestructionRecord } from './record.ts'

const { erasures, tenants } = tables

export type Erasure = typeof erasures.$inferSelect

export interface ErasureWish {
  /** At most `MOST_ERASED`. */
  contactIds: readonly string[]
  reason: string
  by: string
  now: Date
}

export const MOST_ERASED = 500
const LONGEST_REASON = 1_000

/**
 * Destroys contacts on a person's request, whatever the rule says; refused as a whole when one of them is on hold.
 * Answers the number under which the destruction must be confirmed once the transaction has committed.
 */
export async function eraseContacts(
  tx: TenantTx,
  { vault, record }: { vault: Vault; record: DestructionRecord },
  tenantId: string,
  wish: ErasureWish,
): Promise<{ erasure: Erasure; number: number }> {
  const { reason, by, now } = wish
  const ids = [...new Set(wish.contactIds)]
  refuseUnfit(ids, reason)
  const hashes = await vault.hashes.of(tenantId)
  const locked = await lockContacts(tx, tenantId, ids)
  if (locked.length < ids.length) throw notFound(ids.length === 1 ? 'This contact' : 'One of these contacts')
  if (locked.some(contact => contact.holdCount > 0)) await refuseHeld(tx, tenantId, ids)
  const doomed = locked.map(({ id, reference }) => ({ id, hash: hashes.reference(reference) }))
  const { theirs, doubtful: recordingsLeft } = await lockClaimed(tx, tenantId, ids)
  const toll = await destroyContacts(tx, tenantId, hashes, doomed, now, theirs)
  const [erasureId = ''] = await newIds(tx, 1)
  const number = await intendDestruction(tx, record, tenantId, { origin: { erasureId }, toll, at: now })
  const { contacts, recordings, bytes, references, objects } = toll
  const completeBy = await lastTrace(tx, tenantId, now)
  const certificateId = await storeCertificate(
    tx,
    vault,
    {
      kind: 'ERASURE',
      id: erasureId,
      tenantId,
      startedAt: now.toISOString(),
      finishedAt: now.toISOString(),
      rule: null,
      completeBy: completeBy.toISOString(),
      counts: { contacts, recordings, files: 0, bytes },
      recordingsLeft,
    },
    [{ number, at: now.toISOString(), references, objects }],
  )
  const [erasure] = await tx
    .insert(erasures)
    .values({
      tenantId,
      id: erasureId,
      at: now,
      reason,
      erasedBy: by,
      contacts,
      recordings,
      bytes,
      recordingsLeft,
      completeBy,
      certificateId,
    })
    .returning()
  if (!erasure) throw new Error('The erasure was not put on record.')
  return { erasure, number }
}

function refuseUnfit(ids: readonly string[], reason: string): void {
  if (ids.length === 0 || ids.length > MOST_ERASED)
    throw badInput([{ path: ['ids'], message: `Name 1 to ${MOST_ERASED} contacts.` }])
  if (reason.trim() === '' || reason.length > LONGEST_REASON)
    throw badInput([{ path: ['reason'], message: `A reason has 1 to ${LONGEST_REASON} characters.` }])
  const found = characterFault(reason)
  if (found !== null) throw badInput([{ path: ['reason'], message: `The reason ${found}.` }])
}

async function refuseHeld(tx: TenantTx, tenantId: string, ids: readonly string[]): Promise<void> {
  const holds = await tx.execute<{ id: string }>(sql`
    select distinct h.id from legal_holds h join held_contacts c on c.tenant_id = h.tenant_id and c.hold_id = h.id
     where h.tenant_id = ${tenantId} and h.released_at is null and c.contact_id = any(${uuidArray(ids)})
     order by h.id limit 20`)
  throw new Held(holds.map(hold => hold.id))
}

/** Contacts on hold are not erased. The edge names the holds by the ids that its callers know. */
export class Held extends Refusal {
  readonly holds: readonly string[]

  constructor(holds: readonly string[]) {
    super('CONFLICT', 'Contacts on hold are not erased: release the hold first.')
    this.holds = holds
  }
}

async function lastTrace(tx: TenantTx, tenantId: string, now: Date): Promise<Date> {
  const [tenant] = await tx
    .select({ days: tenants.rawFileDays })
    .from(tenants)
    .where(eq(tenants.id, tenantId))
  return lastTraceBy(now, tenant?.days ?? 0)
}
