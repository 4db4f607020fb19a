import { randomBytes } from 'node:crypto'
import { mkdir, readdir, rename, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import {
  AbortMultipartUploadCommand,
  CreateBucketCommand,
  GetObjectCommand,
  ListMultipartUploadsCommand,
} from '@aws-sdk/client-s3'
import { afterEach, beforeEach, expect, test } from 'vitest'
import type { ObjectStore } from '../../../local/object-store/server.ts'
import { startObjectStore } from '../../../local/object-store/server.ts'
import {
  completedFolder,
  layoutOf,
  objectFile,
  openFolder,
} from '../../../local/object-store/storage/layout.ts'
import { beginUpload, completeParts, sendPart } from './multipart.ts'
import type { Place } from './support.ts'
import { clientOf, credentials, failure, MiB, sha256, temporaryFolder } from './support.ts'

// The moments that a kill rarely hits are laid out by hand here.
const bucket = 'night'
const key = 'k'
const bodies = [randomBytes(5 * MiB), randomBytes(99)] as const
const whole = sha256(Buffer.concat(bodies))

let folder: Awaited<ReturnType<typeof temporaryFolder>>
let store: ObjectStore
let place: Place

const start = async () => {
  store = await startObjectStore({ folder: folder.path, port: 0, host: '127.0.0.1', credentials })
  const client = clientOf(store.endpoint)
  place = { client, bucket, [Symbol.asyncDispose]: async () => client.destroy() }
}
const stop = async () => {
  await place[Symbol.asyncDispose]()
  await store.close()
}
beforeEach(async () => {
  folder = await temporaryFolder()
  await start()
  await place.client.send(new CreateBucketCommand({ Bucket: bucket }))
})
afterEach(async () => {
  await stop()
  await folder[Symbol.asyncDispose]()
})

const upload = async () => {
  const id = await beginUpload(place, key)
  const parts = [await sendPart(place, key, id, 1, bodies[0]), await sendPart(place, key, id, 2, bodies[1])]
  return { id, parts }
}
const read = async () => {
  const { Body } = await place.client.send(new GetObjectCommand({ Bucket: bucket, Key: key }))
  return sha256((await Body?.transformToByteArray()) ?? new Uint8Array())
}
const abort = async (UploadId: string) =>
  await place.client.send(new AbortMultipartUploadCommand({ Bucket: bucket, Key: key, UploadId }))

test('killed after an object came to be and before its parts moved: it is complete', async () => {
  const { id, parts } = await upload()
  const { ETag } = await completeParts(place, key, id, parts)
  await stop()
  const layout = layoutOf(folder.path)
  await rename(completedFolder(layout, id), openFolder(layout, id))
  await writeFile(join(openFolder(layout, id), '00009'), 'a part that was not listed')
  await start()
  expect(await readdir(layout.uploads)).toEqual([])
  expect(await readdir(completedFolder(layout, id))).toEqual(['00001', '00002', 'upload.json'])
  const open = await place.client.send(new ListMultipartUploadsCommand({ Bucket: bucket }))
  expect(open.Uploads ?? []).toEqual([])
  expect(await failure(abort(id))).toBe('404 NoSuchUpload')
  expect(await completeParts(place, key, id, parts)).toMatchObject({ ETag })
  expect(await read()).toBe(whole)
})

test('killed after an object went and before its parts did: they go at the next start', async () => {
  const { id, parts } = await upload()
  await completeParts(place, key, id, parts)
  await stop()
  const layout = layoutOf(folder.path)
  await writeFile(join(layout.trash, id), '')
  await rm(objectFile(layout, bucket, key))
  await start()
  expect(await readdir(layout.multipart)).toEqual([])
  expect(await readdir(layout.trash)).toEqual([])
})

test('killed after an object was marked and before it went: it stays', async () => {
  const { id, parts } = await upload()
  await completeParts(place, key, id, parts)
  await stop()
  const { trash } = layoutOf(folder.path)
  await writeFile(join(trash, id), '')
  await start()
  expect(await read()).toBe(whole)
  expect(await readdir(trash)).toEqual([])
})

test('killed in the middle of an abort or a beginning: nothing of it is left', async () => {
  const { id } = await upload()
  await stop()
  const layout = layoutOf(folder.path)
  await rename(openFolder(layout, id), join(layout.tmp, 'doomed'))
  await mkdir(join(layout.tmp, 'begun'))
  await start()
  expect(await readdir(layout.tmp)).toEqual([])
  expect(await failure(abort(id))).toBe('404 NoSuchUpload')
})
