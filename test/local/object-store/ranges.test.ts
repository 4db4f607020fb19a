import { GetObjectCommand, PutObjectCommand } from '@aws-sdk/client-s3'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { completeUpload } from './multipart.ts'
import type { Place } from './support.ts'
import { failure, MiB, places } from './support.ts'

const whole = Buffer.from('0123456789')
const long = Buffer.alloc(11 * MiB, 'Nightdrop')

describe.each(places)('ranges on $name', ({ start }) => {
  let place: Place
  beforeAll(async () => {
    place = await start()
    await place.client.send(new PutObjectCommand({ Bucket: place.bucket, Key: 'ten', Body: whole }))
    const parts = [long.subarray(0, 5 * MiB), long.subarray(5 * MiB, 10 * MiB), long.subarray(10 * MiB)]
    await completeUpload(place, 'long', parts)
  })
  afterAll(async () => await place[Symbol.asyncDispose]())

  const get = async (Key: string, Range: string, IfRange?: string) => {
    const command = new GetObjectCommand({ Bucket: place.bucket, Key, Range })
    if (IfRange !== undefined)
      command.middlewareStack.add(
        next => async args => {
          ;(args.request as { headers: Record<string, string> }).headers['if-range'] = IfRange
          return await next(args)
        },
        { step: 'build' },
      )
    const { Body, ContentRange, $metadata } = await place.client.send(command)
    const body = Buffer.from((await Body?.transformToByteArray()) ?? [])
    return { body, ContentRange, status: $metadata.httpStatusCode }
  }

  test.each([
    ['bytes=0-0', '0', 'bytes 0-0/10'],
    ['bytes=3-5', '345', 'bytes 3-5/10'],
    ['bytes=7-', '789', 'bytes 7-9/10'],
    ['bytes=7-99', '789', 'bytes 7-9/10'],
    ['bytes=-3', '789', 'bytes 7-9/10'],
    ['bytes=-99', '0123456789', 'bytes 0-9/10'],
  ])('%s gives %s', async (range, text, contentRange) => {
    const found = await get('ten', range)
    expect(found).toMatchObject({ ContentRange: contentRange, status: 206 })
    expect(found.body.toString()).toBe(text)
  })

  test.each(['bytes=10-', 'bytes=10-12', 'bytes=-0'])('%s lies outside', async range => {
    expect(await failure(get('ten', range))).toBe('416 InvalidRange')
  })

  test('what is no range gives everything', async () => {
    expect(await get('ten', 'lines=1-2')).toMatchObject({ status: 200 })
  })

  test.each([
    [5 * MiB - 3, 5 * MiB + 3],
    [0, 11 * MiB],
    [4 * MiB, 10 * MiB + 1],
    [10 * MiB, 10 * MiB + 1],
    [10 * MiB - 1, 10 * MiB],
  ])('cross the borders of parts: %i to %i', async (from, to) => {
    const { body } = await get('long', `bytes=${from}-${to - 1}`)
    expect(body.equals(long.subarray(from, to))).toBe(true)
  })

  test('are whole again when the object is another than If-Range says', async () => {
    expect(await get('ten', 'bytes=3-5', '"781e5e245d69b566979b86e28d23f2c7"')).toMatchObject({ status: 206 })
    expect(await get('ten', 'bytes=3-5', '"00000000000000000000000000000000"')).toMatchObject({ status: 200 })
  })
})
