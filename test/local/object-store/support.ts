import { createHash, randomBytes } from 'node:crypto'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { S3ClientConfig } from '@aws-sdk/client-s3'
import { CreateBucketCommand, S3Client, S3ServiceException } from '@aws-sdk/client-s3'
import type { Faults } from '../../../local/object-store/faults.ts'
import { startObjectStore } from '../../../local/object-store/server.ts'

export const credentials = { accessKeyId: 'AKTEST', secretAccessKey: 'a secret of this test only' }
export const MiB = 1024 * 1024

/** A client and an empty bucket on some S3. */
export interface Place extends AsyncDisposable {
  readonly client: S3Client
  readonly bucket: string
}

export const clientOf = (endpoint: string, config: S3ClientConfig = {}): S3Client =>
  new S3Client({ endpoint, region: 'us-east-1', forcePathStyle: true, credentials, ...config })

export const temporaryFolder = async (): Promise<AsyncDisposable & { path: string }> => {
  const path = await mkdtemp(join(tmpdir(), 'object-store-'))
  return { path, [Symbol.asyncDispose]: async () => await rm(path, { recursive: true, force: true }) }
}

export const startEmbedded = async (
  faults?: Faults,
): Promise<Place & { folder: string; endpoint: string }> => {
  const folder = await temporaryFolder()
  const store = await startObjectStore({
    folder: folder.path,
    port: 0,
    host: '127.0.0.1',
    credentials,
    ...(faults ? { faults } : {}),
  })
  const client = clientOf(store.endpoint)
  await client.send(new CreateBucketCommand({ Bucket: 'night' }))
  const end = async () => {
    client.destroy()
    await store.close()
    await folder[Symbol.asyncDispose]()
  }
  return {
    client,
    bucket: 'night',
    folder: folder.path,
    endpoint: store.endpoint,
    [Symbol.asyncDispose]: end,
  }
}

const startElsewhere = async (endpoint: string): Promise<Place> => {
  const bucket = `nightdrop-test-${randomBytes(6).toString('hex')}`
  // Credentials and region come from the AWS SDK's own variables.
  const client = new S3Client({ endpoint, forcePathStyle: true })
  await client.send(new CreateBucketCommand({ Bucket: bucket }))
  return { client, bucket, [Symbol.asyncDispose]: async () => client.destroy() }
}

const elsewhere = process.env['TEST_S3_ENDPOINT']

/** What the suite of behaviours runs against: the embedded server, and the S3 that the environment names, if any. */
export const places: { name: string; start: () => Promise<Place> }[] = [
  { name: 'embedded', start: startEmbedded },
  ...(elsewhere ? [{ name: elsewhere, start: async () => await startElsewhere(elsewhere) }] : []),
]

export const sha256 = (bytes: Uint8Array): string => createHash('sha256').update(bytes).digest('hex')

/** S3's code and HTTP status of a call that must fail. */
export const failure = async (call: Promise<unknown>): Promise<string> => {
  try {
    await call
  } catch (error) {
    if (error instanceof S3ServiceException) return `${error.$metadata.httpStatusCode} ${error.name}`
    throw error
  }
  throw new Error('the call did not fail')
}
