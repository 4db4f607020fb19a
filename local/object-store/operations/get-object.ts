import { checksumHeaders } from '../http/checksums.ts'
import { S3Error } from '../http/errors.ts'
import { readRange } from '../storage/read-range.ts'
import type { ObjectRecord } from '../storage/records.ts'
import type { Call, Reply, Run } from './call.ts'
import { rangeStillGood, readCondition } from './conditions.ts'
import { descriptionHeaders } from './description.ts'
import type { ByteRange } from './range.ts'
import { parseRange } from './range.ts'

const noSuchKey = () => new S3Error('NoSuchKey', 'The key does not exist.')

/** What GET and HEAD have in common: everything but the bytes. */
const answer = ({ headers }: Call, record: ObjectRecord): { reply: Reply; range: ByteRange | undefined } => {
  const validators = { etag: `"${record.etag}"`, 'last-modified': new Date(record.modifiedAt).toUTCString() }
  if (readCondition(headers, record) === 'not modified')
    return { reply: { status: 304, headers: validators }, range: undefined }
  const range = rangeStillGood(headers, record) ? parseRange(headers.range, record.size) : undefined
  const { start, end } = range ?? { start: 0, end: record.size }
  const wantsChecksum =
    headers['x-amz-checksum-mode']?.toString().toUpperCase() === 'ENABLED' && range === undefined
  return {
    range: { start, end },
    reply: {
      status: range === undefined ? 200 : 206,
      headers: {
        ...descriptionHeaders(record),
        ...validators,
        ...(wantsChecksum ? checksumHeaders(record.checksum) : {}),
        ...(range === undefined ? {} : { 'content-range': `bytes ${start}-${end - 1}/${record.size}` }),
        'accept-ranges': 'bytes',
        'content-length': String(end - start),
      },
    },
  }
}

export const headObject: Run = async call => {
  call.storage.buckets.index(call.bucket)
  const record = await call.storage.objects.look(call.bucket, call.key)
  if (record === undefined) throw noSuchKey()
  return answer(call, record).reply
}

export const getObject: Run = async call => {
  const { bucket, key, storage } = call
  storage.buckets.index(bucket)
  const held = await storage.objects.hold(bucket, key)
  if (held === undefined) throw noSuchKey()
  try {
    const { reply, range } = answer(call, held.record)
    const { start, end } = range ?? { start: 0, end: 0 }
    return { ...reply, body: { chunks: readRange(storage.layout, held, start, end), release: held.release } }
  } catch (error) {
    await held.release()
    throw error
  }
}
