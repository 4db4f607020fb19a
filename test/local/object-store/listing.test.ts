import type { ListObjectsV2CommandInput, ListObjectsV2CommandOutput } from '@aws-sdk/client-s3'
import { DeleteObjectCommand, ListObjectsV2Command, PutObjectCommand } from '@aws-sdk/client-s3'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { Place } from './support.ts'
import { failure, places } from './support.ts'

const keys = [
  'a',
  'a!',
  'a/1',
  'a/2',
  'a/b/3',
  'a0',
  'b/1',
  'control\u0001',
  'p <&> "q"',
  'x'.repeat(200),
  'ä',
  '\uff5e',
  '🎧',
]

describe.each(places)('listings on $name', ({ start }) => {
  let place: Place
  beforeAll(async () => {
    place = await start()
    for (const Key of keys.toReversed())
      await place.client.send(new PutObjectCommand({ Bucket: place.bucket, Key, Body: Key }))
  })
  afterAll(async () => await place[Symbol.asyncDispose]())

  const list = async (input: Partial<ListObjectsV2CommandInput>): Promise<ListObjectsV2CommandOutput> =>
    await place.client.send(new ListObjectsV2Command({ Bucket: place.bucket, ...input }))

  const listAll = async (input: Partial<ListObjectsV2CommandInput>) => {
    const found: string[] = []
    let page = await list(input)
    for (;;) {
      const names = [
        ...(page.Contents ?? []).map(({ Key }) => Key ?? ''),
        ...(page.CommonPrefixes ?? []).map(({ Prefix }) => Prefix ?? ''),
      ]
      expect(page.KeyCount).toBe(names.length)
      found.push(...names)
      if (!page.IsTruncated) return found
      page = await list({ ...input, ContinuationToken: page.NextContinuationToken })
    }
  }

  test.each([1, 2, 3, 1000])('have all keys in the order of their bytes, %i a page', async MaxKeys => {
    expect(await listAll({ MaxKeys })).toEqual(keys)
  })

  test('tell size, time and ETag', async () => {
    const { Contents } = await list({ Prefix: 'a/b/' })
    expect(Contents).toMatchObject([
      { Key: 'a/b/3', Size: 5, ETag: expect.stringMatching(/^"[0-9a-f]{32}"$/) },
    ])
  })

  test.each([1, 2, 1000])('group by delimiter, %i a page', async MaxKeys => {
    const found = await listAll({ Delimiter: '/', Prefix: 'a', MaxKeys })
    expect(found.sort()).toEqual(['a', 'a!', 'a/', 'a0'])
    expect((await listAll({ Delimiter: '/', Prefix: 'a/', MaxKeys })).sort()).toEqual(['a/1', 'a/2', 'a/b/'])
  })

  test.each([1, 2, 1000])('begin after a key, %i a page', async MaxKeys => {
    expect(await listAll({ StartAfter: 'a/2', Prefix: 'a', MaxKeys })).toEqual(['a/b/3', 'a0'])
    expect(await listAll({ StartAfter: 'a/1x', Prefix: 'a/', MaxKeys })).toEqual(['a/2', 'a/b/3'])
    expect(await listAll({ StartAfter: 'A', Prefix: 'a/', MaxKeys })).toEqual(['a/1', 'a/2', 'a/b/3'])
    expect(await listAll({ StartAfter: 'a0', Prefix: 'a/', MaxKeys })).toEqual([])
    expect(await listAll({ StartAfter: 'x'.repeat(200), MaxKeys })).toEqual(['ä', '\uff5e', '🎧'])
  })

  test('are empty, not missing, where nothing is', async () => {
    expect(await list({ Prefix: 'nothing' })).toMatchObject({ KeyCount: 0, IsTruncated: false })
    expect(await list({ MaxKeys: 0 })).toMatchObject({ KeyCount: 0, IsTruncated: false })
    expect(await failure(list({ Bucket: 'no-such-bucket-here' }))).toBe('404 NoSuchBucket')
  })

  test('follow puts and deletes', async () => {
    const Key = 'a/1-new'
    await place.client.send(new PutObjectCommand({ Bucket: place.bucket, Key, Body: '' }))
    expect(await listAll({ Prefix: 'a/' })).toEqual(['a/1', 'a/1-new', 'a/2', 'a/b/3'])
    await place.client.send(new DeleteObjectCommand({ Bucket: place.bucket, Key }))
    expect(await listAll({ Prefix: 'a/' })).toEqual(['a/1', 'a/2', 'a/b/3'])
  })
})
