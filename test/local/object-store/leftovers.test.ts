import { randomBytes } from 'node:crypto'
import { mkdir, readdir, writeFile } from 'node:fs/promises'
import { connect } from 'node:net'
import { join } from 'node:path'
import { Readable } from 'node:stream'
import { setTimeout as wait } from 'node:timers/promises'
import { CreateBucketCommand, HeadObjectCommand, PutObjectCommand } from '@aws-sdk/client-s3'
import { expect, test, vi } from 'vitest'
import { startObjectStore } from '../../../local/object-store/server.ts'
import { beginUpload, sendPart } from './multipart.ts'
import { startProcess } from './process.ts'
import { clientOf, credentials, failure, MiB, startEmbedded, temporaryFolder } from './support.ts'

const Bucket = 'night'

test('a client that goes away in the middle of a put leaves nothing', async () => {
  await using place = await startEmbedded()
  const tmp = join(place.folder, 'tmp')
  const abort = new AbortController()
  const body = Readable.from(
    (async function* () {
      for (let piece = 0; piece < 10; piece++) yield randomBytes(100_000)
      await wait(60_000, undefined, { signal: abort.signal }).catch(() => {})
    })(),
    { objectMode: false },
  )
  const put = new PutObjectCommand({ Bucket, Key: 'half', Body: body, ContentLength: 2_000_000 })
  const sent = place.client.send(put, { abortSignal: abort.signal })
  const outcome = expect(sent).rejects.toThrow()
  await vi.waitUntil(async () => (await readdir(tmp)).length === 1)
  abort.abort()
  await outcome
  await vi.waitUntil(async () => (await readdir(tmp)).length === 0)
  expect(await failure(place.client.send(new HeadObjectCommand({ Bucket, Key: 'half' })))).toBe(
    '404 NotFound',
  )
})

test('a refused body is read past, and the connection serves on', async () => {
  await using place = await startEmbedded()
  const body = randomBytes(8 * MiB)
  for (let round = 0; round < 3; round++) {
    const sent = sendPart(place, 'k', 'f'.repeat(52), 1, body)
    expect(await failure(sent)).toBe('404 NoSuchUpload')
  }
  await place.client.send(new PutObjectCommand({ Bucket, Key: 'k', Body: body }))
})

test('a full disk is said, leaves nothing, and does not end the process', async () => {
  await using folder = await temporaryFolder()
  // A limit on a file's size fails writes as a full disk does, without one.
  await using store = await startProcess(folder.path, "trap '' XFSZ; ulimit -f 4096")
  const place = { client: clientOf(store.endpoint), bucket: Bucket, [Symbol.asyncDispose]: async () => {} }
  await place.client.send(new CreateBucketCommand({ Bucket }))
  const big = randomBytes(9 * MiB)
  const put = async (Body: Uint8Array) =>
    await place.client.send(new PutObjectCommand({ Bucket, Key: 'k', Body }))
  expect(await failure(put(big))).toBe('507 InsufficientStorage')
  const id = await beginUpload(place, 'k')
  expect(await failure(sendPart(place, 'k', id, 1, big))).toBe('507 InsufficientStorage')
  expect(await readdir(join(folder.path, 'tmp'))).toEqual([])
  expect(await failure(place.client.send(new HeadObjectCommand({ Bucket, Key: 'k' })))).toBe('404 NotFound')
  await put(randomBytes(MiB))
})

test('what a crash left in tmp is cleaned at start', async () => {
  await using folder = await temporaryFolder()
  await mkdir(join(folder.path, 'tmp', 'half an abort'), { recursive: true })
  await writeFile(join(folder.path, 'tmp', 'half a part'), 'bytes')
  await using store = await startObjectStore({ folder: folder.path, port: 0, host: '127.0.0.1', credentials })
  expect(await readdir(join(folder.path, 'tmp'))).toEqual([])
  await store.close()
})

test('a request that is no HTTP does not disturb it', async () => {
  await using place = await startEmbedded()
  const { hostname, port } = new URL(place.endpoint)
  const socket = connect(Number(port), hostname)
  socket.on('error', () => {})
  socket.end('nonsense\r\n\r\n')
  await new Promise(resolve => socket.once('close', resolve).resume())
  await place.client.send(new PutObjectCommand({ Bucket, Key: 'k', Body: 'b' }))
})
