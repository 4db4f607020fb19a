import { randomUUID } from 'node:crypto'
import { sql } from 'drizzle-orm'
import { afterAll, expect, test } from 'vitest'
import type { Bucket } from '../../../core/vault/bucket.ts'
import { inLanes } from '../../../core/vault/in-lanes.ts'
import { removeObjects } from '../../../core/vault/remove-objects.ts'
import { s3Bucket } from '../../../core/vault/s3-bucket.ts'
import { tables } from '../../../db/db.ts'
import type { Fault } from '../../../local/object-store/faults.ts'
import { versionsOf } from '../../local/object-store/versions.ts'
import { createTestDatabase } from '../../support/database.ts'
import type { FaultRule } from '../../support/plan-faults.ts'
import { fc } from '../../support/properties.ts'
import { startStoreRoom } from './store-room.ts'

const support = await createTestDatabase()
const { database } = support
afterAll(() => support[Symbol.asyncDispose]())

const states = ['never set', 'Enabled', 'Suspended'] as const

/** A tenant with destroyed objects whose bytes wait to be removed, on a store with planned faults. */
const startRoom = async (state: (typeof states)[number], count: number, ...rules: FaultRule[]) => {
  const room = await startStoreRoom(...rules)
  const at = versionsOf({ client: room.client, bucket: 'night' })
  const tenantId = await support.createTenant()
  if (state !== 'never set') await at.set(state)
  const names = Array.from({ length: count }, (_, n) => `objects/${String(n).padStart(5, '0')}`)
  await inLanes(names, 16, async name => await room.bucket.put(name, Buffer.from(name)))
  const rows = names.map(storageKey => ({ tenantId, objectId: randomUUID(), storageKey, multipartId: null }))
  // In the order of the names, so that a test knows which come first.
  const ids = rows.map(row => row.objectId).sort((one, other) => (one < other ? -1 : 1))
  const wait = rows.map((row, n) => ({ ...row, objectId: ids[n] ?? '' }))
  await database.asTenant(tenantId, tx => tx.insert(tables.objectRemovals).values(wait))
  const waiting = async () => {
    const left = await database.asTenant(tenantId, tx => tx.select().from(tables.objectRemovals))
    return left.map(row => row.storageKey).sort((one, other) => (one < other ? -1 : 1))
  }
  /** Names of which the bucket has anything, be it a delete marker. */
  const left = async () => {
    const found = new Set<string>()
    let after: object | undefined = {}
    while (after !== undefined) {
      const page: Awaited<ReturnType<typeof at.list>> = await at.list(after)
      for (const { Key = '' } of [...(page.Versions ?? []), ...(page.DeleteMarkers ?? [])]) found.add(Key)
      after = page.IsTruncated
        ? { KeyMarker: page.NextKeyMarker, VersionIdMarker: page.NextVersionIdMarker }
        : undefined
    }
    return [...found]
  }
  /** One try of each request: what fails is the job's to try again. */
  const impatient = s3Bucket({ ...room.options, attempts: 1 })
  const dispose = async () => {
    impatient.close()
    await room[Symbol.asyncDispose]()
  }
  const run = async (bucket: Bucket = room.bucket) => await removeObjects(database, bucket, tenantId)
  return { ...room, tenantId, names, waiting, left, run, impatient, [Symbol.asyncDispose]: dispose }
}

test.each(states)(
  'all of them go, by the thousand, from a bucket whose versioning is %s',
  async state => {
    await using room = await startRoom(state, 1_050)
    expect(await room.run()).toBe(1_050)
    expect([await room.left(), await room.waiting()]).toEqual([[], []])
    expect(await room.run()).toBe(0)
    expect(room.seen.filter(one => one === 'remove_all ok')).toHaveLength(2)
  },
  30_000,
)

test('one that fails keeps its place in the list, and none of the others', async () => {
  const fault = { kind: 'error', status: 403, code: 'AccessDenied' } as const
  const key = 'objects/00003'
  await using room = await startRoom('Enabled', 20, { operation: 'DeleteObjects', nth: [1, 2], key, fault })
  for (let times = 0; times < 2; times++) {
    await expect(room.run()).rejects.toMatchObject({
      message: '1 objects could not be removed from the bucket',
      cause: { message: 'AccessDenied A planned fault.' },
    })
    expect([await room.left(), await room.waiting()]).toEqual([[key], [key]])
  }
  expect(await room.run()).toBe(1)
  expect([await room.left(), await room.waiting()]).toEqual([[], []])
})

