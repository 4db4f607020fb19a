import type { ListMultipartUploadsCommandOutput, ListPartsCommandOutput, S3Client } from '@aws-sdk/client-s3'
import { ListMultipartUploadsCommand, ListPartsCommand, paginateListObjectsV2 } from '@aws-sdk/client-s3'
import type { Bucket, BucketOperation } from './bucket.ts'
import type { S3Requests } from './s3-requests.ts'

type Upload = { Bucket: string; Key: string; UploadId: string }
type Timed = S3Requests['timed']

/** Pages one by one, each of them timed. */
const pages = async function* <T>(op: BucketOperation, all: AsyncIterator<T>, timed: Timed) {
  for (;;) {
    const page = await timed(op, () => all.next())
    if (page.done) return
    yield page.value
  }
}

const uploadPages = async function* (client: S3Client, bucket: string, prefix: string, timed: Timed) {
  let after: { KeyMarker?: string; UploadIdMarker?: string } | undefined = {}
  while (after !== undefined) {
    const command: ListMultipartUploadsCommand = new ListMultipartUploadsCommand({
      Bucket: bucket,
      Prefix: prefix,
      ...after,
    })
    const page: ListMultipartUploadsCommandOutput = await timed('list_uploads', () => client.send(command))
    yield page
    const { NextKeyMarker: key, NextUploadIdMarker: id } = page
    after =
      page.IsTruncated === true && key !== undefined
        ? { KeyMarker: key, ...(id === undefined ? {} : { UploadIdMarker: id }) }
        : undefined
  }
}

/** By hand: the SDK's own paginator goes on for ever where a store names a next marker on its last page. */
const partPages = async function* (client: S3Client, upload: Upload, timed: Timed) {
  let after: { PartNumberMarker?: string } | undefined = {}
  while (after !== undefined) {
    const command: ListPartsCommand = new ListPartsCommand({ ...upload, ...after })
    const page: ListPartsCommandOutput = await timed('list_parts', () => client.send(command))
    yield page
    const { IsTruncated: more, NextPartNumberMarker: marker } = page
    after = more === true && marker !== undefined ? { PartNumberMarker: marker } : undefined
  }
}

export const s3Lists = (
  client: S3Client,
  bucket: string,
  timed: Timed,
): Pick<Bucket, 'list' | 'listParts' | 'listUploads'> => ({
  async *list(prefix, after) {
    const start = after === undefined ? {} : { StartAfter: after }
    const all = paginateListObjectsV2({ client }, { Bucket: bucket, Prefix: prefix, ...start })
    for await (const page of pages('list', all, timed)) {
      for (const { Key: name, Size: size, LastModified: modified } of page.Contents ?? []) {
        if (name !== undefined) yield { name, size: size ?? 0, modified: modified ?? new Date(0) }
      }
    }
  },

  async *listParts(name, multipartId) {
    const upload = { Bucket: bucket, Key: name, UploadId: multipartId }
    for await (const page of partPages(client, upload, timed)) {
      for (const { PartNumber: partNumber, ETag: etag, Size: bytes } of page.Parts ?? []) {
        if (partNumber !== undefined && etag !== undefined) yield { partNumber, etag, bytes: bytes ?? 0 }
      }
    }
  },

  async *listUploads(prefix) {
    for await (const page of uploadPages(client, bucket, prefix, timed)) {
      for (const { Key: name, UploadId: multipartId, Initiated: begun } of page.Uploads ?? []) {
        if (name !== undefined && multipartId !== undefined) {
          yield { name, multipartId, begun: begun ?? new Date(0) }
        }
      }
    }
  },
})
