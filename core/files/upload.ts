/**
 * An upload, from its first byte to a stored file.
 *
 *   state        on record as                           what is true                                  goes on to
 *   HELD         nothing                                a session takes bytes; none is durable        OPEN, DROPPED, STORED
 *   OPEN         uploads OPEN, file INCOMPLETE          a session takes bytes and touches the row     DROPPED, COMPLETING
 *                without a reason
 *   DROPPED      uploads OPEN, file INCOMPLETE          nobody writes, and nobody goes on with it:    GIVEN UP
 *                with a reason                          its sender begins anew
 *   COMPLETING   uploads COMPLETING, with size and      every byte is durable; the object is being    STORED, DROPPED
 *                digest of the whole                    made to stand, by one session
 *   STORED       no upload; file STORED or              the object stands; import, job and listing    —
 *                WAITING_FOR_RENAME                     came in the same transaction
 *   GIVEN UP     no upload; file DELETED                its key is gone, its bytes are being removed  —
 *
 * HELD becomes OPEN with the first part, or after a second; a small file that comes and goes within it is put on
 * record once, STORED. Every change of an OPEN or COMPLETING upload names its epoch: whoever settles it raises
 * that first, and the session of the older epoch can change nothing more.
 */
import { and, eq, sql } from 'drizzle-orm'
import type { Tx } from '../../db/db.ts'
import { tables } from '../../db/db.ts'
import { Refusal } from '../refusal.ts'
import type { BegunObject } from '../vault/object-rows.ts'
import { destroyObjects, insertObject } from '../vault/object-rows.ts'
import type { StoredPart } from '../vault/part-pump.ts'

const { uploadedFiles, uploadParts, uploads } = tables

/** What names an upload, and the right to go on with it. */
export interface UploadClaim {
  tenantId: string
  fileId: string
  epoch: number
}

export interface UploadOrigin {
  tenantId: string
  path: string
  /** Null for what no account sent. */
  accountId: string | null
  object: BegunObject
  /** The path of the archive that it is an entry of: that is a file, and no folder. */
  archive?: string
  /** Of its import, where that has one already: right behind its archive's. */
  place?: ImportPlace
  /** When its archive was stored: it lives no longer than that. */
  storedAt?: Date
  /** Of its path, where its archive came before that: it is an older version from the first. */
  newer?: NewerVersion | undefined
}

/** A file that came under a path later than the one that is about to be put on record. */
export interface NewerVersion {
  /** What it is, if it is a recording. */
  recordingId: string | null
}

/** The import's turn, and the mark of its file among files where that is another one. */
export interface ImportPlace {
  ordinal: number
  fileMark: number | null
}

export const takenOver = () =>
  new Refusal('CONFLICT', 'Another session went on with this upload; this one can write no more.')

const claimed = ({ tenantId, fileId, epoch }: UploadClaim, state: 'OPEN' | 'COMPLETING') =>
  and(
    eq(uploads.tenantId, tenantId),
    eq(uploads.fileId, fileId),
    eq(uploads.epoch, epoch),
    eq(uploads.state, state),
  )

const fileOf = ({ tenantId, fileId }: Pick<UploadClaim, 'tenantId' | 'fileId'>) =>
  and(eq(uploadedFiles.tenantId, tenantId), eq(uploadedFiles.id, fileId))

/** HELD → OPEN, or with a reason → DROPPED. */
export const recordUpload = async (
  tx: Tx,
  { tenantId, path, accountId, object }: UploadOrigin,
  upload: { startedAt: Date; reason?: string },
): Promise<UploadClaim> => {
  const objectId = object.objectId
  await insertObject(tx, object)
  const [file] = await tx
    .insert(uploadedFiles)
    .values({ tenantId, path, accountId, objectId, kind: 'OTHER', status: 'INCOMPLETE', ...upload })
    .returning({ id: uploadedFiles.id })
  if (file === undefined) throw new Error('The upload was not put on record')
  await tx.insert(uploads).values({ tenantId, fileId: file.id, objectId })
  return { tenantId, fileId: file.id, epoch: 1 }
}

