import { randomBytes } from 'node:crypto'
import {
  DeleteObjectCommand,
  DeleteObjectsCommand,
  GetObjectCommand,
  HeadBucketCommand,
  HeadObjectCommand,
  PutObjectCommand,
} from '@aws-sdk/client-s3'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { Place } from './support.ts'
import { failure, MiB, places } from './support.ts'

describe.each(places)('objects on $name', ({ start }) => {
  let place: Place
  beforeAll(async () => {
    place = await start()
  })
  afterAll(async () => await place[Symbol.asyncDispose]())

  const put = async (Key: string, Body: Uint8Array | string) =>
    await place.client.send(new PutObjectCommand({ Bucket: place.bucket, Key, Body }))
  const get = async (Key: string) => {
    const { Body } = await place.client.send(new GetObjectCommand({ Bucket: place.bucket, Key }))
    return Buffer.from((await Body?.transformToByteArray()) ?? [])
  }

  test('come back as they were put, with what was said of them', async () => {
    const body = randomBytes(3 * MiB + 17)
    const { ETag } = await place.client.send(
      new PutObjectCommand({
        Bucket: place.bucket,
        Key: 'described',
        Body: body,
        ContentType: 'audio/wav',
        CacheControl: 'private, no-store',
        Metadata: { segment: '12' },
      }),
    )
    expect((await get('described')).equals(body)).toBe(true)
    const head = await place.client.send(new HeadObjectCommand({ Bucket: place.bucket, Key: 'described' }))
    expect(head).toMatchObject({
      ETag,
      ContentLength: body.length,
      ContentType: 'audio/wav',
      CacheControl: 'private, no-store',
      Metadata: { segment: '12' },
    })
    expect(Math.abs(Date.now() - (head.LastModified?.getTime() ?? 0))).toBeLessThan(60_000)
  })

  test('may be empty', async () => {
    await put('empty', '')
    expect(await get('empty')).toHaveLength(0)
  })

  test.each([
    'a/../b/./c',
    '..',
    'a//b',
    'ends with slash/',
    'Ünïcode 日本語 🎧.wav',
    'plus + and % and ? and # and &',
    'quotes \' " and <xml>',
    'k'.repeat(1024),
    'é'.repeat(511),
  ])('keep their key to the letter: %s', async key => {
    await put(key, `under ${key}`)
    expect((await get(key)).toString()).toBe(`under ${key}`)
  })

  test('differ by case and by Unicode form', async () => {
    const keys = ['Case', 'case', 'caf\u00e9', 'cafe\u0301']
    for (const key of keys) await put(key, `as ${key}`)
    for (const key of keys) expect((await get(key)).toString()).toBe(`as ${key}`)
  })

  test('are replaced whole', async () => {
    await put('twice', 'a first and longer body')
    await put('twice', 'second')
    expect((await get('twice')).toString()).toBe('second')
  })

  test('are gone when deleted, and may be deleted again', async () => {
    await put('gone', 'soon')
    const command = new DeleteObjectCommand({ Bucket: place.bucket, Key: 'gone' })
    await place.client.send(command)
    await place.client.send(command)
    expect(await failure(get('gone'))).toBe('404 NoSuchKey')
    const head = new HeadObjectCommand({ Bucket: place.bucket, Key: 'gone' })
    expect(await failure(place.client.send(head))).toBe('404 NotFound')
  })

  test('are deleted many at once, each with its result', async () => {
    const keys = Array.from({ length: 40 }, (_, at) => `many/${at} <&>`)
    for (const key of keys) await put(key, key)
    const { Deleted, Errors } = await place.client.send(
      new DeleteObjectsCommand({
        Bucket: place.bucket,
        Delete: { Objects: [...keys, 'never was'].map(Key => ({ Key })) },
      }),
    )
    expect(Errors ?? []).toEqual([])
    expect(new Set(Deleted?.map(({ Key }) => Key))).toEqual(new Set([...keys, 'never was']))
    expect(await failure(get('many/3 <&>'))).toBe('404 NoSuchKey')
  })

  test('need their bucket', async () => {
    await place.client.send(new HeadBucketCommand({ Bucket: place.bucket }))
    const command = new PutObjectCommand({ Bucket: `${place.bucket}-not`, Key: 'k', Body: 'b' })
    expect(await failure(place.client.send(command))).toBe('404 NoSuchBucket')
  })

  test('have keys of at most 1,024 bytes', async () => {
    expect(await failure(put('k'.repeat(1025), ''))).toBe('400 KeyTooLongError')
  })
})
