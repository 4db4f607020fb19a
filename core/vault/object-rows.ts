import { and, desc, eq, sql } from 'drizzle-orm'
import type { Tx } from '../../db/db.ts'
import { enqueue, tables, uuidArray } from '../../db/db.ts'
import { notFound } from '../refusal.ts'
import type { ObjectIdentity } from './object-keys.ts'
import type { NewObject, StoredObject, Vault } from './vault.ts'
import { removalJob } from './waiting-removals.ts'

const { objectRemovals, tenantKeys, vaultObjects } = tables

/** An object with its keys and name, written or about to be; on record once `insertObject` has committed. */
export interface BegunObject extends NewObject, ObjectIdentity {
  keyVersion: number
}

/** A tenant's newest key, made when it has none yet. */
const tenantKey = async (tx: Tx, vault: Vault, tenantId: string) => {
  const find = () =>
    tx
      .select({
        version: tenantKeys.version,
        wrappedKey: tenantKeys.wrappedKey,
        objectId: sql<string>`uuidv7()`,
      })
      .from(tenantKeys)
      .where(eq(tenantKeys.tenantId, tenantId))
      .orderBy(desc(tenantKeys.version))
      .limit(1)
  const [found] = await find()
  if (found !== undefined) return found
  const wrappedKey = await vault.newTenantKey(tenantId)
  await tx.insert(tenantKeys).values({ tenantId, version: 1, wrappedKey }).onConflictDoNothing()
  const [made] = await find()
  if (made === undefined) throw new Error(`Tenant ${tenantId} has no key and could not be given one`)
  return made
}

/** Id, name and key of a new object. Nothing is on record yet: bytes written under it are nobody's until then. */
export const beginObject = async (tx: Tx, vault: Vault, tenantId: string): Promise<BegunObject> => {
  const { version, wrappedKey, objectId } = await tenantKey(tx, vault, tenantId)
  const created = await vault.newObject({ tenantId, objectId }, wrappedKey)
  return { tenantId, objectId, keyVersion: version, ...created }
}

/** In the transaction of the record that the object belongs to. */
export const insertObject = async (
  tx: Tx,
  object: BegunObject,
  written?: { size: number; sha256: Buffer },
): Promise<void> => {
  const { tenantId, objectId: id, storageKey, format, wrappedKey, keyVersion, commitment } = object
  const size = written?.size ?? null
  const sha256 = written?.sha256 ?? null
  await tx
    .insert(vaultObjects)
    .values({ tenantId, id, storageKey, format, wrappedKey, keyVersion, commitment, size, sha256 })
}

type ReadableRow = StoredObject & { sha256: Uint8Array }

/** What `vault.readRange` needs, of those objects that are there and whole, by their ids. */
export const storedObjects = async (
  tx: Tx,
  tenantId: string,
  objectIds: readonly string[],
): Promise<Map<string, ReadableRow>> => {
  const rows = await tx
    .select({ object: vaultObjects, wrappedTenantKey: tenantKeys.wrappedKey })
    .from(vaultObjects)
    .innerJoin(
      tenantKeys,
      and(eq(tenantKeys.tenantId, vaultObjects.tenantId), eq(tenantKeys.version, vaultObjects.keyVersion)),
    )
    .where(and(eq(vaultObjects.tenantId, tenantId), sql`${vaultObjects.id} = any(${uuidArray(objectIds)})`))
  const found = new Map<string, ReadableRow>()
  for (const { object, wrappedTenantKey } of rows) {
    const { id: objectId, storageKey, format, wrappedKey, commitment, sha256, size } = object
    if (size === null || sha256 === null) continue
    const row = {
      tenantId,
      objectId,
      storageKey,
      format,
      wrappedKey,
      commitment,
      sha256,
      wrappedTenantKey,
      size,
    }
    found.set(objectId, row)
  }
  return found
}

/** What `vault.readRange` needs. NOT_FOUND when the object was destroyed, or is not whole yet. */
export const storedObject = async (tx: Tx, tenantId: string, objectId: string): Promise<ReadableRow> => {
  const found = (await storedObjects(tx, tenantId, [objectId])).get(objectId)
  if (found === undefined) throw notFound('The file')
  return found
}

/**
 * Destroys objects: their wrapped keys are gone with the caller's commit, and so is every copy of their bytes;
 * removing the bytes themselves is queued. `multipartId` names an upload of theirs that was never completed.
 */
export const destroyObjects = async (
  tx: Tx,
  tenantId: string,
  objects: readonly { objectId: string; multipartId?: string | null }[],
): Promise<void> => {
  if (objects.length === 0) return
  const wanted = JSON.stringify(objects.map(({ objectId, multipartId = null }) => [objectId, multipartId]))
  const gone = await tx.execute(sql`
    with wanted as (
      select (w ->> 0)::uuid as id, w ->> 1 as multipart_id from json_array_elements(${wanted}::text::json) w
    ), gone as (
      delete from vault_objects o using wanted w
       where o.tenant_id = ${tenantId} and o.id = w.id
      returning o.id, o.storage_key, w.multipart_id
    ), removals as (
      insert into object_removals (tenant_id, object_id, storage_key, multipart_id)
      select ${tenantId}::uuid, id, storage_key, multipart_id from gone
      returning 1
    )
    select 1 from removals limit 1`)
  if (gone.length === 0) return
  await enqueue(tx, 'remove-objects', { tenantId }, removalJob(tenantId))
}

/** An object whose bytes are in the bucket and that never was on record: removing them is queued, its key is forgotten. */
export const dropObject = async (tx: Tx, { tenantId, objectId, storageKey }: BegunObject): Promise<void> => {
  await tx.insert(objectRemovals).values({ tenantId, objectId, storageKey })
  await enqueue(tx, 'remove-objects', { tenantId }, removalJob(tenantId))
}