/** OPEN, with bytes in the bucket from now on. */
export const recordMultipart = async (tx: Tx, claim: UploadClaim, multipartId: string): Promise<void> => {
  const changed = await tx
    .update(uploads)
    .set({ multipartId, updatedAt: sql`now()` })
    .where(claimed(claim, 'OPEN'))
    .returning({ fileId: uploads.fileId })
  if (changed.length === 0) throw takenOver()
}

/** OPEN or COMPLETING, and somebody is there. False when it is somebody else's by now, or over. */
export const touchUpload = async (tx: Tx, { tenantId, fileId, epoch }: UploadClaim): Promise<boolean> => {
  const changed = await tx
    .update(uploads)
    .set({ updatedAt: sql`now()` })
    .where(and(eq(uploads.tenantId, tenantId), eq(uploads.fileId, fileId), eq(uploads.epoch, epoch)))
    .returning({ fileId: uploads.fileId })
  return changed.length > 0
}

/** One more durable part; `durable` bytes follow each other from the first on by now. */
export const recordPart = async (
  tx: Tx,
  claim: UploadClaim,
  part: StoredPart,
  durable: number,
): Promise<void> => {
  const { tenantId, fileId } = claim
  const held = await tx
    .update(uploads)
    .set({ updatedAt: sql`now()` })
    .where(claimed(claim, 'OPEN'))
    .returning({ fileId: uploads.fileId })
  if (held.length === 0) throw takenOver()
  await tx.insert(uploadParts).values({ tenantId, fileId, ...part })
  const size = sql`greatest(${uploadedFiles.size}, ${durable}::bigint)`
  await tx.update(uploadedFiles).set({ size }).where(fileOf(claim))
}

/** OPEN → COMPLETING: from here on this session alone may complete the object. */
export const markCompleting = async (
  tx: Tx,
  claim: UploadClaim,
  whole: { size: number; sha256: Buffer },
): Promise<void> => {
  const changed = await tx
    .update(uploads)
    .set({ state: 'COMPLETING', size: whole.size, sha256: whole.sha256, updatedAt: sql`now()` })
    .where(claimed(claim, 'OPEN'))
    .returning({ fileId: uploads.fileId })
  if (changed.length === 0) throw takenOver()
}

/** COMPLETING → on the way to STORED: the upload's row goes, in the transaction that stores the file. */
export const endCompleting = async (tx: Tx, claim: UploadClaim): Promise<void> => {
  const gone = await tx
    .delete(uploads)
    .where(claimed(claim, 'COMPLETING'))
    .returning({ fileId: uploads.fileId })
  if (gone.length === 0) throw takenOver()
}

/** OPEN or COMPLETING → DROPPED. Does nothing when the upload is somebody else's by now, or over. */
export const dropUpload = async (tx: Tx, claim: UploadClaim, reason: string): Promise<void> => {
  const dropped = await tx
    .update(uploads)
    .set({ state: 'OPEN', size: null, sha256: null, updatedAt: sql`now()` })
    .where(
      and(
        eq(uploads.tenantId, claim.tenantId),
        eq(uploads.fileId, claim.fileId),
        eq(uploads.epoch, claim.epoch),
      ),
    )
    .returning({ fileId: uploads.fileId })
  if (dropped.length > 0) await tx.update(uploadedFiles).set({ reason }).where(fileOf(claim))
}

/** DROPPED → GIVEN UP, with all that is left of it. */
export const giveUpUpload = async (
  tx: Tx,
  { tenantId, fileId }: Pick<UploadClaim, 'tenantId' | 'fileId'>,
  reason: string,
): Promise<void> => {
  const [gone] = await tx
    .delete(uploads)
    .where(and(eq(uploads.tenantId, tenantId), eq(uploads.fileId, fileId)))
    .returning({ objectId: uploads.objectId, multipartId: uploads.multipartId })
  if (gone === undefined) return
  await tx
    .update(uploadedFiles)
    .set({ status: 'DELETED', path: fileId, objectId: null, reason })
    .where(fileOf({ tenantId, fileId }))
  await destroyObjects(tx, tenantId, [gone])
}
