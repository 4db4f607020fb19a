import { createHash, randomBytes } from 'node:crypto'
import {
  AbortMultipartUploadCommand,
  CreateMultipartUploadCommand,
  GetObjectCommand,
  HeadObjectCommand,
  PutObjectCommand,
} from '@aws-sdk/client-s3'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { beginUpload, completeParts, completeUpload, sendPart } from './multipart.ts'
import type { Place } from './support.ts'
import { failure, MiB, places, sha256 } from './support.ts'

const five = randomBytes(5 * MiB)
const tail = randomBytes(1234)

describe.each(places)('multipart uploads on $name', ({ start }) => {
  let place: Place
  beforeAll(async () => {
    place = await start()
  })
  afterAll(async () => await place[Symbol.asyncDispose]())

  const read = async (Key: string) => {
    const { Body } = await place.client.send(new GetObjectCommand({ Bucket: place.bucket, Key }))
    return sha256((await Body?.transformToByteArray()) ?? new Uint8Array())
  }

  test('become one object, numbers with gaps, sent in any order, the last of a number standing', async () => {
    const id = await beginUpload(place, 'whole')
    const last = await sendPart(place, 'whole', id, 10_000, tail)
    await sendPart(place, 'whole', id, 3, tail)
    const first = await sendPart(place, 'whole', id, 3, five)
    const unused = await sendPart(place, 'whole', id, 7, five)
    expect(unused.PartNumber).toBe(7)
    const { ETag } = await completeParts(place, 'whole', id, [first, last])
    const md5s = [five, tail].map(part => createHash('md5').update(part).digest())
    expect(ETag).toBe(`"${createHash('md5').update(Buffer.concat(md5s)).digest('hex')}-2"`)
    expect(await read('whole')).toBe(sha256(Buffer.concat([five, tail])))
    const late = sendPart(place, 'whole', id, 8, tail)
    expect(await failure(late)).toBe('404 NoSuchUpload')
  })

  test('keep what was said of the object at the beginning', async () => {
    const { UploadId = '' } = await place.client.send(
      new CreateMultipartUploadCommand({
        Bucket: place.bucket,
        Key: 'told',
        ContentType: 'text/csv',
        Metadata: { a: 'b' },
      }),
    )
    await completeParts(place, 'told', UploadId, [await sendPart(place, 'told', UploadId, 1, tail)])
    const head = await place.client.send(new HeadObjectCommand({ Bucket: place.bucket, Key: 'told' }))
    expect(head).toMatchObject({ ContentType: 'text/csv', Metadata: { a: 'b' }, ContentLength: tail.length })
  })

  test('are not there before they are completed, nor change what is', async () => {
    await place.client.send(new PutObjectCommand({ Bucket: place.bucket, Key: 'before', Body: 'old' }))
    const id = await beginUpload(place, 'before')
    const part = await sendPart(place, 'before', id, 1, tail)
    expect(await read('before')).toBe(sha256(Buffer.from('old')))
    await completeParts(place, 'before', id, [part])
    expect(await read('before')).toBe(sha256(tail))
    await place.client.send(new PutObjectCommand({ Bucket: place.bucket, Key: 'before', Body: 'new' }))
    expect(await read('before')).toBe(sha256(Buffer.from('new')))
  })

  test('refuse a list that is wrong, and stay open', async () => {
    const id = await beginUpload(place, 'wrong')
    const small = await sendPart(place, 'wrong', id, 1, tail)
    const big = await sendPart(place, 'wrong', id, 2, five)
    // Each is heard at once: all of them are under way, and any may be refused first.
    const tries = {
      order: failure(completeParts(place, 'wrong', id, [big, small])),
      twice: failure(completeParts(place, 'wrong', id, [big, big])),
      small: failure(completeParts(place, 'wrong', id, [small, big])),
      etag: failure(completeParts(place, 'wrong', id, [{ ...big, ETag: small.ETag }])),
      missing: failure(completeParts(place, 'wrong', id, [big, { ...small, PartNumber: 9 }])),
      unknown: failure(completeParts(place, 'wrong', '0'.repeat(52), [big])),
      path: failure(completeParts(place, 'wrong', '../../tmp', [big])),
      otherKey: failure(completeParts(place, 'other', id, [big])),
    }
    const codes: Record<string, string> = {}
    for (const [name, call] of Object.entries(tries)) codes[name] = await call
    expect(codes).toEqual({
      order: '400 InvalidPartOrder',
      twice: '400 InvalidPartOrder',
      small: '400 EntityTooSmall',
      etag: '400 InvalidPart',
      missing: '400 InvalidPart',
      unknown: '404 NoSuchUpload',
      path: '404 NoSuchUpload',
      otherKey: '404 NoSuchUpload',
    })
    await completeParts(place, 'wrong', id, [big])
    expect(await read('wrong')).toBe(sha256(five))
  })

  test('refuse numbers out of 1 to 10,000', async () => {
    const id = await beginUpload(place, 'numbers')
    for (const number of [0, 10_001, -1])
      expect(await failure(sendPart(place, 'numbers', id, number, tail))).toBe('400 InvalidArgument')
  })

  test('are gone when aborted', async () => {
    const id = await beginUpload(place, 'aborted')
    const part = await sendPart(place, 'aborted', id, 1, five)
    const abort = new AbortMultipartUploadCommand({ Bucket: place.bucket, Key: 'aborted', UploadId: id })
    await place.client.send(abort)
    expect(await failure(completeParts(place, 'aborted', id, [part]))).toBe('404 NoSuchUpload')
    expect(await failure(read('aborted'))).toBe('404 NoSuchKey')
  })

  test('are completed again when the first answer was lost', async () => {
    const id = await beginUpload(place, 'again')
    const part = await sendPart(place, 'again', id, 1, tail)
    const first = await completeParts(place, 'again', id, [part])
    expect(await completeParts(place, 'again', id, [part])).toMatchObject({ ETag: first.ETag })
  })

  test('can be read to the end while another replaces them', async () => {
    await completeUpload(place, 'busy', [five, five, five, tail])
    const { Body } = await place.client.send(new GetObjectCommand({ Bucket: place.bucket, Key: 'busy' }))
    await completeUpload(place, 'busy', [tail])
    expect(sha256((await Body?.transformToByteArray()) ?? new Uint8Array())).toBe(
      sha256(Buffer.concat([five, five, five, tail])),
    )
    expect(await read('busy')).toBe(sha256(tail))
  })
})
