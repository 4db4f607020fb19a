import { sql } from 'drizzle-orm'
import { type Tx, uuidArray } from '../../db/db.ts'
import { bury } from '../retention/tombstones.ts'
import type { TenantHashes } from '../vault/keyed-hashes.ts'
import { destroyObjects } from '../vault/object-rows.ts'
import { passOverVersions } from './versions.ts'

export interface DestroyedRecordings {
  recordings: number
  bytes: number
  /** Ids of vault objects. */
  objects: string[]
  /** Keyed hashes of names with their bytes, which are buried. */
  memories: string[]
}

type Gone = { id: string; path: string; size: string; object_id: string | null; sha256: string | null }

/**
 * Destroys recordings whose rows the caller has locked: their keys, rows, links and record of playbacks, and their
 * files' names. Sent again with the same name and bytes, they are recognised by a keyed hash and dropped.
 */
export async function destroyRecordings(
  tx: Tx,
  tenantId: string,
  hashes: TenantHashes,
  ids: readonly string[],
  at: Date,
): Promise<DestroyedRecordings> {
  if (ids.length === 0) return { recordings: 0, bytes: 0, objects: [], memories: [] }
  const these = uuidArray(ids)
  const files = await tx.execute<Gone>(sql`
    select f.id, f.path, f.size, f.object_id, encode(o.sha256, 'hex') as sha256
      from recordings r
      join uploaded_files f on f.tenant_id = r.tenant_id and f.id = r.file_id
      left join vault_objects o on o.tenant_id = f.tenant_id and o.id = f.object_id
     where r.tenant_id = ${tenantId} and r.id = any(${these})`)
  const memories = files.flatMap(({ path, sha256 }) =>
    sha256 === null ? [] : [hashes.file(path, Buffer.from(sha256, 'hex'))],
  )
  const objects = files.flatMap(({ object_id }) => (object_id === null ? [] : [object_id]))
  await bury(tx, tenantId, 'FILE', memories, at)
  await tx.execute(
    sql`delete from recording_links where tenant_id = ${tenantId} and recording_id = any(${these})`,
  )
  await passOverVersions(tx, tenantId, ids)
  await tx.execute(sql`delete from recordings where tenant_id = ${tenantId} and id = any(${these})`)
  await tx.execute(sql`
    update uploaded_files set status = 'DELETED', listed = false, object_id = null, path = id::text
     where tenant_id = ${tenantId} and id = any(${uuidArray(files.map(file => file.id))})`)
  await destroyObjects(
    tx,
    tenantId,
    objects.map(objectId => ({ objectId })),
  )
  const bytes = files.reduce((sum, file) => sum + Number(file.size), 0)
  return { recordings: ids.length, bytes, objects, memories }
}
