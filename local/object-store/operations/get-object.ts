import { checksumHeaders } from '../http/checksums.ts'
import type { FoundObject } from '../storage/objects.ts'
import { readRange } from '../storage/read-range.ts'
import type { Call, Reply, Run } from './call.ts'
import { rangeStillGood, readCondition } from './conditions.ts'
import { descriptionHeaders } from './description.ts'
import type { ByteRange } from './range.ts'
import { parseRange } from './range.ts'
import { versionHeaders } from './version-headers.ts'

/** What GET and HEAD have in common: everything but the bytes. */
const answer = (
  call: Call,
  { record, version }: FoundObject,
): { reply: Reply; range: ByteRange | undefined } => {
  const { headers } = call
  const validators = {
    etag: `"${record.etag}"`,
    'last-modified': new Date(record.modifiedAt).toUTCString(),
    ...versionHeaders(call, version),
  }
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
  const held = await call.storage.objects.hold(call.bucket, call.key, call.query.get('versionId'))
  await held.release()
  return answer(call, held).reply
}

export const getObject: Run = async call => {
  const { bucket, key, query, storage } = call
  const held = await storage.objects.hold(bucket, key, query.get('versionId'))
  try {
    const { reply, range } = answer(call, held)
    const { start, end } = range ?? { start: 0, end: 0 }
    return { ...reply, body: { chunks: readRange(storage.layout, held, start, end), release: held.release } }
  } catch (error) {
    await held.release()
    throw error
  }
}
