import { sql } from 'drizzle-orm'
import { type Database, type Tx, tables, uuidArray } from '../../db/db.ts'
import { audit } from '../access/audit.ts'
import { forgetWaitingOf } from '../evaluations/forget-waiting.ts'
import { destroyRecordings } from '../recordings/destroy-recordings.ts'
import { settleLinked } from '../recordings/settle-linked.ts'
import { Refusal } from '../refusal.ts'
import type { TenantHashes } from '../vault/keyed-hashes.ts'
import { destroyObjects } from '../vault/object-rows.ts'
import type { Vault } from '../vault/vault.ts'
import { hashOldReferences } from './hash-references.ts'
import { type Destroyed, type DestructionRecord, destructionRecord, type RecordDamaged } from './record.ts'
import { removeContacts } from './remove-contacts.ts'
import { compareRecord, goOnAfter } from './settle-record.ts'
import { bury } from './tombstones.ts'

const { destructions } = tables

export interface Reapplied {
  destructions: number
  contacts: number
  objects: number
  /** What is left since its file cannot be read, in words. */
  unreadable: string[]
}

export interface ReapplyOptions {
  /** Who does it, for the tenants' trails. */
  actor: string
  now: Date
  /** Numbers whose files are lost, and that are to be gone on without. */
  without?: readonly number[]
  onProgress?: (done: number, all: number) => void
}

/**
 * After a restore: destroys again what the record outside the database says was destroyed, in its order, each number
 * in a transaction of its own; stopped anywhere, it goes on where it was. Holds and evaluations do not count: these
 * contacts were gone already when they were placed. Only when nothing is left may the database go on behind it.
 */
export async function reapplyRecord(
  { database, vault }: { database: Database; vault: Vault },
  { actor, now, without = [], onProgress = () => {} }: ReapplyOptions,
): Promise<Reapplied> {
  const record = destructionRecord(vault)
  const { lacking, damaged, highest } = await compareRecord(database, record)
  const sum: Reapplied = { destructions: 0, contacts: 0, objects: 0, unreadable: [] }
  for (const number of lacking) {
    const done = await reapply(database, vault, record, { number, actor })
    sum.destructions += 1
    sum.contacts += done.contacts
    sum.objects += done.objects
    onProgress(sum.destructions, lacking.length)
  }
  await waive(record, damaged, without, { actor, at: now.toISOString() })
  const left = damaged.filter(({ number }) => !without.includes(number))
  sum.unreadable = left.map(({ message }) => message)
  if (left.length === 0) await goOnAfter(database, highest)
  return sum
}

/** Only numbers of which it is known that they cannot be read: everything else is applied. */
async function waive(
  record: DestructionRecord,
  damaged: readonly RecordDamaged[],
  without: readonly number[],
  by: { actor: string; at: string },
): Promise<void> {
  const sound = without.filter(number => !damaged.some(one => one.number === number))
  if (sound.length > 0)
    throw new Refusal('BAD_INPUT', `Nothing of the record is lost under ${sound.join(', ')}.`)
  for (const number of without) await record.settle(number, 'waived', by)
}

async function reapply(
  database: Database,
  vault: Vault,
  record: DestructionRecord,
  { number, actor }: { number: number; actor: string },
) {
  const destroyed = await record.read(number)
  const { tenantId, at } = destroyed
  const hashes = await vault.hashes.of(tenantId)
  while (await database.asTenant(tenantId, tx => hashOldReferences(tx, tenantId, hashes)));
  return await database.asTenant(tenantId, async tx => {
    const done = await destroyAgain(tx, hashes, destroyed)
    const { references, objects } = destroyed
    await tx
      .insert(destructions)
      .values({ tenantId, number, at, references: [...references], objects: [...objects] })
    await audit(tx, tenantId, { actor, action: 'reapplyDestruction', details: { number, ...done } })
    return done
  })
}

/**
 * Of recordings only those that the record names: one that another contact had by then was not destroyed, and is nobody's
 * until that contact is sent again.
 */
async function destroyAgain(tx: Tx, hashes: TenantHashes, destroyed: Destroyed) {
  const { tenantId, at, references, objects, memories } = destroyed
  const contacts = await tx.execute<{ id: string; hash: string }>(sql`
    select id, reference_hash as hash from contacts
     where tenant_id = ${tenantId} and reference_hash = any(${uuidArray(references)}) order by id for update`)
  const left = await removeContacts(tx, tenantId, contacts, at)
  await settleLinked(
    tx,
    tenantId,
    left.map(recording => recording.id),
    'BEGIN_ANEW',
  )
  await forgetWaitingOf(tx, tenantId, hashes, references)
  await bury(tx, tenantId, 'REFERENCE', references, at)
  await bury(tx, tenantId, 'FILE', memories, at)
  const recordings = await tx.execute<{ id: string }>(sql`
    select r.id from recordings r join uploaded_files f on f.tenant_id = r.tenant_id and f.id = r.file_id
     where r.tenant_id = ${tenantId} and f.object_id = any(${uuidArray(objects)}) order by r.id for update of r`)
  await destroyRecordings(
    tx,
    tenantId,
    hashes,
    recordings.map(recording => recording.id),
    at,
  )
  const rest = await tx.execute<{ id: string }>(sql`
    select id from vault_objects where tenant_id = ${tenantId} and id = any(${uuidArray(objects)})`)
  await forgetObjects(
    tx,
    tenantId,
    rest.map(object => object.id),
  )
  return { contacts: contacts.length, objects: objects.length }
}

/** Raw files, reports and CSVs of rejected rows: whatever names the object names it no more. */
async function forgetObjects(tx: Tx, tenantId: string, ids: readonly string[]): Promise<void> {
  if (ids.length === 0) return
  const these = uuidArray(ids)
  await tx.execute(sql`
    update uploaded_files set status = 'DELETED', listed = false, object_id = null, path = id::text
     where tenant_id = ${tenantId} and object_id = any(${these})`)
  await tx.execute(sql`
    update imports set rejected_csv_id = null where tenant_id = ${tenantId} and rejected_csv_id = any(${these})`)
  await tx.execute(sql`delete from reports where tenant_id = ${tenantId} and object_id = any(${these})`)
  await destroyObjects(
    tx,
    tenantId,
    ids.map(objectId => ({ objectId })),
  )
}
