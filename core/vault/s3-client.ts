import { createHash } from 'node:crypto'
import type { DeleteObjectsCommandInput, UploadPartCommandInput } from '@aws-sdk/client-s3'
import { DeleteObjectsCommand, S3Client, UploadPartCommand } from '@aws-sdk/client-s3'

export interface S3Options {
  bucket: string
  /** Any S3 but Amazon's own; addressed by path. */
  endpoint?: string
  region?: string
  /** The AWS SDK's own sources when left out. */
  credentials?: { accessKeyId: string; secretAccessKey: string; sessionToken?: string }
  /** Asks the bucket to encrypt as well. */
  sse?: 'AES256' | 'aws:kms'
  /** Without a byte in either direction; also the longest wait for an answer. */
  silenceSeconds?: number
  /** Tries of one request in all, the same bytes each time. */
  attempts?: number
}

export const createS3Client = (options: S3Options): S3Client => {
  const silence = (options.silenceSeconds ?? 30) * 1000
  return new S3Client({
    // Without it the SDK adds a CRC32 that some stores refuse; the SHA-256 of each body is signed in any case.
    requestChecksumCalculation: 'WHEN_REQUIRED',
    responseChecksumValidation: 'WHEN_REQUIRED',
    // Asking leave before a small body would double its time.
    expectContinueHeader: 2 ** 20,
    maxAttempts: options.attempts ?? 5,
    requestHandler: {
      connectionTimeout: 5_000,
      requestTimeout: silence,
      throwOnRequestTimeout: true,
      socketTimeout: silence,
    },
    ...(options.region === undefined ? {} : { region: options.region }),
    ...(options.endpoint === undefined ? {} : { endpoint: options.endpoint, forcePathStyle: true }),
    ...(options.credentials === undefined ? {} : { credentials: options.credentials }),
  })
}

/** With the body's digest known already, which the signature then takes instead of hashing once more. */
export const uploadPartWithDigest = (input: UploadPartCommandInput, sha256: Buffer): UploadPartCommand => {
  const command = new UploadPartCommand(input)
  command.middlewareStack.add(
    next => args => {
      if (hasHeaders(args.request)) args.request.headers['x-amz-content-sha256'] = sha256.toString('hex')
      return next(args)
    },
    { step: 'build', name: 'knownDigest' },
  )
  return command
}

/** With Content-MD5, which some stores demand here; the SDK would send a CRC32 alone (aws/aws-sdk-js-v3 #6920). */
export const deleteObjectsWithMd5 = (input: DeleteObjectsCommandInput): DeleteObjectsCommand => {
  const command = new DeleteObjectsCommand(input)
  command.middlewareStack.add(
    next => args => {
      const { request } = args
      if (hasHeaders(request) && 'body' in request && typeof request.body === 'string') {
        for (const name of Object.keys(request.headers)) {
          if (/^x-amz-(sdk-)?checksum-/i.test(name)) delete request.headers[name]
        }
        request.headers['content-md5'] = createHash('md5').update(request.body).digest('base64')
      }
      return next(args)
    },
    { step: 'build', priority: 'low', name: 'contentMd5' },
  )
  return command
}

const hasHeaders = (request: unknown): request is { headers: Record<string, string> } =>
  typeof request === 'object' && request !== null && 'headers' in request
