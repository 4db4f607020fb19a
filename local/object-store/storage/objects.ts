import type { FileHandle } from 'node:fs/promises'
import { open, rm } from 'node:fs/promises'
import type { Buckets } from './buckets.ts'
import { checkVersionId, chooseVersion, noSuch } from './choose-version.ts'
import type { Discards } from './discards.ts'
import { moveDurably, syncFolder } from './durable.ts'
import type { Layout } from './layout.ts'
import { bucketFolder, objectFile, temporary } from './layout.ts'
import type { Locks } from './locks.ts'
import { noBytes, readRecord, readRecordFile, writeRecordFile } from './record-file.ts'
import type { ObjectRecord } from './records.ts'
import { markerRecord } from './records.ts'
import type { Version } from './version.ts'
import { unversioned } from './version.ts'
import { absent } from './versions.ts'

export interface FoundObject {
  readonly version: Version
  readonly record: ObjectRecord
}

/** An object held for reading: what replaces or deletes it meanwhile does not disturb the reader. */
export interface HeldObject extends FoundObject {
  readonly handle: FileHandle
  readonly release: () => Promise<void>
}

/** Refuses, by throwing, to replace what stands under a key now. */
export type Condition = (current: ObjectRecord | undefined) => void

export interface Write {
  readonly now: number
  readonly condition?: Condition
  readonly marker?: boolean
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

  async #look(bucket: string, key: string, version: Version): Promise<ObjectRecord | undefined> {
    return await readRecordFile<ObjectRecord>(objectFile(this.#layout, bucket, key, version)).catch(absent)
  }

  /** What a plain GET reads. */
  async current(bucket: string, key: string): Promise<ObjectRecord | undefined> {
    const [found] = await this.history(bucket, key, versions => versions.slice(0, 1))
    return found?.version.marker === false ? found.record : undefined
  }

  /** Those of a key's versions, newest first, that are wanted, delete markers included: all as of one moment. */
  async history(
    bucket: string,
    key: string,
    wanted: (versions: readonly Version[]) => readonly Version[],
  ): Promise<FoundObject[]> {
    const read = async () => {
      const found: FoundObject[] = []
      for (const version of wanted(this.#buckets.find(bucket).versionsOf(key))) {
        const record = await this.#look(bucket, key, version)
        if (record !== undefined) found.push({ version, record })
      }
      return found
    }
    // Without versioning there is one file, which one rename replaces.
    return await (this.#buckets.find(bucket).versioning === undefined
      ? read()
      : this.locked(bucket, key, read))
  }

  /** The version that is made of a completed upload's parts. */
  async ofUpload(bucket: string, key: string, upload: string): Promise<FoundObject | undefined> {
    const all = await this.history(bucket, key, versions => versions)
    return all.find(({ record }) => record.multipart?.upload === upload)
  }

  /** Under the lock, so that a multipart object's parts cannot go between reading its record and holding them. */
  async hold(bucket: string, key: string, versionId: string | undefined): Promise<HeldObject> {
    return await this.locked(bucket, key, async () => {
      const version = chooseVersion(this.#buckets.find(bucket), key, versionId)
      const handle = await open(objectFile(this.#layout, bucket, key, version), 'r').catch(absent)
      if (handle === undefined) throw noSuch(versionId)
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
      return { version, record, handle, release }
    })
  }

  /** Work on one key that nobody else may interleave with. */
  async locked<T>(bucket: string, key: string, work: () => Promise<T>): Promise<T> {
    return await this.#locks.hold(`object ${bucket}/${key}`, work)
  }

  /** Puts a finished file under its key: the moment at which the object exists. The file is gone if it cannot. */
  async commit(bucket: string, key: string, finished: string, write: Write): Promise<Version> {
    return await this.locked(bucket, key, async () => await this.commitLocked(bucket, key, finished, write))
  }

  /** The same, for who holds the key's lock already. */
  async commitLocked(bucket: string, key: string, finished: string, write: Write): Promise<Version> {
    const { now, condition, marker = false } = write
    try {
      const home = this.#buckets.find(bucket)
      const [newest] = home.versionsOf(key)
      const current = newest?.marker === false ? await this.#look(bucket, key, newest) : undefined
      condition?.(current)
      const version = home.nextVersion(key, now, marker)
      const replaced = version === unversioned ? current?.multipart?.upload : undefined
      if (replaced !== undefined) await this.#discards.mark(replaced)
      await moveDurably(finished, objectFile(this.#layout, bucket, key, version))
      home.note(key, version, true)
      if (replaced !== undefined) await this.#discards.discard(replaced)
      for (const old of home.superseded(key)) await this.drop(bucket, key, old)
      return version
    } catch (error) {
      await rm(finished, { force: true })
      throw error
    }
  }

  /**
   * Without a version id: deletes the object, or, with versioning, lays a delete marker over it. With one: that version
   * is gone. Answers the marker, or what went, as far as it was there.
   */
  async remove(
    bucket: string,
    key: string,
    now: number,
    versionId: string | undefined,
  ): Promise<Version | undefined> {
    checkVersionId(versionId)
    return await this.locked(bucket, key, async () => {
      const home = this.#buckets.find(bucket)
      if (versionId === undefined && home.versioning !== undefined) return await this.#mark(bucket, key, now)
      const version = home.versionsOf(key).find(({ id }) => versionId === undefined || id === versionId)
      if (version !== undefined) await this.drop(bucket, key, version)
      return version
    })
  }

  async #mark(bucket: string, key: string, now: number): Promise<Version> {
    const file = temporary(this.#layout)
    await writeRecordFile(file, noBytes(), () => markerRecord(key, now))
    return await this.commitLocked(bucket, key, file, { now, marker: true })
  }

  /** Takes one version away. For who holds the key's lock. */
  async drop(bucket: string, key: string, version: Version): Promise<void> {
    const record = await this.#look(bucket, key, version)
    if (record === undefined) return
    const upload = record.multipart?.upload
    if (upload !== undefined) await this.#discards.mark(upload)
    await rm(objectFile(this.#layout, bucket, key, version))
    await syncFolder(bucketFolder(this.#layout, bucket))
    this.#buckets.find(bucket).note(key, version, false)
    if (upload !== undefined) await this.#discards.discard(upload)
  }
}
