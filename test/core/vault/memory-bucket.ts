import { createHash } from 'node:crypto'
import type { Bucket } from '../../../core/vault/bucket.ts'

interface Upload {
  name: string
  begun: Date
  parts: Map<number, { body: Buffer; etag: string }>
}

/** A bucket in memory whose bytes a test can look at and damage. `before` is called ahead of each operation. */
export interface MemoryBucket extends Bucket {
  readonly objects: Map<string, Buffer>
  readonly uploads: Map<string, Upload>
  before: (op: string, detail: number, name?: string) => void | Promise<void>
  /** Bytes asked for by `get`. */
  fetched: number
}

const md5 = (body: Buffer) => createHash('md5').update(body).digest('hex')

const byBytes = (one: string, other: string) => Buffer.compare(Buffer.from(one), Buffer.from(other))

export const memoryBucket = (): MemoryBucket => {
  const objects = new Map<string, Buffer>()
  const uploads = new Map<string, Upload>()
  let ids = 0
  const open = (id: string) => {
    const upload = uploads.get(id)
    if (upload === undefined) throw new Error('NoSuchUpload')
    return upload
  }

  const bucket: MemoryBucket = {
    objects,
    uploads,
    before: () => undefined,
    fetched: 0,
    async put(name, body) {
      await bucket.before('put', body.length, name)
      objects.set(name, Buffer.from(body))
    },
    async get(name, start, end) {
      await bucket.before('get', start, name)
      const body = objects.get(name)
      if (body === undefined) return undefined
      const bytes = Buffer.from(body.subarray(start, end))
      bucket.fetched += bytes.length
      return { bytes, total: body.length }
    },
    async head(name) {
      await bucket.before('head', 0)
      const body = objects.get(name)
      return body && { size: body.length, etag: md5(body) }
    },
    async remove(name) {
      await bucket.before('remove', 1, name)
      objects.delete(name)
    },
    async removeAll(names) {
      await bucket.before('removeAll', names.length)
      for (const name of names) objects.delete(name)
      return { gone: [...new Set(names)], failed: [] }
    },
    async *list(prefix, after) {
      for (const name of [...objects.keys()].toSorted(byBytes)) {
        const body = objects.get(name)
        if (body === undefined || !name.startsWith(prefix)) continue
        if (after !== undefined && byBytes(name, after) <= 0) continue
        yield { name, size: body.length, modified: new Date() }
      }
    },
    async beginParts(name) {
      await bucket.before('beginParts', 0)
      const id = `upload-${++ids}`
      uploads.set(id, { name, begun: new Date(), parts: new Map() })
      return id
    },
    async putPart(_name, id, { partNumber, body, sha256 }) {
      const copy = Buffer.from(body)
      await bucket.before('putPart', partNumber)
      if (!createHash('sha256').update(copy).digest().equals(sha256)) throw new Error('digest differs')
      if (!copy.equals(body)) throw new Error('the part changed while it was on its way')
      const etag = md5(copy)
      open(id).parts.set(partNumber, { body: copy, etag })
      return etag
    },
    async completeParts(name, id, parts) {
      await bucket.before('completeParts', parts.length)
      const stored = open(id).parts
      const numbers = parts.map(part => part.partNumber)
      if (numbers.some((number, at) => at > 0 && number <= (numbers[at - 1] ?? 0))) throw new Error('order')
      const bodies = parts.map(part => {
        const found = stored.get(part.partNumber)
        if (found === undefined || found.etag !== part.etag) throw new Error('InvalidPart')
        return found.body
      })
      if (bodies.slice(0, -1).some(body => body.length < 5 * 2 ** 20)) throw new Error('EntityTooSmall')
      objects.set(name, Buffer.concat(bodies))
      uploads.delete(id)
    },
    async abortParts(_name, id) {
      uploads.delete(id)
    },
    async *listParts(_name, id) {
      for (const [partNumber, { body, etag }] of open(id).parts)
        yield { partNumber, etag, bytes: body.length }
    },
    async *listUploads(prefix) {
      for (const [multipartId, { name, begun }] of uploads) {
        if (name.startsWith(prefix)) yield { name, multipartId, begun }
      }
    },
    close: () => undefined,
  }
  return bucket
}
