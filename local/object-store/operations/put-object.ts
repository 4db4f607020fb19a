import { checksumHeaders } from '../http/checksums.ts'
import { temporary } from '../storage/layout.ts'
import { writeRecordFile } from '../storage/record-file.ts'
import type { ObjectRecord } from '../storage/records.ts'
import type { Run } from './call.ts'
import { writeCondition } from './conditions.ts'
import { describe } from './description.ts'
import { versionHeaders } from './version-headers.ts'

export const putObject: Run = async call => {
  const { bucket, key, headers, storage, now } = call
  storage.buckets.find(bucket)
  const condition = writeCondition(headers)
  const description = describe(headers)
  const body = call.payload()
  const file = temporary(storage.layout)
  const record = await writeRecordFile<ObjectRecord>(file, body.chunks, () => {
    const { md5, size, checksum } = body.digests()
    return { key, size, etag: md5, modifiedAt: now, checksum, multipart: undefined, ...description }
  })
  const version = await storage.objects.commit(bucket, key, file, { now, condition })
  const told = { ...checksumHeaders(record.checksum), ...versionHeaders(call, version) }
  return { status: 200, headers: { etag: `"${record.etag}"`, ...told } }
}
