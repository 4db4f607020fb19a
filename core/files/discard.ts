/**
 * A file that was deleted on purpose, and that its sender's client sends again since it is not listed any more: known
 * by its path and bytes. It is read, recognised and dropped. Nothing is listed, kept or made of it; that it came is on
 * record, its sender gets a receipt, and the memory of it begins anew. What the path lists stays listed.
 */
import { and, eq, sql } from 'drizzle-orm'
import { enqueue, type Tx, tables, uuidArray } from '../../db/db.ts'
import { patternsInForce } from '../imports/templates-in-force.ts'
import { seenAgain } from '../retention/tombstones.ts'
import type { TenantHashes } from '../vault/keyed-hashes.ts'
import { destroyObjects, dropObject } from '../vault/object-rows.ts'
import type { WholeFile } from './complete-upload.ts'
import type { FileRow } from './current-files.ts'
import { type FileKind, kindOf } from './kinds.ts'
import { isTemporary } from './paths.ts'
import type { UploadOrigin } from './upload.ts'

const { uploadedFiles } = tables

/** A tenant, and how what it deleted is recognised. */
export interface FileMemory {
  tenantId: string
  hashes: TenantHashes
}

/**
 * How a file is remembered that is deleted by this name. One that nothing was made of is remembered apart, by what is
 * no path: once a template reads its name, it is a file that never was read.
 */
export const memoryOf = (
  hashes: TenantHashes,
  { path, kind, sha256 }: { path: string; kind: FileKind; sha256: Uint8Array },
): string => hashes.file(kind === 'OTHER' ? `${path}\0` : path, sha256)

interface ArrivingFile {
  path: string
  sha256: Uint8Array
}

/** Whether a file that arrives under this name was deleted on purpose before. Renews the memory of it when it was. */
export const wasDeleted = async (tx: Tx, memory: FileMemory, file: ArrivingFile): Promise<boolean> =>
  (await deletedBefore(tx, memory, [file])).size > 0

const deletedBefore = async <T extends ArrivingFile>(
  tx: Tx,
  { tenantId, hashes }: FileMemory,
  files: readonly T[],
): Promise<Set<T>> => {
  const named = files.flatMap(file => {
    const { path, sha256 } = file
    if (isTemporary(path)) return []
    const read = memoryOf(hashes, { path, kind: 'CONTACTS', sha256 })
    return [{ file, read, unread: memoryOf(hashes, { path, kind: 'OTHER', sha256 }) }]
  })
  const known = await seenAgain(
    tx,
    tenantId,
    'FILE',
    named.flatMap(({ read, unread }) => [read, unread]),
  )
  if (known.size === 0) return new Set()
  const patterns = await patternsInForce(tx, tenantId)
  const deleted = named.filter(
    ({ file, read, unread }) =>
      known.has(read) || (known.has(unread) && kindOf(file.path, patterns) === 'OTHER'),
  )
  return new Set(deleted.map(({ file }) => file))
}

const dropped = {
  status: 'DISCARDED',
  listed: false,
  objectId: null,
  storedAt: sql`now()`,
  reason: null,
  receiptDue: true,
} as const

/** A small file that is on record for the first time: its key never is. */
export const discardAtOnce = async (
  tx: Tx,
  { tenantId, path, accountId, object }: UploadOrigin,
  { size, startedAt, modifiedAt }: Pick<WholeFile, 'size' | 'modifiedAt'> & { startedAt: Date },
): Promise<void> => {
  const kind = kindOf(path, await patternsInForce(tx, tenantId))
  const origin = { tenantId, path, accountId, kind, size, startedAt, modifiedAt: modifiedAt ?? null }
  const [file] = await tx
    .insert(uploadedFiles)
    .values({ ...origin, ...dropped })
    .returning({ storedAt: uploadedFiles.storedAt })
  await dropObject(tx, object)
  await queueReceipts(tx, tenantId, file?.storedAt)
}

/** A file that is on record, under the name that it arrives by. */
export const discardStored = async (
  tx: Tx,
  tenantId: string,
  { id, path, objectId }: { id: string; path: string; objectId: string | null },
  whole: { size?: number; modifiedAt?: Date | null } = {},
): Promise<void> => {
  const kind = kindOf(path, await patternsInForce(tx, tenantId))
  const [file] = await tx
    .update(uploadedFiles)
    .set({ path, kind, ...whole, ...dropped })
    .where(and(eq(uploadedFiles.tenantId, tenantId), eq(uploadedFiles.id, id)))
    .returning({ storedAt: uploadedFiles.storedAt })
  if (objectId !== null) await destroyObjects(tx, tenantId, [{ objectId }])
  await queueReceipts(tx, tenantId, file?.storedAt)
}

/**
 * Of these files, those that arrive under their new names and were deleted on purpose before are dropped: whoever
 * waited for a rename, and what nothing was made of under its old name. Answers their ids. What is something already
 * (a recording, an imported file) is renamed like any other.
 */
export const discardRenamed = async (
  tx: Tx,
  memory: FileMemory,
  files: readonly { file: FileRow; to: string }[],
): Promise<Set<string>> => {
  const { tenantId } = memory
  const arriving = files.filter(({ file, to }) => file.kind === 'OTHER' && !isTemporary(to))
  if (arriving.length === 0) return new Set()
  const digests = await digestsOf(tx, tenantId, arriving)
  const deleted = await deletedBefore(
    tx,
    memory,
    arriving.flatMap(({ file, to: path }) => {
      const sha256 = digests.get(file.objectId)
      return sha256 ? [{ file, path, sha256 }] : []
    }),
  )
  const patterns = deleted.size > 0 ? await patternsInForce(tx, tenantId) : []
  const discarded = new Set<string>()
  for (const { file, path } of deleted) {
    if (file.status !== 'WAITING_FOR_RENAME' && kindOf(path, patterns) === 'OTHER') continue
    await discardStored(tx, tenantId, { id: file.id, path, objectId: file.objectId })
    discarded.add(file.id)
  }
  return discarded
}

const digestsOf = async (tx: Tx, tenantId: string, files: readonly { file: FileRow }[]) => {
  const ids = files.flatMap(({ file }) => (file.objectId === null ? [] : [file.objectId]))
  const rows = await tx.execute<{ id: string; sha256: string }>(sql`
    select id, encode(sha256, 'hex') as sha256 from vault_objects
     where tenant_id = ${tenantId} and id = any(${uuidArray(ids)}) and sha256 is not null`)
  return new Map<string | null, Buffer>(rows.map(({ id, sha256 }) => [id, Buffer.from(sha256, 'hex')]))
}

/** Their sender is told once no more have come for so long, or the first has waited for long enough. */
export const QUIET_SECONDS = 60
export const LONGEST_WAIT_SECONDS = 900

/** A job for each quarter of an hour in which something was discarded, moved on by whatever comes in it. */
const queueReceipts = async (tx: Tx, tenantId: string, at: Date | null | undefined): Promise<void> => {
  if (!at) throw new Error('The file that was discarded is not on record')
  const quarter = Math.floor(at.getTime() / 1_000 / LONGEST_WAIT_SECONDS)
  const runAt = new Date(at.getTime() + QUIET_SECONDS * 1_000)
  await enqueue(tx, 'tell-discarded', { tenantId }, { key: `tell-discarded ${tenantId} ${quarter}`, runAt })
}
