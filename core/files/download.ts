import { and, eq } from 'drizzle-orm'
import type { Database } from '../../db/db.ts'
import { tables } from '../../db/db.ts'
import { notFound } from '../refusal.ts'
import { storedObject } from '../vault/object-rows.ts'
import type { Vault } from '../vault/vault.ts'
import { nameOf } from './paths.ts'
import { pulled } from './pulled.ts'
import { readChecked } from './read-object.ts'

const { uploadedFiles } = tables

/** Bytes that a link names: what their answer's headers need, and the bytes themselves by range. */
export interface Download {
  name: string
  size: number
  /** Lower-case hex. */
  sha256: string
  modified: Date
  /** From `start` to `end` (exclusive). Cancelling it stops the reading. A damaged byte errors it; none is handed out. */
  stream(start: number, end: number): ReadableStream<Uint8Array>
}

type Source = Pick<Download, 'name' | 'modified'> & { objectId: string }

/** Any stored object of a tenant under a name. NOT_FOUND when it was destroyed. */
export const downloadObject = async (
  database: Database,
  vault: Vault,
  tenantId: string,
  { name, modified, objectId }: Source,
): Promise<Download> => {
  const { size, sha256 } = await database.asTenant(tenantId, tx => storedObject(tx, tenantId, objectId))
  return {
    name,
    modified,
    size,
    sha256: Buffer.from(sha256).toString('hex'),
    stream: (start, end) => pulled(readChecked(database, vault, tenantId, objectId, start, end)),
  }
}

/** An uploaded file's bytes. NOT_FOUND when there is no such file, it is INCOMPLETE, or it was deleted. */
export const downloadFile = async (
  database: Database,
  vault: Vault,
  tenantId: string,
  fileId: string,
): Promise<Download> => {
  const [file] = await database.asTenant(tenantId, tx =>
    tx
      .select()
      .from(uploadedFiles)
      .where(and(eq(uploadedFiles.tenantId, tenantId), eq(uploadedFiles.id, fileId))),
  )
  if (file === undefined || file.objectId === null) throw notFound('The file')
  const { path, objectId, modifiedAt, storedAt, startedAt } = file
  const modified = modifiedAt ?? storedAt ?? startedAt
  return downloadObject(database, vault, tenantId, { name: nameOf(path), modified, objectId })
}
