import { and, eq, inArray } from 'drizzle-orm'
import { type Database, type Tx, tables } from '../../db/db.ts'
import { Refusal } from '../refusal.ts'
import { type BegunObject, beginObject, destroyObjects, insertObject } from '../vault/object-rows.ts'
import type { FinishedObject } from '../vault/object-writer.ts'
import type { Vault } from '../vault/vault.ts'
import type { SentFile } from './sent-file.ts'

const { setupSamples } = tables

export const sampleKinds = ['CSV', 'RECORDING'] as const
export type SampleKind = (typeof sampleKinds)[number]

export interface SamplePorts {
  database: Database
  vault: Vault
}

/** Samples whose bytes are in the store, and of which nothing is on record yet. */
export interface StoredSamples {
  readonly kinds: readonly SampleKind[]
  /** On record with the caller's commit; a sample that was there before is destroyed with it. */
  attach(tx: Tx, request: { tenantId: string; id: string }, now: Date): Promise<void>
}

/**
 * Stores samples and has them put on record. When `work` is refused their bytes are removed at once; after any other
 * failure nobody knows whether it was committed: then they wait for the nightly search for orphans.
 */
export async function withSamples<T>(
  { database, vault }: SamplePorts,
  tenantId: string,
  files: Partial<Record<SampleKind, SentFile | null | undefined>>,
  work: (samples: StoredSamples) => Promise<T>,
): Promise<T> {
  const stored: Stored[] = []
  for (const kind of sampleKinds) {
    const file = files[kind]
    if (file) stored.push(await store(database, vault, tenantId, kind, file))
  }
  try {
    return await work({
      kinds: stored.map(({ kind }) => kind),
      attach: (tx, request, now) => attach(tx, request, stored, now),
    })
  } catch (error) {
    if (error instanceof Refusal)
      for (const { object } of stored) await vault.bucket.remove(object.storageKey).catch(() => {})
    throw error
  }
}

interface Stored {
  kind: SampleKind
  file: SentFile
  object: BegunObject
  written: FinishedObject
}

/** No process goes on with a sample that another began: the parts need no ledger. */
const noLedger = { async began() {}, async stored() {} }

async function store(
  database: Database,
  vault: Vault,
  tenantId: string,
  kind: SampleKind,
  file: SentFile,
): Promise<Stored> {
  const object = await database.asTenant(tenantId, tx => beginObject(tx, vault, tenantId))
  const writer = vault.write(object, noLedger)
  try {
    await writer.write(file.bytes)
    const written = await writer.finish()
    await writer.complete()
    return { kind, file, object, written }
  } catch (error) {
    await writer.stop(error)
    throw error
  }
}

async function attach(
  tx: Tx,
  { tenantId, id: requestId }: { tenantId: string; id: string },
  stored: readonly Stored[],
  addedAt: Date,
): Promise<void> {
  const kinds = stored.map(({ kind }) => kind)
  const own = and(eq(setupSamples.tenantId, tenantId), eq(setupSamples.requestId, requestId))
  const replaced = await tx
    .delete(setupSamples)
    .where(and(own, inArray(setupSamples.kind, kinds)))
    .returning({ objectId: setupSamples.objectId })
  for (const { kind, file, object, written } of stored) {
    await insertObject(tx, object, written)
    const { fileName, mediaType } = file
    const { objectId } = object
    const { size } = written
    await tx
      .insert(setupSamples)
      .values({ tenantId, requestId, kind, fileName, mediaType, size, objectId, addedAt })
  }
  await destroyObjects(
    tx,
    tenantId,
    replaced.flatMap(({ objectId }) => (objectId === null ? [] : [{ objectId }])),
  )
}
