import { and, eq, lt, ne, sql } from 'drizzle-orm'
import type { Database, Tx } from '../../db/db.ts'
import { tables } from '../../db/db.ts'
import { Refusal } from '../refusal.ts'
import { sealedSize } from '../vault/layout.ts'
import { durableSize } from '../vault/object-writer.ts'
import type { Vault } from '../vault/vault.ts'
import { completeUpload } from './complete-upload.ts'
import { dropUpload, giveUpUpload } from './upload.ts'

const { uploadedFiles, uploadParts, uploads, vaultObjects } = tables

/** A session touches its upload every minute: one that has not for so long is dead. */
const SILENT_MINUTES = 5
/** After so many days an upload that was cut off is given up. */
const GIVE_UP_DAYS = 7

export interface SettleOptions {
  database: Database
  vault: Vault
  signal?: AbortSignal
}

export interface Settled {
  stored: number
  dropped: number
  givenUp: number
  /** Those that could not be settled now; they are found again. */
  failures: unknown[]
}

/**
 * What a process left behind when it died: an upload whose object it was completing is completed, or becomes
 * INCOMPLETE; one that it was taking becomes INCOMPLETE; one INCOMPLETE for days is given up. upload.ts has the states.
 * Safe to run anywhere, at any time, also twice at once: every step raises the epoch first, or names the one it saw.
 * The database's clock, which touched the uploads, also says how long ago that was.
 */
export const settleUploads = async (options: SettleOptions): Promise<Settled> => {
  const { database, signal } = options
  const settled: Settled = { stored: 0, dropped: 0, givenUp: 0, failures: [] }
  const stale = await database.asStaff(tx => findStale(tx))
  for (const upload of stale) {
    signal?.throwIfAborted()
    try {
      const outcome = await settleOne(options, upload)
      if (outcome !== undefined) settled[outcome] += 1
    } catch (error) {
      settled.failures.push(error)
    }
  }
  return settled
}

const findStale = (tx: Tx) =>
  tx
    .select({
      upload: uploads,
      file: uploadedFiles,
      storageKey: vaultObjects.storageKey,
      abandoned: sql<boolean>`${uploads.updatedAt} < now() - make_interval(days => ${GIVE_UP_DAYS})`,
    })
    .from(uploads)
    .innerJoin(
      uploadedFiles,
      and(eq(uploadedFiles.tenantId, uploads.tenantId), eq(uploadedFiles.id, uploads.fileId)),
    )
    .innerJoin(
      vaultObjects,
      and(eq(vaultObjects.tenantId, uploads.tenantId), eq(vaultObjects.id, uploads.objectId)),
    )
    .where(lt(uploads.updatedAt, sql`now() - make_interval(mins => ${SILENT_MINUTES})`))

type Stale = Awaited<ReturnType<typeof findStale>>[number]

const settleOne = async (
  options: SettleOptions,
  stale: Stale,
): Promise<'stored' | 'dropped' | 'givenUp' | undefined> => {
  const { upload, file } = stale
  const { tenantId, fileId } = upload
  const dropped = upload.state === 'OPEN' && file.reason !== null
  if (dropped && !stale.abandoned) return undefined
  const claim = await options.database.asTenant(tenantId, async tx => {
    const [mine] = await tx
      .update(uploads)
      .set({ epoch: upload.epoch + 1, ...(dropped ? {} : { updatedAt: sql`now()` }) })
      .where(
        and(
          eq(uploads.tenantId, tenantId),
          eq(uploads.fileId, fileId),
          eq(uploads.epoch, upload.epoch),
          eq(uploads.updatedAt, upload.updatedAt),
        ),
      )
      .returning({ epoch: uploads.epoch })
    if (mine !== undefined && dropped) await giveUpUpload(tx, upload, 'Nobody went on with it for days.')
    return mine && { tenantId, fileId, epoch: mine.epoch }
  })
  if (claim === undefined) return undefined
  if (dropped) return 'givenUp'
  if (
    upload.state === 'COMPLETING' &&
    (await stands(options, stale)) &&
    (await finish(options, stale, claim))
  ) {
    return 'stored'
  }
  const reason = 'The server that took it stopped before it was stored; send it again.'
  await options.database.asTenant(tenantId, tx => dropUpload(tx, claim, reason))
  return 'dropped'
}

/** The object stands whole in the bucket, or does by now. */
const stands = async (
  { database, vault }: SettleOptions,
  { upload, storageKey }: Stale,
): Promise<boolean> => {
  const { tenantId, fileId, multipartId } = upload
  if (upload.size === null) return false
  const size = sealedSize(upload.size)
  const found = await vault.bucket.head(storageKey)
  if (found !== undefined) return found.size === size
  if (multipartId === null) return false
  const parts = await database.asTenant(tenantId, tx =>
    tx
      .select()
      .from(uploadParts)
      .where(and(eq(uploadParts.tenantId, tenantId), eq(uploadParts.fileId, fileId)))
      .orderBy(uploadParts.firstSegment),
  )
  const whole = parts.reduce((sum, part) => sum + part.bytes, 0) === size
  const ledger = parts.map(part => ({ ...part, sha256: Buffer.from(part.sha256) }))
  if (!whole || durableSize(ledger) < upload.size) return false
  await vault.bucket.completeParts(storageKey, multipartId, parts, size)
  return true
}

/** Its sender was told nothing. What was sent again under its name meanwhile is newer, and stays listed. */
const finish = async (
  { database, vault }: SettleOptions,
  { upload, file }: Stale,
  claim: { tenantId: string; fileId: string; epoch: number },
): Promise<boolean> => {
  const { tenantId, objectId, size, sha256 } = upload
  if (size === null || sha256 === null) return false
  const memory = { tenantId, hashes: await vault.hashes.of(tenantId) }
  try {
    await database.asTenant(tenantId, async tx => {
      const [newer] = await tx
        .select({ id: uploadedFiles.id })
        .from(uploadedFiles)
        .where(
          and(
            eq(uploadedFiles.tenantId, tenantId),
            eq(uploadedFiles.path, file.path),
            ne(uploadedFiles.id, file.id),
            sql`${uploadedFiles.storedAt} > ${file.startedAt.toISOString()}::timestamptz`,
          ),
        )
        .limit(1)
      if (newer !== undefined) throw new Refusal('CONFLICT', 'A newer version was stored meanwhile.')
      const whole = { size, sha256: Buffer.from(sha256), modifiedAt: file.modifiedAt ?? undefined }
      await completeUpload(tx, memory, { ...claim, path: file.path, objectId }, whole)
    })
    return true
  } catch (error) {
    if (error instanceof Refusal) return false
    throw error
  }
}
