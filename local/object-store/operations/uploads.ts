import { checksumAlgorithms, checksumHeaders } from '../http/checksums.ts'
import { S3Error } from '../http/errors.ts'
import { xmlDocument } from '../http/xml.ts'
import type { Run } from './call.ts'
import { headerText } from './call.ts'
import { describe } from './description.ts'

const mostParts = 10_000

export const createMultipartUpload: Run = async ({ bucket, key, headers, storage, now }) => {
  storage.buckets.find(bucket)
  const named = headerText(headers['x-amz-checksum-algorithm'])?.toLowerCase()
  const algorithm = checksumAlgorithms.find(known => known === named)
  if (named !== undefined && algorithm === undefined)
    throw new S3Error('NotImplemented', `This object store does not know the checksum ${named}.`)
  if (headerText(headers['x-amz-checksum-type'])?.toUpperCase() === 'FULL_OBJECT')
    throw new S3Error('NotImplemented', 'The checksum of a multipart object is COMPOSITE here.')
  const { id } = await storage.uploads.create({
    bucket,
    key,
    startedAt: now,
    algorithm,
    ...describe(headers),
  })
  const body = xmlDocument('InitiateMultipartUploadResult', { Bucket: bucket, Key: key, UploadId: id })
  const told: Record<string, string> = algorithm
    ? { 'x-amz-checksum-algorithm': algorithm.toUpperCase(), 'x-amz-checksum-type': 'COMPOSITE' }
    : {}
  return { status: 200, headers: told, body }
}

export const uploadPart: Run = async ({ bucket, key, query, storage, now, payload }) => {
  storage.buckets.find(bucket)
  const upload = storage.uploads.find(bucket, key, query.get('uploadId') ?? '')
  const number = Number(query.get('partNumber'))
  if (!Number.isInteger(number) || number < 1 || number > mostParts)
    throw new S3Error('InvalidArgument', `A part's number is 1 to ${mostParts}.`)
  const body = payload()
  const part = await storage.uploads.addPart(upload, body.chunks, () => {
    const { md5, size, checksum } = body.digests()
    return { number, size, etag: md5, modifiedAt: now, checksum }
  })
  return { status: 200, headers: { etag: `"${part.etag}"`, ...checksumHeaders(part.checksum) } }
}

export const abortMultipartUpload: Run = async ({ bucket, key, query, storage }) => {
  storage.buckets.find(bucket)
  await storage.uploads.abort(bucket, key, query.get('uploadId') ?? '')
  return { status: 204 }
}
