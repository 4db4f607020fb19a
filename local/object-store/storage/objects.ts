import type { FileHandle } from 'node:fs/promises'
import { open, rm } from 'node:fs/promises'
import { systemCode } from '../http/errors.ts'
import type { Buckets } from './buckets.ts'
import type { Discards } from './discards.ts'
import { moveDurably, syncFolder } from './durable.ts'
import type { Layout } from './layout.ts'
import { bucketFolder, objectFile } from './layout.ts'
import type { Locks } from './locks.ts'
import { readRecord, readRecordFile } from './record-file.ts'
import type { ObjectRecord } from './records.ts'

/** An object held for reading: what replaces or deletes it meanwhile does not disturb the reader. */
export interface HeldObject {
  readonly record: ObjectRecord
  readonly handle: FileHandle
  readonly release: () => Promise<void>
}

/** Refuses, by throwing, to replace what stands under a key now. */
export type Condition = (current: ObjectRecord | undefined) => void

const absent = (error: unknown): undefined => {
  if (systemCode(error) !== 'ENOENT') throw error
}

export class Objects {
  readonly #layout: Layout
  readonly #buckets: Buckets
  readonly #locks: Locks
  readonly #discards: Discards

  constructor(layout: Layout, buckets: Buckets, locks: Locks, discards: Discards) {
    this.#layout = layout
    this.#buckets = buckets
    this.#locks = locks
    this.#discards = discards
  }

  async look(bucket: string, key: string): Promise<ObjectRecord | undefined> {
    return await readRecordFile<ObjectRecord>(objectFile(this.#layout, bucket, key)).catch(absent)
  }

  /** Under the lock, so that a multipart object's parts cannot go between reading its record and holding them. */
  async hold(bucket: string, key: string): Promise<HeldObject | undefined> {
    return await this.locked(bucket, key, async () => {
      const handle = await open(objectFile(this.#layout, bucket, key), 'r').catch(absent)
      if (handle === undefined) return undefined
      const record = await readRecord<ObjectRecord>(handle).catch(async (error: unknown) => {
        await handle.close()
        throw error
      })
      const upload = record.multipart?.upload
      if (upload !== undefined) this.#discards.startReading(upload)
      const release = async () => {
        await handle.close()
        if (upload !== undefined) await this.#discards.stopReading(upload)
      }
      return { record, handle, release }
    })
  }

  /** Work on one key that nobody else may interleave with. */
  async locked<T>(bucket: string, key: string, work: () => Promise<T>): Promise<T> {
    return await this.#locks.hold(`object ${bucket}/${key}`, work)
  }

  /** Puts a finished file under its key: the moment at which the object exists. The file is gone if it cannot. */
  async commit(bucket: string, key: string, finished: string, condition: Condition): Promise<void> {
    await this.locked(bucket, key, async () => await this.commitLocked(bucket, key, finished, condition))
  }

  /** The same, for who holds the key's lock already. */
  async commitLocked(bucket: string, key: string, finished: string, condition: Condition): Promise<void> {
    try {
      const current = await this.look(bucket, key)
      condition(current)
      const replaced = current?.multipart?.upload
      if (replaced !== undefined) await this.#discards.mark(replaced)
      await moveDurably(finished, objectFile(this.#layout, bucket, key))
      this.#buckets.index(bucket).note(key, true)
      if (replaced !== undefined) await this.#discards.discard(replaced)
    } catch (error) {
      await rm(finished, { force: true })
      throw error
    }
  }

  async remove(bucket: string, key: string): Promise<void> {
    await this.locked(bucket, key, async () => {
      const current = await this.look(bucket, key)
      if (current === undefined) return
      const upload = current.multipart?.upload
      if (upload !== undefined) await this.#discards.mark(upload)
      await rm(objectFile(this.#layout, bucket, key))
      await syncFolder(bucketFolder(this.#layout, bucket))
      this.#buckets.index(bucket).note(key, false)
      if (upload !== undefined) await this.#discards.discard(upload)
    })
  }
}
