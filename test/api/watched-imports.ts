import { and, eq } from 'drizzle-orm'
import { notifyImports } from '../../core/imports/notify.ts'
import { type Database, tables } from '../../db/db.ts'

const { imports, importProgress, uploadedFiles } = tables

type Status = 'QUEUED' | 'RUNNING' | 'COMPLETED'

export async function newImport(
  database: Database,
  tenantId: string,
  status: Status = 'QUEUED',
  path = '/a.csv',
) {
  return await database.asTenant(tenantId, async tx => {
    const [file] = await tx
      .insert(uploadedFiles)
      .values({ tenantId, path, kind: 'CONTACTS', status: 'STORED' })
      .returning()
    const [run] = await tx
      .insert(imports)
      .values({
        tenantId,
        fileId: file?.id ?? '',
        path,
        status,
        finishedAt: status === 'COMPLETED' ? new Date() : null,
      })
      .returning()
    return run?.id ?? ''
  })
}

/** As a worker moves it; `quiet` as if the notification were lost. */
export async function moveImport(
  database: Database,
  tenantId: string,
  id: string,
  status: Status,
  { progress, quiet = false }: { progress?: number; quiet?: boolean } = {},
) {
  await database.asTenant(tenantId, async tx => {
    await tx
      .update(imports)
      .set({ status, ...(status === 'COMPLETED' ? { finishedAt: new Date() } : {}) })
      .where(and(eq(imports.tenantId, tenantId), eq(imports.id, id)))
    if (progress !== undefined)
      await tx
        .insert(importProgress)
        .values({ tenantId, importId: id, claim: id, workerId: 'w', progress })
        .onConflictDoUpdate({ target: [importProgress.tenantId, importProgress.importId], set: { progress } })
    if (!quiet) await notifyImports(tx, tenantId, [id])
  })
}
