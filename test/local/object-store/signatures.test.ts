import { request } from 'node:http'
import { HeadBucketCommand, ListObjectsV2Command, PutObjectCommand } from '@aws-sdk/client-s3'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { clientOf, credentials, failure, startEmbedded } from './support.ts'

let place: Awaited<ReturnType<typeof startEmbedded>>
beforeAll(async () => {
  place = await startEmbedded()
})
afterAll(async () => await place[Symbol.asyncDispose]())

const list = new ListObjectsV2Command({ Bucket: 'night' })

test('another secret', async () => {
  const client = clientOf(place.endpoint, { credentials: { ...credentials, secretAccessKey: 'guessed' } })
  expect(await failure(client.send(list))).toBe('403 SignatureDoesNotMatch')
  expect(await failure(client.send(new HeadBucketCommand({ Bucket: 'night' })))).toMatch(/^403/)
})

test('another access key', async () => {
  const client = clientOf(place.endpoint, { credentials: { ...credentials, accessKeyId: 'AKOTHER' } })
  expect(await failure(client.send(list))).toBe('403 InvalidAccessKeyId')
})

test('a clock that is an hour off', async () => {
  const client = clientOf(place.endpoint, { systemClockOffset: -3_600_000, maxAttempts: 1 })
  expect(await failure(client.send(list))).toBe('403 RequestTimeTooSkewed')
})

const changed = (
  change: (sent: { path: string; headers: Record<string, string>; body: unknown }) => void,
) => {
  const client = clientOf(place.endpoint, { maxAttempts: 1 })
  client.middlewareStack.add(
    next => async args => {
      change(args.request as { path: string; headers: Record<string, string>; body: unknown })
      return await next(args)
    },
    { step: 'finalizeRequest', priority: 'low' },
  )
  return client
}

test('what was signed cannot be changed on the way', async () => {
  const put = new PutObjectCommand({ Bucket: 'night', Key: 'k', Body: 'body', Metadata: { a: '1' } })
  const path = changed(sent => {
    sent.path = sent.path.replace('/k', '/other')
  })
  expect(await failure(path.send(put))).toBe('403 SignatureDoesNotMatch')
  const metadata = changed(sent => {
    sent.headers['x-amz-meta-a'] = '2'
  })
  expect(await failure(metadata.send(put))).toBe('403 SignatureDoesNotMatch')
  const added = changed(sent => {
    sent.headers['x-amz-meta-b'] = '2'
  })
  expect(await failure(added.send(put))).toBe('403 AccessDenied')
  const body = changed(sent => {
    sent.body = 'bodi'
  })
  expect(await failure(body.send(put))).toBe('400 XAmzContentSHA256Mismatch')
})

test('no signature at all', async () => {
  const { promise, resolve, reject } = Promise.withResolvers<string>()
  request(`${place.endpoint}/night/k`, response => {
    response.setEncoding('utf8').on('data', (text: string) => resolve(`${response.statusCode} ${text}`))
  })
    .on('error', reject)
    .end()
  expect(await promise).toMatch(/^403 .*<Code>AccessDenied<\/Code>/s)
})
