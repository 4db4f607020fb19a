import { inArray } from 'drizzle-orm'
import type { Database } from '../../db/db.ts'
import { tables } from '../../db/db.ts'
import type { Bucket, FailedRemoval } from './bucket.ts'
import { throwFailed } from './remove-objects.ts'
import { OBJECT_PREFIX } from './vault.ts'

const { objectRemovals, vaultObjects } = tables

const DAY = 24 * 3_600_000
/** Younger ones are what a newer backup of the database may know, where an older one was restored by mistake. */
const OBJECTS_OLDER_THAN = 30 * DAY
/** Younger ones may belong to a process that still writes. */
const UPLOADS_OLDER_THAN = 2 * DAY
/** Names looked up at once. */
const BATCH = 10_000

export interface OrphanOptions {
  database: Database
  bucket: Bucket
  now: Date
  signal?: AbortSignal
}

/**
 * Bytes in the bucket that no row knows: a process died after it had put them there and before it could put them on
 * record, so nobody was ever told that they were stored, and no key opens them. Answers how many objects and unfinished
 * uploads were removed.
 */
export const removeOrphans = async (
  options: OrphanOptions,
): Promise<{ objects: number; uploads: number }> => {
  const { database, bucket, now, signal } = options
  const ago = (age: number) => new Date(now.getTime() - age)
  const [objectsBefore, uploadsBefore] = [ago(OBJECTS_OLDER_THAN), ago(UPLOADS_OLDER_THAN)]
  const removed = { objects: 0, uploads: 0 }
  const failed: FailedRemoval[] = []

  const unknown = async <T extends { name: string }>(batch: readonly T[]): Promise<T[]> => {
    const names = batch.map(one => one.name)
    const known = await database.asStaff(async tx => [
      ...(await tx
        .select({ name: vaultObjects.storageKey })
        .from(vaultObjects)
        .where(inArray(vaultObjects.storageKey, names))),
      ...(await tx
        .select({ name: objectRemovals.storageKey })
        .from(objectRemovals)
        .where(inArray(objectRemovals.storageKey, names))),
    ])
    const rows = new Set(known.map(row => row.name))
    return batch.filter(one => !rows.has(one.name))
  }

  for await (const batch of inBatches(bucket.list(OBJECT_PREFIX), one => one.modified < objectsBefore)) {
    signal?.throwIfAborted()
    const answer = await bucket.removeAll((await unknown(batch)).map(({ name }) => name))
    removed.objects += answer.gone.length
    failed.push(...answer.failed)
  }
  for await (const batch of inBatches(bucket.listUploads(OBJECT_PREFIX), one => one.begun < uploadsBefore)) {
    for (const { name, multipartId } of await unknown(batch)) {
      signal?.throwIfAborted()
      await bucket.abortParts(name, multipartId)
      removed.uploads += 1
    }
  }
  throwFailed(failed)
  return removed
}

const inBatches = async function* <T>(all: AsyncIterable<T>, wanted: (one: T) => boolean) {
  let batch: T[] = []
  for await (const one of all) {
    if (wanted(one)) batch.push(one)
    if (batch.length < BATCH) continue
    yield batch
    batch = []
  }
  if (batch.length > 0) yield batch
}
