import { GetObjectCommand, PutObjectCommand } from '@aws-sdk/client-s3'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { Place } from './support.ts'
import { failure, places } from './support.ts'

describe.each(places)('conditions on $name', ({ start }) => {
  let place: Place
  beforeAll(async () => {
    place = await start()
  })
  afterAll(async () => await place[Symbol.asyncDispose]())

  const put = async (Key: string, Body: string, condition: object = {}) =>
    await place.client.send(new PutObjectCommand({ Bucket: place.bucket, Key, Body, ...condition }))
  const get = async (Key: string, condition: object) =>
    await place.client.send(new GetObjectCommand({ Bucket: place.bucket, Key, ...condition }))

  test('If-None-Match: * writes only what is not there', async () => {
    await put('once', 'first', { IfNoneMatch: '*' })
    expect(await failure(put('once', 'second', { IfNoneMatch: '*' }))).toBe('412 PreconditionFailed')
    expect(await (await get('once', {})).Body?.transformToString()).toBe('first')
  })

  test('of many that race, one wins', async () => {
    const tries = Array.from(
      { length: 8 },
      async (_, at) => await put('race', `by ${at}`, { IfNoneMatch: '*' }),
    )
    const won = (await Promise.allSettled(tries)).map(({ status }, at) => (status === 'fulfilled' ? at : -1))
    const winners = won.filter(at => at >= 0)
    expect(winners).toHaveLength(1)
    expect(await (await get('race', {})).Body?.transformToString()).toBe(`by ${winners[0]}`)
  })

  test('If-Match writes over the one that is known', async () => {
    const { ETag } = await put('known', 'first')
    await put('known', 'second', { IfMatch: ETag })
    expect(await failure(put('known', 'third', { IfMatch: ETag }))).toBe('412 PreconditionFailed')
    expect(await failure(put('never', 'x', { IfMatch: ETag }))).toBe('404 NoSuchKey')
  })

  test('reads are held against the ETag', async () => {
    const { ETag } = await put('read', 'body')
    expect(await (await get('read', { IfMatch: ETag })).Body?.transformToString()).toBe('body')
    expect(await failure(get('read', { IfMatch: '"0"' }))).toBe('412 PreconditionFailed')
    expect(await failure(get('read', { IfNoneMatch: ETag }))).toMatch(/^304/)
    const past = new Date(Date.now() - 3_600_000)
    expect(await failure(get('read', { IfUnmodifiedSince: past }))).toBe('412 PreconditionFailed')
    expect(await failure(get('read', { IfModifiedSince: new Date() }))).toMatch(/^304/)
  })
})
