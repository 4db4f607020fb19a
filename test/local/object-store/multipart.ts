import type { CompletedPart } from '@aws-sdk/client-s3'
import {
  CompleteMultipartUploadCommand,
  CreateMultipartUploadCommand,
  UploadPartCommand,
} from '@aws-sdk/client-s3'
import type { Place } from './support.ts'

export const beginUpload = async ({ client, bucket }: Place, Key: string): Promise<string> => {
  const { UploadId } = await client.send(new CreateMultipartUploadCommand({ Bucket: bucket, Key }))
  if (UploadId === undefined) throw new Error('no upload id')
  return UploadId
}

export const sendPart = async (
  { client, bucket }: Place,
  Key: string,
  UploadId: string,
  PartNumber: number,
  Body: Uint8Array,
): Promise<CompletedPart> => {
  const command = new UploadPartCommand({ Bucket: bucket, Key, UploadId, PartNumber, Body })
  const { ETag } = await client.send(command)
  return { PartNumber, ETag }
}

export const completeParts = async (
  { client, bucket }: Place,
  Key: string,
  UploadId: string,
  Parts: CompletedPart[],
) =>
  await client.send(
    new CompleteMultipartUploadCommand({ Bucket: bucket, Key, UploadId, MultipartUpload: { Parts } }),
  )

export const completeUpload = async (place: Place, key: string, bodies: Uint8Array[]) => {
  const id = await beginUpload(place, key)
  const parts = await Promise.all(
    bodies.map(async (body, at) => await sendPart(place, key, id, at + 1, body)),
  )
  return await completeParts(place, key, id, parts)
}
