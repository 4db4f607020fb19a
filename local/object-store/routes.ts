import type { Address } from './http/address.ts'
import { S3Error } from './http/errors.ts'
import { createBucket, headBucket } from './operations/buckets.ts'
import type { Run } from './operations/call.ts'
import { completeMultipartUpload } from './operations/complete-upload.ts'
import { deleteObject, deleteObjects } from './operations/delete-objects.ts'
import { getObject, headObject } from './operations/get-object.ts'
import { listObjects } from './operations/list-objects.ts'
import { listMultipartUploads, listParts } from './operations/list-uploads.ts'
import { listObjectVersions } from './operations/list-versions.ts'
import { putObject } from './operations/put-object.ts'
import { abortMultipartUpload, createMultipartUpload, uploadPart } from './operations/uploads.ts'
import { getBucketVersioning, putBucketVersioning } from './operations/versioning.ts'

/** `needs` are the query's parameters that choose the operation, `takes` those it understands besides. */
interface Route {
  readonly method: string
  readonly on: 'bucket' | 'key'
  readonly needs: readonly string[]
  readonly takes: readonly string[]
  readonly run: Run
}

const route = (
  method: string,
  on: Route['on'],
  needs: readonly string[],
  run: Run,
  takes: readonly string[] = [],
): Route => ({ method, on, needs, takes, run })

const paging = [
  'prefix',
  'delimiter',
  'max-keys',
  'continuation-token',
  'start-after',
  'encoding-type',
  'fetch-owner',
]

const routes = {
  CreateBucket: route('PUT', 'bucket', [], createBucket),
  HeadBucket: route('HEAD', 'bucket', [], headBucket),
  ListObjectsV2: route('GET', 'bucket', ['list-type'], listObjects, paging),
  PutBucketVersioning: route('PUT', 'bucket', ['versioning'], putBucketVersioning),
  GetBucketVersioning: route('GET', 'bucket', ['versioning'], getBucketVersioning),
  ListObjectVersions: route('GET', 'bucket', ['versions'], listObjectVersions, [
    'prefix',
    'key-marker',
    'version-id-marker',
    'max-keys',
  ]),
  ListMultipartUploads: route('GET', 'bucket', ['uploads'], listMultipartUploads, [
    'prefix',
    'key-marker',
    'upload-id-marker',
    'max-uploads',
  ]),
  DeleteObjects: route('POST', 'bucket', ['delete'], deleteObjects),
  PutObject: route('PUT', 'key', [], putObject),
  UploadPart: route('PUT', 'key', ['partNumber', 'uploadId'], uploadPart),
  GetObject: route('GET', 'key', [], getObject, ['versionId']),
  ListParts: route('GET', 'key', ['uploadId'], listParts, ['max-parts', 'part-number-marker']),
  HeadObject: route('HEAD', 'key', [], headObject, ['versionId']),
  DeleteObject: route('DELETE', 'key', [], deleteObject, ['versionId']),
  AbortMultipartUpload: route('DELETE', 'key', ['uploadId'], abortMultipartUpload),
  CreateMultipartUpload: route('POST', 'key', ['uploads'], createMultipartUpload),
  CompleteMultipartUpload: route('POST', 'key', ['uploadId'], completeMultipartUpload),
} satisfies Record<string, Route>

export type OperationName = keyof typeof routes

/** The operation that fits exactly. What is asked for besides is refused by name rather than left out in silence. */
export const findRoute = (
  method: string,
  { bucket, key, query }: Address,
): { operation: OperationName; run: Run } => {
  const on = key === undefined ? 'bucket' : 'key'
  const asked = [...query.keys()].filter(name => name !== 'x-id')
  const names = Object.keys(routes) as OperationName[]
  const operation = names.find(name => {
    const { method: itsMethod, on: itsOn, needs, takes }: Route = routes[name]
    const fits = itsMethod === method && itsOn === on && needs.every(parameter => query.has(parameter))
    return fits && asked.every(parameter => needs.includes(parameter) || takes.includes(parameter))
  })
  if (bucket === undefined || operation === undefined)
    throw new S3Error(
      'NotImplemented',
      `This object store has no ${method} of a ${on} with [${asked.join(', ')}].`,
    )
  return { operation, run: routes[operation].run }
}
