import type { FinishedObject, ObjectWriter } from '../vault/object-writer.ts'
import { durableSize } from '../vault/object-writer.ts'
import type { PartLedger, StoredPart } from '../vault/part-pump.ts'
import { completeUpload, storeAtOnce } from './complete-upload.ts'
import type { TreeSession } from './tree-session.ts'
import type { UploadClaim, UploadOrigin } from './upload.ts'
import {
  dropUpload,
  markCompleting,
  recordMultipart,
  recordPart,
  recordUpload,
  takenOver,
  touchUpload,
} from './upload.ts'

/** What a small file is given to come and go in before it is put on record. */
const HELD_MILLISECONDS = 1000
/** How often an open upload says that its session lives; settle-uploads.ts believes it dead after some of these. */
const TOUCH_MILLISECONDS = 60_000

/**
 * One session's side of an upload: the writer of its object, and its states in the database. upload.ts has the table
 * of states. Bytes in order go to `writer`; `store` or `drop` ends it, once.
 */
export interface UploadSession {
  readonly writer: ObjectWriter
  /** Everything has been written: the file is stored when this resolves, and not when it rejects. */
  store(modifiedAt: Date | undefined): Promise<void>
  /** Leaves it INCOMPLETE with why. Never rejects. */
  drop(reason: string): Promise<void>
}

export const openUploadSession = (tree: TreeSession, origin: UploadOrigin): UploadSession => {
  const { database, vault, warn } = tree
  const { tenantId, path, object } = origin
  const startedAt = new Date()
  const parts: StoredPart[] = []
  let recording: Promise<UploadClaim> | undefined
  let ended = false

  const record = (reason?: string): Promise<UploadClaim> => {
    recording ??= database
      .asTenant(tenantId, tx =>
        recordUpload(tx, origin, { startedAt, ...(reason === undefined ? {} : { reason }) }),
      )
      .catch((error: unknown) => {
        recording = undefined
        throw error
      })
    return recording
  }

  const ledger: PartLedger = {
    async began(multipartId) {
      const claim = await record()
      await database.asTenant(tenantId, tx => recordMultipart(tx, claim, multipartId))
    },
    async stored(part) {
      const claim = await record()
      parts.push(part)
      parts.sort((one, other) => one.firstSegment - other.firstSegment)
      const durable = Math.min(durableSize(parts), writer.size)
      await database.asTenant(tenantId, tx => recordPart(tx, claim, part, durable))
    },
  }
  const writer = vault.write(object, ledger)

  const touch = async () => {
    const claim = await recording
    if (claim === undefined) return
    const ours = await database.asTenant(tenantId, tx => touchUpload(tx, claim))
    if (!ours && !ended) await writer.stop(takenOver())
  }
  const inBackground = (step: () => Promise<unknown>, what: string) => () => {
    step().catch((error: unknown) => warn?.(error, what))
  }
  const recordLater = setTimeout(
    inBackground(() => record(), 'upload not put on record'),
    HELD_MILLISECONDS,
  )
  // While the object is being completed as well, which may take minutes.
  const touching = setInterval(inBackground(touch, 'upload not touched'), TOUCH_MILLISECONDS)

  const end = () => {
    ended = true
    clearTimeout(recordLater)
  }

  const storeRecorded = async (
    claim: UploadClaim,
    finished: FinishedObject,
    modifiedAt: Date | undefined,
  ) => {
    await database.asTenant(tenantId, tx => markCompleting(tx, claim, finished))
    await writer.complete()
    const whole = { ...finished, modifiedAt }
    const memory = { tenantId, hashes: await vault.hashes.of(tenantId) }
    await database.asTenant(tenantId, tx =>
      completeUpload(tx, memory, { ...claim, path, objectId: object.objectId }, whole),
    )
  }

  const leave = async (reason: string) => {
    end()
    try {
      await writer.stop()
      const claim = await record(reason)
      await database.asTenant(tenantId, tx => dropUpload(tx, claim, reason))
    } catch (error) {
      warn?.(error, 'dropped upload not put on record')
    } finally {
      clearInterval(touching)
    }
  }

  return {
    writer,
    async store(modifiedAt) {
      try {
        const finished = await writer.finish()
        end()
        if (recording === undefined) {
          await writer.complete()
          const whole = { ...finished, modifiedAt, startedAt }
          const memory = { tenantId, hashes: await vault.hashes.of(tenantId) }
          await database.asTenant(tenantId, tx => storeAtOnce(tx, memory, origin, whole))
        } else await storeRecorded(await recording, finished, modifiedAt)
      } catch (error) {
        await leave('It could not be stored; send it again.')
        throw error
      }
      clearInterval(touching)
      await writer.stop()
    },
    async drop(reason) {
      if (!ended) await leave(reason)
    },
  }
}
