import { and, eq, inArray, sql } from 'drizzle-orm'
import type { Tx } from '../../db/db.ts'
import { enqueue, tables } from '../../db/db.ts'
import { isArchive } from '../imports/packed/archive-names.ts'
import { importJob } from '../imports/states.ts'
import { patternsInForce } from '../imports/templates-in-force.ts'
import { addOlderRecording } from '../recordings/older-version.ts'
import { addRecording, dropRecording } from '../recordings/recording-rows.ts'
import type { FileKind } from './kinds.ts'
import { kindOf } from './kinds.ts'
import { isTest } from './paths.ts'
import type { ImportPlace } from './upload.ts'

const { imports, uploadedFiles } = tables

/** A file, and the name it arrives under. */
export interface Arrival {
  id: string
  path: string
  /** What it was under its old name. */
  was?: FileKind
  place?: ImportPlace | undefined
  /** The recording that came by its path after it, and is on record already. */
  followerId?: string | null | undefined
}

/**
 * What follows from a stored file's kind, in the transaction that stored it: an import, a recording, or a receipt that
 * says that nothing becomes of it. An archive is imported as well: its entries become files. One waiting job is enough
 * for all imports of a tenant.
 */
export const follow = async (tx: Tx, tenantId: string, file: Arrival, kind: FileKind): Promise<void> => {
  const { id: fileId, path, place, followerId = null } = file
  if (kind === 'RECORDING' && followerId !== null) return addOlderRecording(tx, tenantId, file, followerId)
  if (kind === 'RECORDING') return addRecording(tx, tenantId, file)
  if (kind === 'OTHER' && !isArchive(path)) return enqueue(tx, 'write-receipt', { tenantId, fileId })
  // The job first: whoever queues under its key waits for this commit, and takes a later ordinal.
  await enqueue(tx, 'run-imports', { tenantId }, importJob(tenantId))
  const queued = { tenantId, fileId, path, dryRun: isTest(path) }
  if (place)
    await tx
      .insert(imports)
      .overridingSystemValue()
      .values({ ...queued, ...place })
  else await tx.insert(imports).values(queued)
}

/**
 * Files that arrive under a name of their own. A file is imported when a template reads that name and it never was
 * before, and unpacked when that is an archive's name; a dry run below `/test/` counts there alone. A recording stays one, unless a template reads its new name and
 * there is neither sound nor picture in it.
 */
export const arrive = async (tx: Tx, tenantId: string, files: readonly Arrival[]): Promise<void> => {
  if (files.length === 0) return
  const patterns = await patternsInForce(tx, tenantId)
  const ids = files.map(file => file.id)
  const read = await tx
    .selectDistinct({ fileId: imports.fileId, path: imports.path, dryRun: imports.dryRun })
    .from(imports)
    .where(and(eq(imports.tenantId, tenantId), inArray(imports.fileId, ids)))
  for (const file of files) {
    const { id, path, was } = file
    const before = read.filter(each => each.fileId === id && isArchive(each.path) === isArchive(path))
    const settled = before.some(each => !each.dryRun || isTest(path))
    const kind = settled && !isArchive(path) ? 'CONTACTS' : kindOf(path, patterns)
    if (was === 'RECORDING' && kind !== 'CONTACTS') continue
    if (was === 'RECORDING' && !(await dropRecording(tx, tenantId, id))) continue
    await tx
      .update(uploadedFiles)
      .set({ kind, status: 'STORED', storedAt: sql`coalesce(${uploadedFiles.storedAt}, now())` })
      .where(and(eq(uploadedFiles.tenantId, tenantId), eq(uploadedFiles.id, id)))
    if (!settled) await follow(tx, tenantId, file, kind)
  }
}
