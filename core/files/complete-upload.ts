import { and, eq, inArray, ne, sql } from 'drizzle-orm'
import type { Tx } from '../../db/db.ts'
import { enqueue, tables } from '../../db/db.ts'
import { isArchive } from '../imports/packed/archive-names.ts'
import { importJob } from '../imports/states.ts'
import { patternsInForce } from '../imports/templates-in-force.ts'
import { addRecording, dropRecording, lockRecordingsAt } from '../recordings/recording-rows.ts'
import { Refusal } from '../refusal.ts'
import { insertObject } from '../vault/object-rows.ts'
import { findFolder, listedFile } from './current-files.ts'
import { discardAtOnce, discardStored, type FileMemory, wasDeleted } from './discard.ts'
import type { FileKind } from './kinds.ts'
import { kindOf } from './kinds.ts'
import { ancestorsOf, isTemporary, isTest } from './paths.ts'
import { lockPaths } from './tree-locks.ts'
import type { ImportPlace, UploadClaim, UploadOrigin } from './upload.ts'
import { endCompleting } from './upload.ts'

const { folders, imports, uploadedFiles, vaultObjects } = tables

/** The bytes of a whole file, as they stand in the bucket. */
export interface WholeFile {
  size: number
  /** None when another session wrote the beginning: what is deleted is not known again then. Resuming is refused (open-file.ts). */
  sha256: Buffer | undefined
  modifiedAt: Date | undefined
}

/**
 * What follows from a stored file's kind, in the transaction that stored it: an import, a recording, or a receipt that
 * says that nothing becomes of it. An archive is imported as well: its entries become files. One waiting job is enough
 * for all imports of a tenant.
 */
const follow = async (tx: Tx, tenantId: string, file: Arrival, kind: FileKind): Promise<void> => {
  const { id: fileId, path, place } = file
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

/** A file, and the name it arrives under. */
export interface Arrival {
  id: string
  path: string
  /** What it was under its old name. */
  was?: FileKind
  place?: ImportPlace | undefined
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

/** The version that `path` lists leaves the listing and stays in history. The path's lock is held. */
export const unlist = async (tx: Tx, tenantId: string, path: string): Promise<void> => {
  await Promise.all([
    lockRecordingsAt(tx, tenantId, path),
    tx
      .update(uploadedFiles)
      .set({ listed: false })
      .where(
        and(
          eq(uploadedFiles.tenantId, tenantId),
          eq(uploadedFiles.path, path),
          eq(uploadedFiles.listed, true),
        ),
      ),
  ])
}

/** Its folder may have been renamed or removed since it was opened: what is stored can be reached. */
const keepFolders = async (tx: Tx, tenantId: string, path: string): Promise<void> => {
  const missing = ancestorsOf(path).map(folder => ({ tenantId, path: folder }))
  if (missing.length === 0) return
  const made = (await tx.insert(folders).values(missing).onConflictDoNothing().returning()).map(
    folder => folder.path,
  )
  if (made.length === 0) return
  // Whoever stores a file under such a name holds its lock, and looks for the folder after.
  await lockPaths(tx, tenantId, made)
  for (const folder of made)
    if ((await listedFile(tx, tenantId, folder)) !== undefined)
      throw new Refusal('CONFLICT', `${folder} is a file by now, so nothing can be stored in it.`)
}

/** The path's lock is held: from here on no folder takes its name. */
const refuseFolder = async (tx: Tx, tenantId: string, path: string): Promise<void> => {
  if ((await findFolder(tx, tenantId, path)) !== undefined)
    throw new Refusal('CONFLICT', `A folder has the name ${path} by now.`)
}

const listFile = async (tx: Tx, tenantId: string, file: { id: string; path: string }, whole: WholeFile) => {
  await refuseFolder(tx, tenantId, file.path)
  await unlist(tx, tenantId, file.path)
  await keepFolders(tx, tenantId, file.path)
  const waiting = isTemporary(file.path)
  await tx
    .update(uploadedFiles)
    .set({
      status: waiting ? 'WAITING_FOR_RENAME' : 'STORED',
      listed: true,
      size: whole.size,
      modifiedAt: whole.modifiedAt ?? null,
      storedAt: sql`now()`,
      reason: null,
    })
    .where(
      and(
        eq(uploadedFiles.tenantId, tenantId),
        eq(uploadedFiles.id, file.id),
        ne(uploadedFiles.status, 'DELETED'),
      ),
    )
  if (!waiting) await arrive(tx, tenantId, [file])
}

/** COMPLETING → STORED: file row, listing, import and job, all of it or nothing; or → DISCARDED (discard.ts). */
export const completeUpload = async (
  tx: Tx,
  memory: FileMemory,
  claim: UploadClaim & { path: string; objectId: string },
  whole: WholeFile,
): Promise<void> => {
  const { tenantId, fileId, path, objectId } = claim
  await lockPaths(tx, tenantId, [path])
  await endCompleting(tx, claim)
  if (await wasDeleted(tx, memory, { path, sha256: whole.sha256 })) {
    const { size, modifiedAt = null } = whole
    return discardStored(tx, tenantId, { id: fileId, path, objectId }, { size, modifiedAt })
  }
  await tx
    .update(vaultObjects)
    .set({ size: whole.size, sha256: whole.sha256 ?? null })
    .where(and(eq(vaultObjects.tenantId, tenantId), eq(vaultObjects.id, objectId)))
  await listFile(tx, tenantId, { id: fileId, path }, whole)
}

/**
 * HELD → STORED: a small file, put on record for the first time when its object stands. Nights bring them by the ten
 * thousand, so statements that need not wait for each other are sent together. Or → DISCARDED.
 */
export const storeAtOnce = async (
  tx: Tx,
  memory: FileMemory,
  origin: UploadOrigin,
  whole: WholeFile & { startedAt: Date },
): Promise<void> => {
  const { tenantId, path, accountId, object } = origin
  if (await wasDeleted(tx, memory, { path, sha256: whole.sha256 })) return discardAtOnce(tx, origin, whole)
  const [patterns] = await Promise.all([
    patternsInForce(tx, tenantId),
    insertObject(tx, object, whole),
    lockPaths(tx, tenantId, [path]),
    unlist(tx, tenantId, path),
    keepFolders(tx, tenantId, origin.archive ?? path),
  ])
  const waiting = isTemporary(path)
  const kind: FileKind = waiting ? 'OTHER' : kindOf(path, patterns)
  const { size, startedAt, modifiedAt = null } = whole
  const status = waiting ? ('WAITING_FOR_RENAME' as const) : ('STORED' as const)
  const sent = { tenantId, path, accountId, objectId: object.objectId }
  const outcome = { kind, status, size, startedAt, modifiedAt, listed: true, storedAt: sql`now()` }
  const [[file]] = await Promise.all([
    tx
      .insert(uploadedFiles)
      .values({ ...sent, ...outcome })
      .returning({ id: uploadedFiles.id }),
    refuseFolder(tx, tenantId, path),
  ])
  if (file === undefined) throw new Error('The file was not put on record')
  if (!waiting) await follow(tx, tenantId, { id: file.id, path, place: origin.place }, kind)
}
