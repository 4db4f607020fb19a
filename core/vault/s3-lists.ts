import type { ListMultipartUploadsCommandOutput, S3Client } from '@aws-sdk/client-s3'
import { ListMultipartUploadsCommand, paginateListObjectsV2, paginateListParts } from '@aws-sdk/client-s3'
import type { Bucket, BucketOperation } from './bucket.ts'

type Timed = <T>(op: BucketOperation, run: () => Promise<T>) => Promise<T>

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

export const s3Lists = (
  client: S3Client,
  bucket: string,
  timed: Timed,
): Pick<Bucket, 'list' | 'listParts' | 'listUploads'> => ({
  async *list(prefix) {
    const all = paginateListObjectsV2({ client }, { Bucket: bucket, Prefix: prefix })
    for await (const page of pages('list', all, timed)) {
      for (const { Key: name, Size: size, LastModified: modified } of page.Contents ?? []) {
        if (name !== undefined) yield { name, size: size ?? 0, modified: modified ?? new Date(0) }
      }
    }
  },

  async *listParts(name, multipartId) {
    const all = paginateListParts({ client }, { Bucket: bucket, Key: name, UploadId: multipartId })
    for await (const page of pages('list_parts', all, timed)) {
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
