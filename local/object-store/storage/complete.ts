import { createHash } from 'node:crypto'
import type { Checksum } from '../http/checksums.ts'
import { startChecksum } from '../http/checksums.ts'
import { S3Error, systemCode } from '../http/errors.ts'
import type { Layout } from './layout.ts'
import { temporary } from './layout.ts'
import type { Condition, FoundObject, Objects } from './objects.ts'
import { noBytes, writeRecordFile } from './record-file.ts'
import type { ObjectRecord, PartRecord } from './records.ts'
import type { Uploads } from './uploads.ts'

/** A part as the client names it when it completes an upload. */
export interface NamedPart {
  readonly number: number
  readonly etag: string
  readonly checksum: Checksum | undefined
}

const leastPart = 5 * 1024 * 1024

const checkPart = (named: NamedPart, found: PartRecord | undefined, isLast: boolean): PartRecord => {
  const sum = named.checksum
  const sameSum =
    sum === undefined || (found?.checksum?.algorithm === sum.algorithm && found.checksum.value === sum.value)
  if (found === undefined || found.etag !== named.etag || !sameSum)
    throw new S3Error(
      'InvalidPart',
      `Part ${named.number} was not found, or its ETag or checksum is another.`,
    )
  if (!isLast && found.size < leastPart)
    throw new S3Error(
      'EntityTooSmall',
      `Part ${named.number} has ${found.size} bytes; all but the last need 5 MiB.`,
    )
  return found
}

const etagOf = (etags: readonly string[]): string =>
  `${createHash('md5')
    .update(Buffer.from(etags.join(''), 'hex'))
    .digest('hex')}-${etags.length}`

const checksumOf = (parts: readonly PartRecord[]): Checksum | undefined => {
  const algorithm = parts[0]?.checksum?.algorithm
  if (algorithm === undefined || parts.some(part => part.checksum?.algorithm !== algorithm)) return undefined
  const all = startChecksum(algorithm)
  for (const part of parts) all.update(Buffer.from(part.checksum?.value ?? '', 'base64'))
  return { algorithm, value: `${all.value()}-${parts.length}` }
}

interface Completion {
  readonly bucket: string
  readonly key: string
  readonly id: string
  readonly parts: readonly NamedPart[]
  readonly now: number
  readonly condition: Condition
}

/**
 * No byte is copied: the object's record lists the parts, and exists from one rename on. Then the parts' folder moves
 * out of `uploads/`; a start after a crash between the two catches up (recover.ts). Asked again for an upload that
 * already became this key's object, it answers the same.
 */
export const complete = async (
  layout: Layout,
  uploads: Uploads,
  objects: Objects,
  { bucket, key, id, parts, now, condition }: Completion,
): Promise<FoundObject> =>
  await uploads.locked(id, async () => {
    const before = await objects.ofUpload(bucket, key, id)
    if (before?.record.multipart && before.record.etag === etagOf(parts.map(part => part.etag))) {
      await uploads.settle(id, before.record.multipart.parts).catch(whenSettled)
      return before
    }
    const upload = uploads.find(bucket, key, id)
    if (parts.some((part, at) => part.number <= (parts[at - 1]?.number ?? 0)))
      throw new S3Error('InvalidPartOrder', 'The parts must be listed in ascending order.')
    const stored = await uploads.parts(upload)
    const found = parts.map((part, at) => checkPart(part, stored.get(part.number), at === parts.length - 1))
    const { headers, metadata } = upload.record
    const record: ObjectRecord = {
      key,
      headers,
      metadata,
      size: found.reduce((sum, part) => sum + part.size, 0),
      etag: etagOf(found.map(part => part.etag)),
      modifiedAt: now,
      checksum: checksumOf(found),
      multipart: { upload: id, parts: found.map(({ number, size }) => ({ number, size })) },
    }
    const file = temporary(layout)
    await writeRecordFile(file, noBytes(), () => record)
    return await objects.locked(bucket, key, async () => {
      const version = await objects.commitLocked(bucket, key, file, { now, condition })
      await uploads.settle(id, found)
      return { version, record }
    })
  })

const whenSettled = (error: unknown) => {
  if (systemCode(error) !== 'ENOENT') throw error
}
