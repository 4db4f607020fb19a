import type { Tx } from '../../../db/db.ts'
import { type BegunObject, beginObject } from '../../vault/object-rows.ts'
import type { FinishedObject, ObjectWriter } from '../../vault/object-writer.ts'
import type { Vault } from '../../vault/vault.ts'

export interface StoredEntry {
  object: BegunObject
  size: number
  sha256: Buffer
}

type InTenant = <T>(work: (tx: Tx) => Promise<T>) => Promise<T>

/** Objects of an archive's entries: all of them stand before any is on record, and none is left when it comes to nothing. */
export interface EntryObjects {
  store(bytes: AsyncIterable<Buffer>, signal: AbortSignal): Promise<StoredEntry>
  /** To a transaction that is about to put it on record: it may commit although its answer is lost. */
  handOver(object: BegunObject): void
  /** Of whatever was not handed over. What cannot be removed now is an orphan, and removed as such. */
  discard(): Promise<void>
}

export const entryObjects = (vault: Vault, tenantId: string, inTenant: InTenant): EntryObjects => {
  /** With the multipart upload of those that have one. */
  const standing = new Map<string, string | undefined>()

  const write = async (
    writer: ObjectWriter,
    bytes: AsyncIterable<Buffer>,
    signal: AbortSignal,
  ): Promise<FinishedObject> => {
    try {
      for await (const piece of bytes) {
        signal.throwIfAborted()
        await writer.write(piece)
      }
      const finished = await writer.finish()
      await writer.complete()
      return finished
    } catch (error) {
      await writer.stop(error)
      throw error
    }
  }

  return {
    async store(bytes, signal) {
      signal.throwIfAborted()
      const object = await inTenant(tx => beginObject(tx, vault, tenantId))
      const { storageKey } = object
      standing.set(storageKey, undefined)
      const writer = vault.write(object, {
        async began(multipartId) {
          standing.set(storageKey, multipartId)
        },
        async stored() {},
      })
      const { size, sha256 } = await write(writer, bytes, signal)
      return { object, size, sha256 }
    },
    handOver({ storageKey }) {
      standing.delete(storageKey)
    },
    async discard() {
      for (const [storageKey, multipartId] of standing) {
        if (multipartId !== undefined) await vault.bucket.abortParts(storageKey, multipartId).catch(() => {})
        await vault.bucket.remove(storageKey).catch(() => {})
      }
    },
  }
}
