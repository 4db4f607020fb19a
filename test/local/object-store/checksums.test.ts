import { createHash, randomBytes } from 'node:crypto'
import { Readable } from 'node:stream'
import { ChecksumAlgorithm, GetObjectCommand, HeadObjectCommand, PutObjectCommand } from '@aws-sdk/client-s3'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { Place } from './support.ts'
import { failure, MiB, places } from './support.ts'

describe.each(places)('checksums on $name', ({ start }) => {
  let place: Place
  beforeAll(async () => {
    place = await start()
  })
  afterAll(async () => await place[Symbol.asyncDispose]())

  const put = async (Key: string, Body: Uint8Array | Readable, more: object = {}) =>
    await place.client.send(new PutObjectCommand({ Bucket: place.bucket, Key, Body, ...more }))
  const get = async (Key: string) =>
    await place.client.send(new GetObjectCommand({ Bucket: place.bucket, Key, ChecksumMode: 'ENABLED' }))

  test.each(['CRC32', 'CRC32C', 'SHA1', 'SHA256'] as const)(
    '%s is checked, kept and told',
    async algorithm => {
      const body = randomBytes(100_000)
      const answer = await put(algorithm, body, { ChecksumAlgorithm: ChecksumAlgorithm[algorithm] })
      const name = `Checksum${algorithm}` as const
      const head = new HeadObjectCommand({ Bucket: place.bucket, Key: algorithm, ChecksumMode: 'ENABLED' })
      expect((await place.client.send(head))[name]).toBe(answer[name])
      // The client checks what it reads against the checksum.
      expect(
        Buffer.from((await (await get(algorithm)).Body?.transformToByteArray()) ?? []).equals(body),
      ).toBe(true)
    },
  )

  test.each([0, 1, 65_537, 6 * MiB])('a stream of %i bytes carries its checksum behind it', async size => {
    const body = randomBytes(size)
    const pieces = Array.from({ length: Math.ceil(size / 40_000) }, (_, at) =>
      body.subarray(at * 40_000, (at + 1) * 40_000),
    )
    await put('stream', Readable.from(pieces, { objectMode: false }), { ContentLength: size })
    const { Body, ContentEncoding } = await get('stream')
    expect(Buffer.from((await Body?.transformToByteArray()) ?? []).equals(body)).toBe(true)
    expect(ContentEncoding).toBeUndefined()
  })

  test('what disagrees is refused and not kept', async () => {
    const body = Buffer.from('the body that arrives')
    const other = Buffer.from('the body that was meant')
    const crc = { ChecksumCRC32: 'AAAAAA==' }
    const md5 = { ContentMD5: createHash('md5').update(other).digest('base64') }
    const sha256 = { ChecksumSHA256: createHash('sha256').update(other).digest('base64') }
    for (const wrong of [crc, md5, sha256])
      expect(await failure(put('bad', body, wrong))).toBe('400 BadDigest')
    expect(await failure(put('bad', body, { ContentMD5: 'no digest' }))).toBe('400 InvalidDigest')
    expect(await failure(get('bad'))).toBe('404 NoSuchKey')
  })
})
