import { and, eq, inArray } from 'drizzle-orm'
import { type Tx, tables } from '../../db/db.ts'
import { lockContacts } from '../contacts/lock-contacts.ts'
import type { KeyedHashes } from '../vault/keyed-hashes.ts'
import type { Target } from './decide-evaluations.ts'
import type { SoundWish } from './evaluation-wishes.ts'

const { contacts, tombstones } = tables

type Named = SoundWish['contact']

/** Finds and locks the contacts that are named. One by reference that is not there was deleted before, or is to come. */
export async function findTargets(
  tx: Tx,
  hashes: KeyedHashes,
  tenantId: string,
  named: readonly Named[],
): Promise<Target[]> {
  const ids = named.flatMap(name => ('id' in name ? [name.id] : []))
  const references = named.flatMap(name => ('reference' in name ? [name.reference] : []))
  const locked = await lockContacts(tx, tenantId, [...ids, ...(await idsOf(tx, tenantId, references))])
  const byId = new Map(locked.map(contact => [contact.id, contact]))
  const byReference = new Map(locked.map(contact => [contact.reference, contact]))
  const missing = references.filter(reference => !byReference.has(reference))
  const deleted = await deletedBefore(tx, hashes, tenantId, missing)
  return named.map((name): Target => {
    const contact = 'id' in name ? byId.get(name.id) : byReference.get(name.reference)
    if (contact) return { kind: 'FOUND', contactId: contact.id, contactReference: contact.reference }
    if ('id' in name) return { kind: 'NOBODY' }
    if (deleted.has(name.reference)) return { kind: 'DELETED' }
    return { kind: 'AWAITED', contactReference: name.reference }
  })
}

async function idsOf(tx: Tx, tenantId: string, references: readonly string[]): Promise<string[]> {
  if (references.length === 0) return []
  const rows = await tx
    .select({ id: contacts.id })
    .from(contacts)
    .where(and(eq(contacts.tenantId, tenantId), inArray(contacts.reference, [...references])))
  return rows.map(row => row.id)
}

/** Of references that no contact has, those that were swept or erased. Looked for after the contacts: both go at once. */
async function deletedBefore(
  tx: Tx,
  hashes: KeyedHashes,
  tenantId: string,
  references: readonly string[],
): Promise<ReadonlySet<string>> {
  if (references.length === 0) return new Set()
  const own = await hashes.of(tenantId)
  const byHash = new Map(references.map(reference => [own.reference(reference), reference]))
  const rows = await tx
    .select({ hash: tombstones.hash })
    .from(tombstones)
    .where(
      and(
        eq(tombstones.tenantId, tenantId),
        eq(tombstones.kind, 'REFERENCE'),
        inArray(tombstones.hash, [...byHash.keys()]),
      ),
    )
  return new Set(rows.map(row => byHash.get(row.hash) ?? ''))
}
