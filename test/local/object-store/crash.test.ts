import { randomBytes, randomInt } from 'node:crypto'
import { readdir } from 'node:fs/promises'
import { join } from 'node:path'
import { setTimeout as wait } from 'node:timers/promises'
import type { S3Client } from '@aws-sdk/client-s3'
import {
  CreateBucketCommand,
  DeleteObjectCommand,
  GetObjectCommand,
  ListMultipartUploadsCommand,
  ListObjectsV2Command,
  PutObjectCommand,
} from '@aws-sdk/client-s3'
import { expect, test } from 'vitest'
import { beginUpload, completeParts, sendPart } from './multipart.ts'
import { startProcess } from './process.ts'
import { clientOf, failure, MiB, sha256, temporaryFolder } from './support.ts'

const Bucket = 'night'
const rounds = 8

/** What a key must read as: the answered body, or one whose answer never came (undefined: not there). */
type Expected = Map<string, Set<string | undefined>>

const read = async (client: S3Client, Key: string): Promise<string> => {
  const { Body } = await client.send(new GetObjectCommand({ Bucket, Key }))
  return sha256((await Body?.transformToByteArray()) ?? new Uint8Array())
}

/** Writes until the process is gone. What is being tried is possible, what was answered is certain. */
const writer = (client: S3Client, expected: Expected, key: string) => {
  const attempt = async (digest: string | undefined, work: () => Promise<unknown>) => {
    const possible = expected.get(key) ?? new Set([undefined])
    expected.set(key, new Set([...possible, digest]))
    await work()
    expected.set(key, new Set([digest]))
  }
  return {
    put: async () => {
      const body = randomBytes(randomInt(300_000))
      await attempt(
        sha256(body),
        async () => await client.send(new PutObjectCommand({ Bucket, Key: key, Body: body })),
      )
    },
    upload: async () => {
      const place = { client, bucket: Bucket, [Symbol.asyncDispose]: async () => {} }
      const bodies = [randomBytes(5 * MiB), randomBytes(randomInt(100_000))]
      const id = await beginUpload(place, key)
      const parts = await Promise.all(
        bodies.map(async (body, at) => await sendPart(place, key, id, at + 1, body)),
      )
      await attempt(sha256(Buffer.concat(bodies)), async () => await completeParts(place, key, id, parts))
    },
    remove: async () => {
      await attempt(undefined, async () => await client.send(new DeleteObjectCommand({ Bucket, Key: key })))
    },
  }
}

const work = async (client: S3Client, expected: Expected, lane: number) => {
  try {
    for (;;) {
      const { put, upload, remove } = writer(client, expected, `lane ${lane}/${randomInt(4)}`)
      await put()
      if (lane % 2 === 0) await upload()
      if (randomInt(4) === 0) await remove()
    }
  } catch {
    // The process was killed; nothing more is answered.
  }
}

test('killed at any moment, it has all that it answered for, and nothing by halves', {
  timeout: 60_000,
}, async () => {
  await using folder = await temporaryFolder()
  const expected: Expected = new Map()
  let checked = 0
  for (let round = 0; round <= rounds; round++) {
    await using store = await startProcess(folder.path)
    const client = clientOf(store.endpoint, { maxAttempts: 1 })
    if (round === 0) await client.send(new CreateBucketCommand({ Bucket }))
    const listed = await client.send(new ListObjectsV2Command({ Bucket }))
    const present = new Set((listed.Contents ?? []).map(({ Key }) => Key))
    for (const [key, possible] of expected) {
      const found = present.has(key) ? await read(client, key) : undefined
      if (found === undefined) expect(await failure(read(client, key))).toBe('404 NoSuchKey')
      expect(possible).toContain(found)
      expected.set(key, new Set([found]))
      checked++
    }
    expect(await readdir(join(folder.path, 'tmp'))).toEqual([])
    expect(await readdir(join(folder.path, 'trash'))).toEqual([])
    if (round === rounds) {
      await expectNothingLeftOver(folder.path, client, listed.Contents?.length ?? 0)
      break
    }
    const lanes = [0, 1, 2, 3].map(async lane => await work(client, expected, lane))
    await wait(150 + randomInt(600))
    await store.end('SIGKILL')
    await Promise.all(lanes)
    client.destroy()
  }
  expect(checked).toBeGreaterThan(20)
})

/** Folders of parts belong to an object or an open upload: as many folders as those. */
const expectNothingLeftOver = async (folder: string, client: S3Client, objects: number) => {
  const kept = await readdir(join(folder, 'multipart'))
  const heads = await client.send(new ListObjectsV2Command({ Bucket }))
  const multipart = (heads.Contents ?? []).filter(({ ETag }) => ETag?.includes('-'))
  expect(kept).toHaveLength(multipart.length)
  const open = await client.send(new ListMultipartUploadsCommand({ Bucket }))
  expect(await readdir(join(folder, 'uploads'))).toHaveLength(open.Uploads?.length ?? 0)
  expect(heads.Contents ?? []).toHaveLength(objects)
}
