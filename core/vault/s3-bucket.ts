import type { GetObjectCommandOutput } from '@aws-sdk/client-s3'
import {
  AbortMultipartUploadCommand,
  CompleteMultipartUploadCommand,
  CreateMultipartUploadCommand,
  GetObjectCommand,
  HeadObjectCommand,
  PutObjectCommand,
  S3ServiceException,
} from '@aws-sdk/client-s3'
import type { Bucket, ObserveBucket } from './bucket.ts'
import type { Warn } from './bucket-versioning.ts'
import { completeOrFind } from './complete-parts.ts'
import type { S3Options } from './s3-client.ts'
import { createS3Client, uploadPartWithDigest } from './s3-client.ts'
import { s3Lists } from './s3-lists.ts'
import { s3Removal } from './s3-removal.ts'
import { observedRequests } from './s3-requests.ts'

const expected = <T>(value: T | undefined, what: string): T => {
  if (value === undefined) throw new Error(`The store's answer has no ${what}`)
  return value
}

/** A body of known length in one buffer, each byte copied once. */
const gather = async (body: NonNullable<GetObjectCommandOutput['Body']>, length: number): Promise<Buffer> => {
  const bytes = Buffer.allocUnsafeSlow(length)
  let end = 0
  for await (const chunk of body as AsyncIterable<Uint8Array>) {
    if (end + chunk.length > length) throw new Error('The store sent more than it said')
    bytes.set(chunk, end)
    end += chunk.length
  }
  if (end !== length) throw new Error('The store sent less than it said')
  return bytes
}

/** A bucket by the AWS SDK: Amazon's, the embedded one, or any other that speaks S3. */
export const s3Bucket = (
  options: S3Options,
  observe: ObserveBucket = () => undefined,
  warn: Warn = () => undefined,
): Bucket => {
  const client = createS3Client(options)
  const sse = options.sse === undefined ? {} : { ServerSideEncryption: options.sse }
  const at = (name: string) => ({ Bucket: options.bucket, Key: name })

  const requests = observedRequests(observe)
  const { timed, orMissing } = requests

  const head = (name: string) =>
    orMissing('head', async () => {
      const answer = await client.send(new HeadObjectCommand(at(name)))
      return { size: expected(answer.ContentLength, 'length'), etag: answer.ETag ?? '' }
    })

  return {
    head,
    ...s3Lists(client, options.bucket, timed),
    ...s3Removal(client, options.bucket, requests, warn),

    async put(name, body) {
      await timed('put', () => client.send(new PutObjectCommand({ ...at(name), ...sse, Body: body })))
    },

    async get(name, start, end, signal) {
      const input = { ...at(name), Range: `bytes=${start}-${end - 1}` }
      const once = () =>
        orMissing('get', async () => {
          const command = new GetObjectCommand(input)
          const answer = await client.send(command, signal === undefined ? {} : { abortSignal: signal })
          const total = answer.ContentRange?.split('/')[1] ?? answer.ContentLength
          const bytes = await gather(expected(answer.Body, 'body'), expected(answer.ContentLength, 'length'))
          return { bytes, total: Number(expected(total, 'total length')) }
        })
      try {
        // The SDK tries again until an answer begins; one that breaks off in its body is asked for once more here.
        return await once().catch((error: unknown) => {
          if (error instanceof S3ServiceException || signal?.aborted === true) throw error
          return once()
        })
      } catch (error) {
        if (!(error instanceof S3ServiceException) || error.name !== 'InvalidRange') throw error
        const found = await head(name)
        return found && { bytes: Buffer.alloc(0), total: found.size }
      }
    },

    beginParts: name =>
      timed('begin_parts', async () => {
        const answer = await client.send(new CreateMultipartUploadCommand({ ...at(name), ...sse }))
        return expected(answer.UploadId, 'upload id')
      }),

    putPart: (name, multipartId, part, signal) =>
      timed('put_part', async () => {
        const command = uploadPartWithDigest(
          { ...at(name), UploadId: multipartId, PartNumber: part.partNumber, Body: part.body },
          part.sha256,
        )
        const answer = await client.send(command, signal === undefined ? {} : { abortSignal: signal })
        return expected(answer.ETag, 'etag')
      }),

    async completeParts(name, multipartId, parts, size) {
      const listed = parts.map(part => ({ PartNumber: part.partNumber, ETag: part.etag }))
      const command = { ...at(name), UploadId: multipartId, MultipartUpload: { Parts: listed } }
      const complete = async () => {
        await timed('complete_parts', () => client.send(new CompleteMultipartUploadCommand(command)))
      }
      await completeOrFind(complete, () => head(name), parts, size)
    },

    async abortParts(name, multipartId) {
      await orMissing('abort_parts', () =>
        client.send(new AbortMultipartUploadCommand({ ...at(name), UploadId: multipartId })),
      )
    },

    close: () => client.destroy(),
  }
}
