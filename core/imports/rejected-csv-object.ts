import type { Tx } from '../../db/db.ts'
import { type BegunObject, beginObject, insertObject } from '../vault/object-rows.ts'
import type { FinishedObject, ObjectWriter } from '../vault/object-writer.ts'
import type { Vault } from '../vault/vault.ts'

export interface StoredCsv {
  objectId: string
  /** Bytes. */
  size: number
}

/** The CSV of rejected rows as an object of the vault, made with its first bytes: most files need none. */
export interface RejectedCsvObject {
  readonly begun: boolean
  /** Finds the tenant's key. */
  begin(tx: Tx): Promise<void>
  write(bytes: Buffer): Promise<void>
  /** All bytes are in the store. Null when nothing was written. */
  complete(): Promise<StoredCsv | null>
  /** On record with the caller's commit. */
  insert(tx: Tx): Promise<void>
  /** Leaves nothing behind; for whatever did not commit. Never rejects. */
  discard(): Promise<void>
}

export function rejectedCsvObject(vault: Vault, tenantId: string): RejectedCsvObject {
  let open: { object: BegunObject; writer: ObjectWriter } | undefined
  let multipartId: string | undefined
  let finished: FinishedObject | undefined
  let completed = false
  const ledger = {
    async began(id: string) {
      multipartId = id
    },
    async stored() {},
  }
  return {
    get begun() {
      return open !== undefined
    },
    async begin(tx) {
      const object = await beginObject(tx, vault, tenantId)
      open = { object, writer: vault.write(object, ledger) }
    },
    async write(bytes) {
      await open?.writer.write(bytes)
    },
    async complete() {
      if (!open) return null
      finished = await open.writer.finish()
      await open.writer.complete()
      completed = true
      return { objectId: open.object.objectId, size: finished.size }
    },
    async insert(tx) {
      if (open && finished) await insertObject(tx, open.object, finished)
    },
    async discard() {
      if (!open) return
      const { object, writer } = open
      open = undefined
      await writer.stop()
      if (multipartId !== undefined && !completed)
        await vault.bucket.abortParts(object.storageKey, multipartId).catch(() => {})
      if (completed) await vault.bucket.remove(object.storageKey).catch(() => {})
    },
  }
}
