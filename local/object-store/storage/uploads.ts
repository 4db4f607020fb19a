import { mkdir, readdir, readFile, rename, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { S3Error } from '../http/errors.ts'
import { moveDurably, removeFolder, syncFolder } from './durable.ts'
import type { Layout } from './layout.ts'
import { completedFolder, isUploadId, newUploadId, openFolder, partName, temporary } from './layout.ts'
import type { Locks } from './locks.ts'
import { readRecordFile, writeRecordFile } from './record-file.ts'
import type { PartRecord, StoredPart, UploadRecord } from './records.ts'

/** An open upload; its parts are read from disk when first asked for. */
interface OpenUpload {
  readonly record: UploadRecord
  parts: Map<number, PartRecord> | undefined
}

/**
 * Multipart uploads and their parts. An upload is open from `uploads/<id>` appearing until its object does (complete.ts)
 * or the folder is taken away (abort); whatever changes it happens under the upload's lock.
 */
export class Uploads {
  readonly #layout: Layout
  readonly #locks: Locks
  readonly #open = new Map<string, OpenUpload>()

  constructor(layout: Layout, locks: Locks) {
    this.#layout = layout
    this.#locks = locks
  }

  all(bucket: string): UploadRecord[] {
    return [...this.#open.values()].map(({ record }) => record).filter(record => record.bucket === bucket)
  }

  async create(told: Omit<UploadRecord, 'id'>): Promise<UploadRecord> {
    const record = { ...told, id: newUploadId(told.startedAt) }
    const folder = temporary(this.#layout)
    await mkdir(folder)
    await writeFile(join(folder, 'upload.json'), JSON.stringify(record), { flush: true })
    await syncFolder(folder)
    await moveDurably(folder, openFolder(this.#layout, record.id))
    this.#open.set(record.id, { record, parts: new Map() })
    return record
  }

  /** The open upload of that id for that very key. */
  find(bucket: string, key: string, id: string): OpenUpload {
    const upload = isUploadId(id) ? this.#open.get(id) : undefined
    if (upload === undefined || upload.record.bucket !== bucket || upload.record.key !== key)
      throw new S3Error('NoSuchUpload', 'The upload does not exist; it may have been aborted or completed.')
    return upload
  }

  async locked<T>(id: string, work: () => Promise<T>): Promise<T> {
    return await this.#locks.hold(`upload ${id}`, work)
  }

  async parts(upload: OpenUpload): Promise<Map<number, PartRecord>> {
    if (upload.parts !== undefined) return upload.parts
    const folder = openFolder(this.#layout, upload.record.id)
    const parts = new Map<number, PartRecord>()
    for (const name of (await readdir(folder)).filter(name => /^\d{5}$/.test(name)).sort()) {
      const part = await readRecordFile<PartRecord>(join(folder, name))
      parts.set(part.number, part)
    }
    upload.parts = parts
    return parts
  }

  async addPart(
    upload: OpenUpload,
    chunks: AsyncIterable<Buffer>,
    recordOf: () => PartRecord,
  ): Promise<PartRecord> {
    const { bucket, key, id } = upload.record
    const file = temporary(this.#layout)
    const part = await writeRecordFile(file, chunks, recordOf)
    try {
      await this.locked(id, async () => {
        const parts = await this.parts(this.find(bucket, key, id))
        await moveDurably(file, join(openFolder(this.#layout, id), partName(part.number)))
        parts.set(part.number, part)
      })
    } catch (error) {
      await rm(file, { force: true })
      throw error
    }
    return part
  }

  async abort(bucket: string, key: string, id: string): Promise<void> {
    await this.locked(id, async () => {
      this.find(bucket, key, id)
      await removeFolder(this.#layout, openFolder(this.#layout, id))
      this.#open.delete(id)
    })
  }

  /** After the object exists: its parts go where it looks for them, the others go away. May be done again after a crash. */
  async settle(id: string, kept: readonly StoredPart[]): Promise<void> {
    this.#open.delete(id)
    const from = openFolder(this.#layout, id)
    const names = new Set(['upload.json', ...kept.map(({ number }) => partName(number))])
    for (const name of await readdir(from)) if (!names.has(name)) await rm(join(from, name))
    await rename(from, completedFolder(this.#layout, id))
    await syncFolder(this.#layout.multipart)
    await syncFolder(this.#layout.uploads)
  }

  async stored(folder: string): Promise<UploadRecord> {
    return JSON.parse(await readFile(join(folder, 'upload.json'), 'utf8')) as UploadRecord
  }

  reopen(record: UploadRecord): void {
    this.#open.set(record.id, { record, parts: undefined })
  }
}
