import { and, asc, eq } from 'drizzle-orm'
import { enqueue, type Tx, tables } from '../../db/db.ts'
import { isTest } from '../files/paths.ts'
import { notFound, Refusal } from '../refusal.ts'
import { notifyImports } from './notify.ts'
import { isArchive } from './packed/archive-names.ts'
import { hasLeftOut } from './packed/left-out.ts'
import { placeBehind } from './place-behind.ts'
import { importJob, isWaiting } from './states.ts'

const { columnTemplates, imports, uploadedFiles } = tables

type FileRow = typeof uploadedFiles.$inferSelect
type ImportRow = typeof imports.$inferSelect

export interface AgainWish {
  fileId: string
  /** Any version of the tenant's own, in force or not; the template that fits by then when left out. */
  templateId?: string | undefined
}

/**
 * Queues a stored file once more, whatever became of it before: imported, refused, set aside, undone, or read by no
 * template yet. It is read when its turn comes, but keeps the place of its file among all files: what a newer one wrote
 * it leaves alone.
 */
export async function importAgain(
  tx: Tx,
  tenantId: string,
  { fileId, templateId }: AgainWish,
): Promise<ImportRow> {
  const file = await lockFile(tx, tenantId, fileId)
  const all = await tx
    .select()
    .from(imports)
    .where(and(eq(imports.tenantId, tenantId), eq(imports.fileId, fileId)))
    .orderBy(asc(imports.ordinal))
  if (all.some(isWaiting))
    throw new Refusal(
      'CONFLICT',
      'This file waits to be read, or is being read: wait until that import has ended.',
    )
  if (templateId !== undefined) await requireTemplate(tx, tenantId, templateId)
  // What was tried below /test kept nothing, and gave the file no place.
  const before = all.filter(({ dryRun }) => !dryRun)
  const path = before.at(-1)?.path ?? file.path
  if (isTest(path)) throw new Refusal('CONFLICT', tested)
  if (isArchive(path)) refuseUnpacked(before, templateId)
  await enqueue(tx, 'run-imports', { tenantId }, importJob(tenantId))
  const fileMark = before[0]
    ? (before[0].fileMark ?? before[0].ordinal)
    : await placeBehind(tx, tenantId, { path, storedAt: file.storedAt ?? file.startedAt })
  const [made] = await tx
    .insert(imports)
    .values({ tenantId, fileId, path, fileMark, templateId: templateId ?? null })
    .returning()
  if (!made) throw new Error('no import was made')
  if (!isArchive(path))
    await tx
      .update(uploadedFiles)
      .set({ kind: 'CONTACTS' })
      .where(and(eq(uploadedFiles.tenantId, tenantId), eq(uploadedFiles.id, fileId)))
  await notifyImports(tx, tenantId, [made.id])
  return made
}

/** Locked, so that its bytes are not deleted meanwhile. */
async function lockFile(tx: Tx, tenantId: string, fileId: string): Promise<FileRow> {
  const [file] = await tx
    .select()
    .from(uploadedFiles)
    .where(and(eq(uploadedFiles.tenantId, tenantId), eq(uploadedFiles.id, fileId)))
    .for('no key update')
  if (!file) throw notFound('This file')
  const why = unreadable[file.status]
  if (why !== undefined) throw new Refusal('CONFLICT', why)
  if (file.kind === 'RECORDING')
    throw new Refusal('CONFLICT', 'This file is a recording; it holds no contacts.')
  if (file.objectId === null) throw new Refusal('CONFLICT', gone)
  return file
}

const tested =
  'This file is below /test, where files are only tried. Its sender may send it outside of /test to have it imported.'

/** One of which nothing was taken is unpacked once more; of one that was unpacked, what was left in it. */
function refuseUnpacked(before: readonly ImportRow[], templateId: string | undefined): void {
  const unpacked = before.findLast(({ status }) => status === 'COMPLETED')
  if (unpacked && !hasLeftOut(unpacked.problems))
    throw new Refusal(
      'CONFLICT',
      'This archive was unpacked: each contact file in it is a file of its own, and is read again by itself.',
    )
  if (templateId !== undefined)
    throw new Refusal(
      'CONFLICT',
      'This file is an archive, which no template reads: leave the template out, and each contact file in it is read by the one that fits.',
    )
}

const gone =
  'The bytes of this file are no longer kept, so it cannot be read again. Its sender may send the file again.'

const unreadable: Partial<Record<FileRow['status'], string>> = {
  INCOMPLETE: 'This file is not whole. It can be read once its sender has sent the rest of it.',
  WAITING_FOR_RENAME: 'This file has a temporary name. It is read once its sender has renamed it.',
  DISCARDED: gone,
  DELETED: gone,
}

async function requireTemplate(tx: Tx, tenantId: string, id: string): Promise<void> {
  const [found] = await tx
    .select({ id: columnTemplates.id })
    .from(columnTemplates)
    .where(and(eq(columnTemplates.tenantId, tenantId), eq(columnTemplates.id, id)))
  if (!found) throw notFound('This template')
}
