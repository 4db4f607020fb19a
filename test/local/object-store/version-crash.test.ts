import { randomBytes, randomInt } from 'node:crypto'
import { readdir } from 'node:fs/promises'
import { join } from 'node:path'
import { setTimeout as wait } from 'node:timers/promises'
import type { S3Client } from '@aws-sdk/client-s3'
import { CreateBucketCommand, GetObjectCommand, ListObjectVersionsCommand } from '@aws-sdk/client-s3'
import { expect, test } from 'vitest'
import { completeUpload } from './multipart.ts'
import { startProcess } from './process.ts'
import { clientOf, MiB, sha256, temporaryFolder } from './support.ts'
import { versionsOf } from './versions.ts'

const rounds = 8
const states = { enabled: 'Enabled', suspended: 'Suspended' } as const
type BucketName = keyof typeof states

/** What a key has, newest first: the digest of a body, or a cross; `null` versions say so. */
type History = readonly string[]
/** One operation at a time: what was answered last, and what may have come to be since. */
type Expected = Map<string, { bucket: BucketName; key: string; possible: History[] }>

const added = (bucket: BucketName, before: History, what: string): History =>
  bucket === 'enabled'
    ? [what, ...before]
    : [`null ${what}`, ...before.filter(one => !one.startsWith('null'))]

const actual = async (client: S3Client, Bucket: string, Key: string): Promise<History> => {
  const { Versions = [], DeleteMarkers = [] } = await client.send(
    new ListObjectVersionsCommand({ Bucket, Prefix: Key }),
  )
  const all = [
    ...Versions.map(version => ({ ...version, cross: false })),
    ...DeleteMarkers.map(marker => ({ ...marker, cross: true })),
  ]
  // Each answers when it came to the second only, so the order is asked for one by one.
  const ordered: string[] = []
  let after: object = {}
  while (ordered.length < all.length) {
    const page = await client.send(
      new ListObjectVersionsCommand({ Bucket, Prefix: Key, MaxKeys: 1, ...after }),
    )
    ordered.push([...(page.Versions ?? []), ...(page.DeleteMarkers ?? [])][0]?.VersionId ?? '')
    after = { KeyMarker: page.NextKeyMarker, VersionIdMarker: page.NextVersionIdMarker }
  }
  const shown = ordered.map(async VersionId => {
    const name = Bucket === 'suspended' && VersionId === 'null' ? 'null ' : ''
    if (all.find(one => one.VersionId === VersionId)?.cross) return `${name}✝`
    const { Body } = await client.send(new GetObjectCommand({ Bucket, Key, VersionId }))
    return name + sha256((await Body?.transformToByteArray()) ?? new Uint8Array())
  })
  return await Promise.all(shown)
}

/** Changes one key until the process is gone. */
const work = async (client: S3Client, bucket: BucketName, lane: number, expected: Expected) => {
  const key = `lane ${lane}`
  const place = { client, bucket, [Symbol.asyncDispose]: async () => {} }
  const at = versionsOf(place)
  const entry = expected.get(`${bucket} ${key}`) ?? { bucket, key, possible: [[]] }
  expected.set(`${bucket} ${key}`, entry)
  const attempt = async (after: (before: History) => History, operation: () => Promise<unknown>) => {
    const [before = []] = entry.possible
    entry.possible = [before, after(before)]
    await operation()
    entry.possible = [after(before)]
  }
  try {
    for (;;) {
      const body = randomBytes(randomInt(1, 200_000))
      await attempt(
        before => added(bucket, before, sha256(body)),
        async () => await at.put(key, body),
      )
      const parts = [randomBytes(5 * MiB), randomBytes(9)]
      const whole = sha256(Buffer.concat(parts))
      if (randomInt(4) === 0)
        await attempt(
          before => added(bucket, before, whole),
          async () => await completeUpload(place, key, parts),
        )
      if (randomInt(2) === 0)
        await attempt(
          before => added(bucket, before, '✝'),
          async () => await at.remove(key),
        )
      const page = await at.list({ Prefix: key, MaxKeys: 1 })
      const [newest] = [...(page.Versions ?? []), ...(page.DeleteMarkers ?? [])]
      if (randomInt(2) === 0)
        await attempt(
          before => before.slice(1),
          async () => await at.remove(key, newest?.VersionId),
        )
    }
  } catch {
    // The process was killed; nothing more is answered.
  }
}

test('killed at any moment, each key has its versions as they were answered, and nothing by halves', {
  timeout: 60_000,
}, async () => {
  await using folder = await temporaryFolder()
  const expected: Expected = new Map()
  for (let round = 0; round <= rounds; round++) {
    await using store = await startProcess(folder.path)
    const client = clientOf(store.endpoint, { maxAttempts: 1 })
    for (const bucket of Object.keys(states) as BucketName[]) {
      if (round === 0) await client.send(new CreateBucketCommand({ Bucket: bucket }))
      if (round === 0) await versionsOf({ client, bucket }).set(states[bucket])
    }
    let multipart = 0
    for (const entry of expected.values()) {
      const found = await actual(client, entry.bucket, entry.key)
      expect(entry.possible).toContainEqual(found)
      entry.possible = [found]
      const { Versions = [] } = await versionsOf({ client, bucket: entry.bucket }).list({ Prefix: entry.key })
      multipart += Versions.filter(({ ETag }) => ETag?.includes('-')).length
    }
    expect(await readdir(join(folder.path, 'tmp'))).toEqual([])
    expect(await readdir(join(folder.path, 'trash'))).toEqual([])
    expect(await readdir(join(folder.path, 'multipart'))).toHaveLength(multipart)
    if (round === rounds) break
    const lanes = [0, 1].flatMap(lane =>
      (Object.keys(states) as BucketName[]).map(async bucket => await work(client, bucket, lane, expected)),
    )
    await wait(150 + randomInt(600))
    await store.end('SIGKILL')
    await Promise.all(lanes)
    client.destroy()
  }
  const kept = [...expected.values()].flatMap(({ possible }) => possible[0] ?? [])
  expect(kept.length).toBeGreaterThan(10)
})
