import { createHash, randomBytes } from 'node:crypto'
import { copyFile, mkdir, readdir, rename, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { CreateBucketCommand, GetBucketVersioningCommand } from '@aws-sdk/client-s3'
import { afterEach, beforeEach, expect, test } from 'vitest'
import type { ObjectStore } from '../../../local/object-store/server.ts'
import { startObjectStore } from '../../../local/object-store/server.ts'
import { Bucket } from '../../../local/object-store/storage/bucket.ts'
import { completedFolder, layoutOf, openFolder } from '../../../local/object-store/storage/layout.ts'
import { unversioned } from '../../../local/object-store/storage/version.ts'
import { beginUpload, completeParts, completeUpload, sendPart } from './multipart.ts'
import type { Place } from './support.ts'
import { clientOf, credentials, failure, MiB, temporaryFolder } from './support.ts'
import { versionsOf } from './versions.ts'

const bucket = 'night'
let folder: Awaited<ReturnType<typeof temporaryFolder>>
let store: ObjectStore
let place: Place
let at: ReturnType<typeof versionsOf>
let now: number | undefined

const start = async () => {
  const clock = () => now ?? Date.now()
  store = await startObjectStore({ folder: folder.path, port: 0, host: '127.0.0.1', credentials, clock })
  const client = clientOf(store.endpoint)
  place = { client, bucket, [Symbol.asyncDispose]: async () => client.destroy() }
  at = versionsOf(place)
}
const stop = async () => {
  await place[Symbol.asyncDispose]()
  await store.close()
}
const restart = async () => {
  await stop()
  await start()
}
beforeEach(async () => {
  now = undefined
  folder = await temporaryFolder()
  await start()
  await place.client.send(new CreateBucketCommand({ Bucket: bucket }))
})
afterEach(async () => {
  await stop()
  await folder[Symbol.asyncDispose]()
})
const files = async () =>
  (await readdir(join(folder.path, 'buckets', bucket))).filter(name => name !== 'versioning.json')

test('a restart changes nothing: versions, markers, their order, and whether versioning is on', async () => {
  const long = 'k'.repeat(1000)
  for (const key of ['k', long]) await at.put(key, 'from before')
  await at.set('Enabled')
  for (const key of ['k', long]) for (const body of ['one', 'two']) await at.put(key, body)
  const { id: marker } = await at.remove('k')
  await at.set('Suspended')
  await at.put(long, 'null again')
  const before = [await at.history('k'), await at.history(long), await at.listed()]
  await restart()
  expect([await at.history('k'), await at.history(long), await at.listed()]).toEqual(before)
  const { Status } = await place.client.send(new GetBucketVersioningCommand({ Bucket: bucket }))
  expect(Status).toBe('Suspended')
  expect((await at.get(long)).body).toBe('null again')
  await at.remove('k', marker)
  await restart()
  expect((await at.get('k')).body).toBe('two')
})

test('objects as they were written before there were versions are read, listed, versioned and deleted', async () => {
  await stop()
  const write = async (key: string, name: string) => {
    const body = Buffer.from(`of ${key.slice(0, 10)}`)
    const etag = createHash('md5').update(body).digest('hex')
    const headers = { 'content-type': 'audio/wav' }
    const record = Buffer.from(
      JSON.stringify({ key, size: body.length, etag, modifiedAt: 1_700_000_000_000, headers, metadata: {} }),
    )
    const length = Buffer.alloc(4)
    length.writeUInt32BE(record.length)
    const bytes = Buffer.concat([body, record, length, Buffer.from('NDOBJ001')])
    await writeFile(join(folder.path, 'buckets', bucket, name), bytes)
  }
  const long = 'l'.repeat(121)
  await write('old', `${Buffer.from('old').toString('hex')}.null`)
  await write('m'.repeat(120), `${Buffer.from('m'.repeat(120)).toString('hex')}.null`)
  await write(long, `~${createHash('sha256').update(long).digest('hex')}.null`)
  await start()
  expect(await at.listed()).toEqual([long, 'm'.repeat(120), 'old'])
  expect((await at.get('old')).body).toBe('of old')
  await at.set('Enabled')
  for (const key of ['old', 'm'.repeat(120), long]) {
    expect((await at.get(key)).id).toBe('null')
    const id = await at.put(key, 'new')
    expect(await at.history(key)).toEqual({ shown: [id, 'null'], latest: id })
    expect((await at.get(key, 'null')).body).toBe(`of ${key.slice(0, 10)}`)
    for (const each of [id, 'null']) await at.remove(key, each)
  }
  expect(await files()).toEqual([])
})

test('a clock that goes back does not bring an older version to the top', async () => {
  await at.set('Enabled')
  const first = await at.put('k', 'first')
  now = Date.now() - 600_000
  const second = await at.put('k', 'second')
  const { id: marker } = await at.remove('k')
  await restart()
  expect(await at.history('k')).toEqual({ shown: [second, first, `✝${marker}`], latest: `✝${marker}` })
})

test('killed between a null version and the removal of the one it replaced: the newer one stays', async () => {
  await at.put('k', 'from before')
  await completeUpload(place, 'parts', [randomBytes(5 * MiB), randomBytes(9)])
  await at.set('Suspended')
  const old = await files()
  const aside = join(folder.path, 'aside')
  const { multipart, trash } = layoutOf(folder.path)
  const [upload = ''] = await readdir(multipart)
  await mkdir(aside)
  for (const name of old) await copyFile(join(folder.path, 'buckets', bucket, name), join(aside, name))
  await at.put('k', 'newer')
  await at.remove('parts')
  expect(await readdir(multipart)).toEqual([])
  await stop()
  for (const name of old) await rename(join(aside, name), join(folder.path, 'buckets', bucket, name))
  await mkdir(join(multipart, upload))
  await writeFile(join(multipart, upload, '00001'), 'a part')
  await start()
  expect(await at.get('k')).toEqual({ body: 'newer', id: 'null' })
  expect((await at.history('k')).shown).toEqual(['null'])
  expect((await at.history('parts')).shown).toEqual(['✝null'])
  expect([await files(), await readdir(multipart), await readdir(trash)]).toMatchObject([
    { length: 2 },
    [],
    [],
  ])
})

test('a completion that was cut short is finished for an older version too, and answers again', async () => {
  await at.set('Enabled')
  const id = await beginUpload(place, 'k')
  const parts = [await sendPart(place, 'k', id, 1, randomBytes(77))]
  const { VersionId } = await completeParts(place, 'k', id, parts)
  await at.put('k', 'newer')
  await stop()
  const layout = layoutOf(folder.path)
  await rename(completedFolder(layout, id), openFolder(layout, id))
  await writeFile(join(layout.trash, id), '')
  await start()
  expect(await readdir(completedFolder(layout, id))).toContain('00001')
  expect(await completeParts(place, 'k', id, parts)).toMatchObject({ VersionId })
  expect((await at.head('k', VersionId)).ContentLength).toBe(77)
  expect((await at.get('k')).body).toBe('newer')
})

test('versioning that is set while objects come and go misses none of them', async () => {
  const keys = Array.from({ length: 200 }, (_, n) => `k${n}`)
  await Promise.all(keys.map(async key => await at.put(key, 'from before')))
  const changes = keys.map(async (key, n) => {
    if (n % 3 === 0) await at.remove(key)
    else if (n % 3 === 1) await at.put(key, 'again')
    else await at.put(`new ${key}`, 'new')
  })
  await Promise.all([...changes.slice(0, 60), at.set('Enabled'), ...changes.slice(60)])
  const found = await at.list()
  const shown = [...(found.Versions ?? []), ...(found.DeleteMarkers ?? [])].map(
    one => `${one.Key} ${one.VersionId}`,
  )
  const listed = await at.listed()
  await restart()
  const again = await at.list()
  expect(
    [...(again.Versions ?? []), ...(again.DeleteMarkers ?? [])].map(one => `${one.Key} ${one.VersionId}`),
  ).toEqual(shown)
  expect(await at.listed()).toEqual(listed)
  expect(await files()).toHaveLength(shown.length)
  for (const [n, key] of keys.entries()) {
    if (n % 3 === 0) expect(await failure(at.get(key))).toBe('404 NoSuchKey')
    else expect((await at.get(key)).body).toBe(n % 3 === 1 ? 'again' : 'from before')
  }
})

test('what goes after the names were read, and before versioning is in force, does not come back', async () => {
  const layout = layoutOf(folder.path)
  await at.put('goes', 'soon')
  await at.put('stays', 'here')
  const beside = new Bucket(layout, bucket)
  const setting = beside.setVersioning('Enabled')
  // The file is still there, as it was when the names were read.
  beside.note('goes', unversioned, false)
  beside.note('comes', unversioned, true)
  await setting
  const found = ['goes', 'stays', 'comes'].map(key => beside.versionsOf(key))
  expect(found).toEqual([[], [unversioned], [unversioned]])
})
