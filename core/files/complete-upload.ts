import { and, eq, ne, sql } from 'drizzle-orm'
import type { Tx } from '../../db/db.ts'
import { tables } from '../../db/db.ts'
import { patternsInForce } from '../imports/templates-in-force.ts'
import { insertObject } from '../vault/object-rows.ts'
import { arrive, follow } from './arrive.ts'
import { discardAtOnce, discardStored, type FileMemory, wasDeleted } from './discard.ts'
import type { FileKind } from './kinds.ts'
import { kindOf } from './kinds.ts'
import { keepFolders, refuseFolder, unlist } from './listing.ts'
import { isTemporary } from './paths.ts'
import { lockPaths } from './tree-locks.ts'
import type { UploadClaim, UploadOrigin } from './upload.ts'
import { endCompleting } from './upload.ts'

const { uploadedFiles, vaultObjects } = tables

/** The bytes of a whole file, as they stand in the bucket. */
export interface WholeFile {
  size: number
  sha256: Buffer
  modifiedAt: Date | undefined
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
    .set({ size: whole.size, sha256: whole.sha256 })
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
  const { tenantId, path, accountId, object, place, newer, storedAt = sql`now()` } = origin
  if (await wasDeleted(tx, memory, { path, sha256: whole.sha256 })) return discardAtOnce(tx, origin, whole)
  const [patterns] = await Promise.all([
    patternsInForce(tx, tenantId),
    insertObject(tx, object, whole),
    lockPaths(tx, tenantId, [path]),
    newer ? undefined : unlist(tx, tenantId, path),
    keepFolders(tx, tenantId, origin.archive ?? path),
  ])
  const waiting = isTemporary(path)
  const kind: FileKind = waiting ? 'OTHER' : kindOf(path, patterns)
  const { size, startedAt, modifiedAt = null } = whole
  const status = waiting ? ('WAITING_FOR_RENAME' as const) : ('STORED' as const)
  const sent = { tenantId, path, accountId, objectId: object.objectId }
  const outcome = { kind, status, size, startedAt, modifiedAt, listed: newer === undefined, storedAt }
  const [[file]] = await Promise.all([
    tx
      .insert(uploadedFiles)
      .values({ ...sent, ...outcome })
      .returning({ id: uploadedFiles.id }),
    refuseFolder(tx, tenantId, path),
  ])
  if (file === undefined) throw new Error('The file was not put on record')
  const arrival = { id: file.id, path, place, followerId: newer?.recordingId }
  if (!waiting) await follow(tx, tenantId, arrival, kind)
}
