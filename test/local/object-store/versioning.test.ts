import { randomBytes } from 'node:crypto'
import {
  DeleteObjectsCommand,
  GetBucketVersioningCommand,
  GetObjectCommand,
  PutObjectCommand,
} from '@aws-sdk/client-s3'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { completeUpload } from './multipart.ts'
import type { Place } from './support.ts'
import { failure, MiB, places, sha256 } from './support.ts'
import { versionsOf } from './versions.ts'

describe.each(places)('versioning on $name', ({ start }) => {
  let place: Place
  let at: ReturnType<typeof versionsOf>
  beforeEach(async () => {
    place = await start()
    at = versionsOf(place)
  })
  afterEach(async () => await place[Symbol.asyncDispose]())
  const status = async () =>
    (await place.client.send(new GetBucketVersioningCommand({ Bucket: place.bucket }))).Status

  test('is not set at first, then enabled or suspended; nothing else', async () => {
    expect(await status()).toBeUndefined()
    await at.set('Enabled')
    expect(await status()).toBe('Enabled')
    await at.set('Suspended')
    expect(await status()).toBe('Suspended')
    expect(await failure(at.set('Off' as 'Enabled'))).toBe('400 MalformedXML')
    expect(await status()).toBe('Suspended')
    const nowhere = versionsOf({ ...place, bucket: `${place.bucket}-not` })
    expect(await failure(nowhere.set('Enabled'))).toBe('404 NoSuchBucket')
    expect(await failure(nowhere.list())).toBe('404 NoSuchBucket')
  })

  test('never set: answers name no version, and a deletion leaves nothing', async () => {
    expect(await at.put('k', 'first')).toBeUndefined()
    expect(await at.put('k', 'second')).toBeUndefined()
    expect(await at.get('k')).toEqual({ body: 'second', id: undefined })
    expect(await at.history('k')).toEqual({ shown: ['null'], latest: 'null' })
    expect((await at.get('k', 'null')).body).toBe('second')
    expect((await at.remove('k')).marker).toBe(false)
    expect((await at.list()).Versions ?? []).toEqual([])
    await at.put('k', 'third')
    await at.remove('k', 'null')
    expect(await failure(at.get('k'))).toBe('404 NoSuchKey')
  })

  test('enabled: each write is a version, the newest is the object', async () => {
    await at.put('k', 'from before')
    await at.set('Enabled')
    expect(await at.get('k')).toEqual({ body: 'from before', id: 'null' })
    const one = await at.put('k', 'one')
    const two = await at.put('k', 'two')
    expect(new Set([one, two, 'null', undefined]).size).toBe(4)
    expect(await at.get('k')).toEqual({ body: 'two', id: two })
    expect(await at.get('k', one)).toEqual({ body: 'one', id: one })
    expect(await at.get('k', 'null')).toEqual({ body: 'from before', id: 'null' })
    expect(await at.head('k', one)).toMatchObject({ ContentLength: 3, VersionId: one })
    expect(await at.history('k')).toEqual({ shown: [two, one, 'null'], latest: two })
  })

  test('enabled: a deletion lays a marker over what was there, be that nothing', async () => {
    await at.set('Enabled')
    const one = await at.put('k', 'one')
    const marker = await at.remove('k')
    expect(marker).toEqual({ marker: true, id: expect.any(String) })
    expect(await failure(at.get('k'))).toBe('404 NoSuchKey')
    expect(await failure(at.head('k'))).toBe('404 NotFound')
    expect(await failure(at.get('k', marker.id))).toBe('405 MethodNotAllowed')
    expect(await failure(at.head('k', marker.id))).toMatch(/^405/)
    expect((await at.get('k', one)).body).toBe('one')
    expect(await at.listed()).toEqual([])
    const second = await at.remove('k')
    expect(await at.history('k')).toEqual({
      shown: [one, `✝${second.id}`, `✝${marker.id}`],
      latest: `✝${second.id}`,
    })
    expect((await at.remove('never was')).marker).toBe(true)
    expect(await at.listed()).toEqual([])
    const two = await at.put('k', 'two')
    expect(await at.get('k')).toEqual({ body: 'two', id: two })
    expect(await at.listed()).toEqual(['k'])
  })

  test('what a deletion says of a marker stands in the answer to a read as well', async () => {
    await at.set('Enabled')
    await at.put('k', 'one')
    const { id } = await at.remove('k')
    const read = async (VersionId?: string) =>
      await place.client.send(new GetObjectCommand({ Bucket: place.bucket, Key: 'k', VersionId })).then(
        () => undefined,
        (error: { $response?: { headers: Record<string, string> } }) => error.$response?.headers,
      )
    const told = { 'x-amz-delete-marker': 'true', 'x-amz-version-id': id }
    expect(await read()).toMatchObject(told)
    expect(await read(id)).toMatchObject({ 'x-amz-delete-marker': 'true' })
  })

  test('a version that is deleted by its id is gone, and what is older shows again', async () => {
    await at.set('Enabled')
    const [one, two] = [await at.put('k', 'one'), await at.put('k', 'two')]
    const marker = await at.remove('k')
    expect(await at.remove('k', marker.id)).toEqual({ marker: true, id: marker.id })
    expect(await at.get('k')).toEqual({ body: 'two', id: two })
    expect(await at.listed()).toEqual(['k'])
    expect(await at.remove('k', two)).toEqual({ marker: false, id: two })
    expect(await at.get('k')).toEqual({ body: 'one', id: one })
    expect(await failure(at.get('k', two))).toBe('404 NoSuchVersion')
    await at.remove('k', two)
    await at.remove('k', one)
    expect(await failure(at.get('k'))).toBe('404 NoSuchKey')
    expect(await at.history('k')).toEqual({ shown: [], latest: undefined })
    expect(await failure(at.get('k', 'no version'))).toBe('400 InvalidArgument')
    expect(await failure(at.remove('k', '../../night'))).toBe('400 InvalidArgument')
  })

  test('suspended: a write and a deletion take the place of the null version, and of no other', async () => {
    await at.put('k', 'from before')
    await at.set('Enabled')
    const one = await at.put('k', 'one')
    await at.set('Suspended')
    expect(await at.put('k', 'two')).toBe('null')
    expect(await at.history('k')).toEqual({ shown: ['null', one], latest: 'null' })
    expect(await at.get('k')).toEqual({ body: 'two', id: 'null' })
    expect(await at.put('k', 'three')).toBe('null')
    expect(await at.get('k', 'null')).toEqual({ body: 'three', id: 'null' })
    expect(await at.remove('k')).toEqual({ marker: true, id: 'null' })
    expect(await failure(at.get('k'))).toBe('404 NoSuchKey')
    expect(await failure(at.get('k', 'null'))).toBe('405 MethodNotAllowed')
    expect(await at.history('k')).toEqual({ shown: [one, '✝null'], latest: '✝null' })
    expect(await at.remove('k', 'null')).toEqual({ marker: true, id: 'null' })
    expect(await at.get('k')).toEqual({ body: 'one', id: one })
    await at.set('Enabled')
    const four = await at.put('k', 'four')
    expect(await at.history('k')).toEqual({ shown: [four, one], latest: four })
  })

  test('an upload in parts becomes a version like any other, and its parts live as long', async () => {
    await at.set('Enabled')
    const bodies = [randomBytes(5 * MiB), randomBytes(99)]
    const first = await completeUpload(place, 'k', bodies)
    expect(first.VersionId).toEqual(expect.any(String))
    await completeUpload(place, 'k', [randomBytes(7)])
    await at.remove('k')
    const read = new GetObjectCommand({ Bucket: place.bucket, Key: 'k', VersionId: first.VersionId })
    const { Body } = await place.client.send(read)
    expect(sha256((await Body?.transformToByteArray()) ?? new Uint8Array())).toBe(
      sha256(Buffer.concat(bodies)),
    )
    await at.remove('k', first.VersionId)
    expect(await failure(at.get('k', first.VersionId))).toBe('404 NoSuchVersion')
  })

  test('many at once: versions by their ids, and markers where there is none', async () => {
    await at.set('Enabled')
    const one = await at.put('a', 'one')
    const two = await at.put('a', 'two')
    await at.put('b', 'b')
    const Objects = [{ Key: 'a', VersionId: one }, { Key: 'a', VersionId: two }, { Key: 'b' }]
    const command = () => new DeleteObjectsCommand({ Bucket: place.bucket, Delete: { Objects } })
    const { Deleted = [], Errors = [] } = await place.client.send(command())
    expect(Errors).toEqual([])
    expect(Deleted.filter(({ Key }) => Key === 'a').map(({ VersionId }) => VersionId)).toEqual([one, two])
    const marker = Deleted.find(({ Key }) => Key === 'b')
    expect(marker).toMatchObject({ DeleteMarker: true, DeleteMarkerVersionId: expect.any(String) })
    expect(await at.history('a')).toEqual({ shown: [], latest: undefined })
    expect((await at.history('b')).latest).toBe(`✝${marker?.DeleteMarkerVersionId}`)
  })

  test('conditions are held against what a plain read finds', async () => {
    await at.set('Enabled')
    const once = async () =>
      await place.client.send(
        new PutObjectCommand({ Bucket: place.bucket, Key: 'k', Body: 'b', IfNoneMatch: '*' }),
      )
    await once()
    expect(await failure(once())).toBe('412 PreconditionFailed')
    await at.remove('k')
    await once()
    expect((await at.history('k')).shown).toHaveLength(3)
  })

  test('writes to one key at once are as many versions, and one of them is the newest', async () => {
    await at.set('Enabled')
    const ids = await Promise.all(Array.from({ length: 20 }, async (_, n) => await at.put('k', `by ${n}`)))
    expect(new Set(ids).size).toBe(20)
    const { shown, latest } = await at.history('k')
    expect(new Set(shown)).toEqual(new Set(ids))
    expect((await at.get('k')).id).toBe(latest)
  })
})
