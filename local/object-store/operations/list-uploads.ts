import { checksumXml } from '../http/checksums.ts'
import { xmlDocument } from '../http/xml.ts'
import { toBytes } from '../storage/key-index.ts'
import type { UploadRecord } from '../storage/records.ts'
import type { Run } from './call.ts'
import { countParameter } from './call.ts'

export const listParts: Run = async call => {
  const { bucket, key, query, storage } = call
  storage.buckets.find(bucket)
  const upload = storage.uploads.find(bucket, key, query.get('uploadId') ?? '')
  const most = countParameter(call, 'max-parts', 1000)
  const marker = countParameter(call, 'part-number-marker', 10_000)
  const after = query.has('part-number-marker') ? marker : 0
  const parts = [...(await storage.uploads.parts(upload)).values()]
    .filter(({ number }) => number > after)
    .sort((a, b) => a.number - b.number)
  const page = parts.slice(0, most)
  const body = xmlDocument('ListPartsResult', {
    Bucket: bucket,
    Key: key,
    UploadId: upload.record.id,
    PartNumberMarker: after,
    NextPartNumberMarker: page.at(-1)?.number ?? after,
    MaxParts: most,
    IsTruncated: page.length < parts.length,
    StorageClass: 'STANDARD',
    ChecksumAlgorithm: upload.record.algorithm?.toUpperCase(),
    Part: page.map(part => ({
      PartNumber: part.number,
      LastModified: new Date(part.modifiedAt).toISOString(),
      ETag: `"${part.etag}"`,
      Size: part.size,
      ...checksumXml(part.checksum),
    })),
  })
  return { status: 200, body }
}

/** By key, then by the time they were begun, which their ids begin with. */
const order = ({ key, id }: Pick<UploadRecord, 'key' | 'id'>): string => `${toBytes(key)}\0${id}`

export const listMultipartUploads: Run = async call => {
  const { bucket, query, storage } = call
  storage.buckets.find(bucket)
  const most = countParameter(call, 'max-uploads', 1000)
  const prefix = query.get('prefix') ?? ''
  const keyMarker = query.get('key-marker')
  const idMarker = query.get('upload-id-marker')
  const after = keyMarker === undefined ? '' : `${toBytes(keyMarker)}\0${idMarker || '\u00ff'}`
  const uploads = storage.uploads
    .all(bucket)
    .map(upload => ({ upload, at: order(upload) }))
    .filter(({ upload, at }) => upload.key.startsWith(prefix) && at > after)
    .sort((a, b) => (a.at < b.at ? -1 : 1))
    .map(({ upload }) => upload)
  const page = uploads.slice(0, most)
  const truncated = page.length < uploads.length
  const last = truncated ? page.at(-1) : undefined
  const body = xmlDocument('ListMultipartUploadsResult', {
    Bucket: bucket,
    KeyMarker: keyMarker ?? '',
    UploadIdMarker: idMarker ?? '',
    NextKeyMarker: last?.key,
    NextUploadIdMarker: last?.id,
    Prefix: prefix,
    MaxUploads: most,
    IsTruncated: truncated,
    Upload: page.map(({ key, id, startedAt, algorithm }) => ({
      Key: key,
      UploadId: id,
      Initiated: new Date(startedAt).toISOString(),
      StorageClass: 'STANDARD',
      ChecksumAlgorithm: algorithm?.toUpperCase(),
    })),
  })
  return { status: 200, body }
}
