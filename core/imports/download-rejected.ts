import { and, eq } from 'drizzle-orm'
import { type Database, tables } from '../../db/db.ts'
import { type Download, downloadObject } from '../files/download.ts'
import { nameOf } from '../files/paths.ts'
import { notFound } from '../refusal.ts'
import type { Vault } from '../vault/vault.ts'

const { imports, uploadedFiles } = tables

/** The CSV of an import's rejected rows, named for its file. NOT_FOUND when it has none, or it was deleted. */
export async function downloadRejected(
  database: Database,
  vault: Vault,
  tenantId: string,
  importId: string,
): Promise<Download> {
  const [row] = await database.asTenant(tenantId, tx =>
    tx
      .select({ objectId: imports.rejectedCsvId, modified: imports.finishedAt, path: uploadedFiles.path })
      .from(imports)
      .innerJoin(
        uploadedFiles,
        and(eq(uploadedFiles.tenantId, imports.tenantId), eq(uploadedFiles.id, imports.fileId)),
      )
      .where(and(eq(imports.tenantId, tenantId), eq(imports.id, importId))),
  )
  if (!row?.objectId) throw notFound('The CSV of rejected rows')
  const { objectId, modified, path } = row
  return await downloadObject(database, vault, tenantId, {
    name: `${nameOf(path)}.rejected.csv`,
    modified: modified ?? new Date(0),
    objectId,
  })
}
