import type { Tx } from '../../../db/db.ts'
import { type BegunObject, beginObject } from '../../vault/object-rows.ts'
import type { FinishedObject, ObjectWriter } from '../../vault/object-writer.ts'
import type { Vault } from '../../vault/vault.ts'

export interface StoredEntry {
  object: BegunObject
  size: number
  sha256: Buffer | undefined
}

type InTenant = <T>(work: (tx: Tx) => Promise<T>) => Promise<T>

/** Objects of an archive's entries: all of them stand before any is on record, and none is left when it comes to nothing. */
export interface EntryObjects {
  store(bytes: AsyncIterable<Buffer>): Promise<StoredEntry>
  /** For whatever was not put on record. What cannot be removed now is an orphan, and removed as such. */
  discard(): Promise<void>
}

export const entryObjects = (vault: Vault, tenantId: string, inTenant: InTenant): EntryObjects => {
  const stored: string[] = []
  const parts: { storageKey: string; multipartId: string }[] = []

  const write = async (writer: ObjectWriter, bytes: AsyncIterable<Buffer>): Promise<FinishedObject> => {
    try {
      for await (const piece of bytes) await writer.write(piece)
      const finished = await writer.finish()
      await writer.complete()
      return finished
    } catch (error) {
      await writer.stop(error)
      throw error
    }
  }

  return {
    async store(bytes) {
      const object = await inTenant(tx => beginObject(tx, vault, tenantId))
      const { storageKey } = object
      stored.push(storageKey)
      const writer = vault.write(object, {
        async began(multipartId) {
          parts.push({ storageKey, multipartId })
        },
        async stored() {},
      })
      const { size, sha256 } = await write(writer, bytes)
      return { object, size, sha256 }
    },
    async discard() {
      for (const { storageKey, multipartId } of parts)
        await vault.bucket.abortParts(storageKey, multipartId).catch(() => {})
      for (const storageKey of stored) await vault.bucket.remove(storageKey).catch(() => {})
    },
  }
}