test('a store that goes away in the middle: what it confirmed is struck off, the rest waits', async () => {
  const fault = { kind: 'drop', when: 'before' } as const
  await using room = await startRoom('never set', 1_020, { operation: 'DeleteObjects', nth: 2, fault })
  await expect(room.run(room.impatient)).rejects.toThrow()
  expect(await room.waiting()).toEqual(room.names.slice(1_000))
  expect(await room.left()).toEqual(room.names.slice(1_000))
  expect(await room.run(room.impatient)).toBe(20)
  expect([await room.left(), await room.waiting()]).toEqual([[], []])
}, 30_000)

test('an answer that never came: nothing is struck off, and asking again does no harm', async () => {
  const fault = { kind: 'drop', when: 'after' } as const
  await using room = await startRoom('Suspended', 20, { operation: 'DeleteObjects', nth: 1, fault })
  await expect(room.run(room.impatient)).rejects.toThrow()
  expect([await room.left(), await room.waiting()]).toEqual([[], room.names])
  expect(await room.run(room.impatient)).toBe(20)
  expect(await room.waiting()).toEqual([])
})

test('stopped between two requests, it does the rest the next time', async () => {
  await using room = await startRoom('never set', 1_005)
  const over = new AbortController()
  const stopping: Bucket = {
    ...room.bucket,
    async removeAll(names) {
      over.abort(new Error('the worker stops'))
      return await room.bucket.removeAll(names)
    },
  }
  const stopped = removeObjects(database, stopping, room.tenantId, over.signal)
  await expect(stopped).rejects.toThrow('the worker stops')
  expect(await room.waiting()).toEqual(room.names.slice(1_000))
  expect(await room.run()).toBe(5)
}, 30_000)

test('an unfinished upload that cannot be given up keeps its object in the list', async () => {
  const fault = { kind: 'error', status: 403, code: 'AccessDenied' } as const
  await using room = await startRoom('never set', 3, { operation: 'AbortMultipartUpload', nth: 1, fault })
  const multipartId = await room.bucket.beginParts('objects/00001')
  await database.asTenant(room.tenantId, tx =>
    tx.update(tables.objectRemovals).set({ multipartId }).where(sql`storage_key = 'objects/00001'`),
  )
  await expect(room.run()).rejects.toThrow('1 objects')
  expect([await room.left(), await room.waiting()]).toEqual([['objects/00001'], ['objects/00001']])
  expect(await room.run()).toBe(1)
  expect(await Array.fromAsync(room.bucket.listUploads(''))).toEqual([])
})

const faults: Fault[] = [
  { kind: 'drop', when: 'before' },
  { kind: 'drop', when: 'after' },
  { kind: 'error', status: 503, code: 'SlowDown' },
  { kind: 'error', status: 500, code: 'InternalError', when: 'after' },
  { kind: 'error', status: 200, code: 'InternalError', when: 'after' },
]
const operations = ['DeleteObjects', 'ListObjectVersions', 'GetBucketVersioning'] as const

/** Some of the first calls fail; of deletions some fail for one name alone. */
const anyFaults = fc.array(
  fc.record({
    operation: fc.constantFrom(...operations),
    nth: fc.integer({ min: 1, max: 12 }),
    fault: fc.constantFrom(...faults),
    key: fc.option(fc.constantFrom('objects/00000', 'objects/00007'), { nil: undefined }),
  }),
  { maxLength: 12 },
)

test.each(states)(
  'whatever fails (%s): what is struck off is gone, and in the end all of it is',
  async state => {
    const property = fc.asyncProperty(anyFaults, async plan => {
      const rules = plan.map(({ key, ...rule }): FaultRule => (key === undefined ? rule : { ...rule, key }))
      await using room = await startRoom(state, 8, ...rules)
      for (let tries = 0; (await room.waiting()).length > 0; tries++) {
        expect(tries).toBeLessThan(40)
        await room.run(room.impatient).catch(() => undefined)
        const left = await room.calmly(room.left)
        expect(await room.waiting()).toEqual(expect.arrayContaining(left))
      }
      expect(await room.calmly(room.left)).toEqual([])
    })
    await fc.assert(property, { numRuns: 15 })
  },
  60_000,
)
