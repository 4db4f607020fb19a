import { and, asc, eq, gt, inArray } from 'drizzle-orm'
import type { Database } from '../../db/db.ts'
import { tables } from '../../db/db.ts'
import type { Bucket, FailedRemoval, RemovedObjects } from './bucket.ts'
import { inLanes } from './in-lanes.ts'

const { objectRemovals } = tables

/** Of one request to the store, and of one transaction. */
const BATCH = 1_000
/** Unfinished uploads given up at once. */
const LANES = 16

type Removal = typeof objectRemovals.$inferSelect

/**
 * Removes the bytes of a tenant's destroyed objects, which nobody can read any more. Each is struck off only when the
 * bucket has confirmed that nothing of it is left; stopped anywhere, the rest is found again by the next try. One that
 * fails keeps none of the others, and fails the try in the end. Answers how many.
 */
export const removeObjects = async (
  database: Database,
  bucket: Bucket,
  tenantId: string,
  signal?: AbortSignal,
): Promise<number> => {
  const ofTenant = eq(objectRemovals.tenantId, tenantId)
  const failed: FailedRemoval[] = []
  let removed = 0
  let after: string | undefined
  for (;;) {
    signal?.throwIfAborted()
    const next = after === undefined ? ofTenant : and(ofTenant, gt(objectRemovals.objectId, after))
    const batch = await database.asTenant(tenantId, tx =>
      tx.select().from(objectRemovals).where(next).orderBy(asc(objectRemovals.objectId)).limit(BATCH),
    )
    after = batch.at(-1)?.objectId
    if (after === undefined) break
    const answer = await removeBatch(bucket, batch)
    failed.push(...answer.failed)
    const gone = inArray(objectRemovals.storageKey, answer.gone)
    const ids = inArray(
      objectRemovals.objectId,
      batch.map(row => row.objectId),
    )
    if (answer.gone.length > 0)
      await database.asTenant(tenantId, tx => tx.delete(objectRemovals).where(and(ofTenant, ids, gone)))
    removed += answer.gone.length
  }
  throwFailed(failed)
  return removed
}

/** What is left to be tried again, as an exception. */
export const throwFailed = (failed: readonly FailedRemoval[]): void => {
  const [first] = failed
  if (first !== undefined)
    throw new Error(`${failed.length} objects could not be removed from the bucket`, { cause: first.error })
}

/** Their unfinished uploads first: an object that has one is not gone while its parts are there. */
const removeBatch = async (bucket: Bucket, batch: readonly Removal[]): Promise<RemovedObjects> => {
  const failed: FailedRemoval[] = []
  await inLanes(batch, LANES, async ({ storageKey: name, multipartId }) => {
    try {
      if (multipartId !== null) await bucket.abortParts(name, multipartId)
    } catch (cause) {
      failed.push({ name, error: new Error('Its unfinished upload could not be given up', { cause }) })
    }
  })
  const left = new Set(failed.map(({ name }) => name))
  const names = batch.map(row => row.storageKey).filter(name => !left.has(name))
  const answer = await bucket.removeAll(names)
  return { gone: answer.gone, failed: [...failed, ...answer.failed] }
}
