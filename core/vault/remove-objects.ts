import { and, eq } from 'drizzle-orm'
import type { Database } from '../../db/db.ts'
import { tables } from '../../db/db.ts'
import type { Bucket } from './bucket.ts'

const { objectRemovals } = tables

/**
 * Removes the bytes of a tenant's destroyed objects, which nobody can read any more. Each is struck off only when the
 * bucket has confirmed; stopped anywhere, or failing at one, the rest is found again by the next try. Answers how many.
 */
export const removeObjects = async (
  database: Database,
  bucket: Bucket,
  tenantId: string,
  signal?: AbortSignal,
): Promise<number> => {
  let removed = 0
  for (;;) {
    const batch = await database.asTenant(tenantId, tx =>
      tx.select().from(objectRemovals).where(eq(objectRemovals.tenantId, tenantId)).limit(100),
    )
    if (batch.length === 0) return removed
    for (const { objectId, storageKey, multipartId } of batch) {
      signal?.throwIfAborted()
      if (multipartId !== null) await bucket.abortParts(storageKey, multipartId)
      await bucket.remove(storageKey)
      await database.asTenant(tenantId, tx =>
        tx
          .delete(objectRemovals)
          .where(and(eq(objectRemovals.tenantId, tenantId), eq(objectRemovals.objectId, objectId))),
      )
      removed += 1
    }
  }
}
