import { checksumHeaders } from '../http/checksums.ts'
import { temporary } from '../storage/layout.ts'
import { writeRecordFile } from '../storage/record-file.ts'
import type { ObjectRecord } from '../storage/records.ts'
import type { Run } from './call.ts'
import { writeCondition } from './conditions.ts'
import { describe } from './description.ts'

export const putObject: Run = async ({ bucket, key, headers, storage, now, payload }) => {
  storage.buckets.index(bucket)
  const condition = writeCondition(headers)
  const description = describe(headers)
  const body = payload()
  const file = temporary(storage.layout)
  const record = await writeRecordFile<ObjectRecord>(file, body.chunks, () => {
    const { md5, size, checksum } = body.digests()
    return { key, size, etag: md5, modifiedAt: now, checksum, multipart: undefined, ...description }
  })
  await storage.objects.commit(bucket, key, file, condition)
  return { status: 200, headers: { etag: `"${record.etag}"`, ...checksumHeaders(record.checksum) } }
}
