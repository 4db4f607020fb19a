import { randomBytes } from 'node:crypto'
import { describe, expect, test } from 'vitest'
import type { Bucket } from '../../../core/vault/bucket.ts'
import { inLanes } from '../../../core/vault/in-lanes.ts'
import { s3Bucket } from '../../../core/vault/s3-bucket.ts'
import { versionsOf } from '../../local/object-store/versions.ts'
import type { FaultRule } from '../../support/plan-faults.ts'
import { startStoreRoom } from './store-room.ts'
import { MiB, writeObject } from './vault-room.ts'

type State = 'never set' | 'Enabled' | 'Suspended'

/** A bucket whose names have as much behind them as its state allows; `left` is all that is there, markers too. */
const startRoom = async (state: State, ...rules: FaultRule[]) => {
  const room = await startStoreRoom(...rules)
  const at = versionsOf({ client: room.client, bucket: 'night' })
  const fill = async (...names: string[]) => {
    for (const name of names) {
      await at.put(name, 'first')
      await at.put(name, 'second')
    }
    if (state === 'never set') return
    await at.set('Enabled')
    for (const name of names) {
      await at.put(name, 'third')
      await at.remove(name)
      await at.put(name, 'fourth')
    }
    if (state === 'Suspended') {
      await at.set('Suspended')
      for (const name of names) await at.put(name, 'fifth')
    }
  }
  const left = async (name: string) => (await at.history(name)).shown
  return { ...room, at, fill, left, count: (op: string) => room.seen.filter(one => one === op).length }
}

const error = (operation: FaultRule['operation'], status: number, code: string): FaultRule => ({
  operation,
  fault: { kind: 'error', status, code },
})

describe.each<State>(['never set', 'Enabled', 'Suspended'])('a bucket whose versioning is %s', state => {
  test('nothing is left of a removed name, and everything of the others', async () => {
    await using room = await startRoom(state)
    await room.fill('objects/a', 'objects/ab', 'objects/b', 'objects/c', 'objects/d')
    const kept = await room.left('objects/ab')
    await room.bucket.remove('objects/a')
    expect(await room.left('objects/a')).toEqual([])
    await room.bucket.remove('objects/a')
    const names = ['objects/b', 'objects/never was', 'objects/c', 'objects/b']
    expect(await room.bucket.removeAll(names)).toEqual({
      gone: ['objects/b', 'objects/never was', 'objects/c'],
      failed: [],
    })
    expect(await room.left('objects/b')).toEqual([])
    expect(await room.left('objects/c')).toEqual([])
    expect(await room.left('objects/never was')).toEqual([])
    expect(await room.left('objects/ab')).toEqual(kept)
    expect(kept.length).toBe({ 'never set': 1, Enabled: 4, Suspended: 4 }[state])
    expect(await room.left('objects/d')).not.toEqual([])
  })

  test('what was hidden by somebody else’s deletion goes as well', async () => {
    await using room = await startRoom(state)
    await room.fill('objects/a', 'objects/b')
    for (const name of ['objects/a', 'objects/b']) await room.at.remove(name)
    await room.bucket.remove('objects/a')
    await room.bucket.removeAll(['objects/b'])
    expect([await room.left('objects/a'), await room.left('objects/b')]).toEqual([[], []])
  })

  test('an object of many parts goes with all its versions', async () => {
    await using room = await startRoom(state)
    await room.fill()
    const object = await writeObject(room, randomBytes(7 * MiB))
    expect(await room.left(object.storageKey)).toHaveLength(1)
    await room.bucket.remove(object.storageKey)
    expect(await room.left(object.storageKey)).toEqual([])
  })

  test.each<[string, FaultRule[]]>([
    ['refused', [error('GetBucketVersioning', 403, 'AccessDenied')]],
    ['unknown to the store', [error('GetBucketVersioning', 501, 'NotImplemented')]],
  ])(
    'nothing is left either when the question for its versioning is %s; that is said once',
    async (_, rules) => {
      await using room = await startRoom(state, ...rules)
      await room.fill('objects/a', 'objects/b', 'objects/c')
      await room.bucket.remove('objects/a')
      expect((await room.bucket.removeAll(['objects/b', 'objects/c'])).failed).toEqual([])
      for (const name of ['objects/a', 'objects/b', 'objects/c']) expect(await room.left(name)).toEqual([])
      expect(room.warned).toHaveLength(1)
      expect(room.count('get_versioning error')).toBe(1)
    },
  )

  test('a store that cannot delete many in one request is asked one by one', async () => {
    await using room = await startRoom(state, error('DeleteObjects', 501, 'NotImplemented'))
    await room.fill('objects/a', 'objects/b')
    const names = ['objects/a', 'objects/b', ...Array.from({ length: 50 }, (_, n) => `objects/none ${n}`)]
    expect(await room.bucket.removeAll(names)).toEqual({ gone: names, failed: [] })
    expect([await room.left('objects/a'), await room.left('objects/b')]).toEqual([[], []])
    await room.bucket.removeAll(names)
    expect(room.count('remove_all error')).toBe(1)
  })

  test('one name that fails is named, and keeps nobody else', async () => {
    await using room = await startRoom(state, {
      operation: 'DeleteObjects',
      nth: 1,
      key: 'objects/b',
      fault: { kind: 'error', status: 500, code: 'InternalError' },
    })
    await room.fill('objects/a', 'objects/b', 'objects/c')
    const before = await room.left('objects/b')
    const { gone, failed } = await room.bucket.removeAll(['objects/a', 'objects/b', 'objects/c'])
    expect(gone).toEqual(['objects/a', 'objects/c'])
    expect(failed).toMatchObject([
      { name: 'objects/b', error: { message: 'InternalError A planned fault.' } },
    ])
    expect(await room.left('objects/b')).toEqual(before)
    expect((await room.bucket.removeAll(['objects/b'])).gone).toEqual(['objects/b'])
    expect(await room.left('objects/b')).toEqual([])
  })

  test('lost answers are asked for again, and nothing is left', async () => {
    const drop = { kind: 'drop', when: 'after' } as const
    await using room = await startRoom(
      state,
      { operation: 'DeleteObjects', nth: 1, fault: drop },
      { operation: 'DeleteObject', key: 'objects/a', nth: [1, 2], fault: drop },
      { operation: 'ListObjectVersions', nth: 1, fault: { kind: 'drop', when: 'before' } },
    )
    await room.fill('objects/a', 'objects/b')
    await room.bucket.remove('objects/a')
    await room.bucket.removeAll(['objects/b'])
    expect([await room.left('objects/a'), await room.left('objects/b')]).toEqual([[], []])
  })
})

test('without versioning a name takes one request, and a thousand take one as well', async () => {
  await using room = await startRoom('never set')
  await room.bucket.remove('objects/a')
  await room.bucket.remove('objects/b')
  const names = Array.from({ length: 1_001 }, (_, n) => `objects/${n}`)
  expect((await room.bucket.removeAll(names)).gone).toHaveLength(1_001)
  expect(await room.bucket.removeAll([])).toEqual({ gone: [], failed: [] })
  expect(room.seen).toEqual(['get_versioning ok', 'remove ok', 'remove ok', 'remove_all ok', 'remove_all ok'])
})

test.each<[string, (bucket: Bucket, name: string) => Promise<unknown>]>([
  ['one', async (bucket, name) => await bucket.remove(name)],
  ['many', async (bucket, name) => await bucket.removeAll([name, 'objects/other'])],
])(
  'versioning that is turned on after it was asked for is noticed by the removal of %s',
  async (_, remove) => {
    await using room = await startRoom('Enabled')
    await remove(room.bucket, 'objects/first')
    await room.fill('objects/a', 'objects/b')
    await remove(room.bucket, 'objects/a')
    expect(await room.left('objects/a')).toEqual([])
    await room.at.put('objects/b', 'again')
    const laid = room.count('remove ok') + room.count('remove_all ok')
    await remove(room.bucket, 'objects/b')
    expect(await room.left('objects/b')).toEqual([])
    expect(room.count('remove ok') + room.count('remove_all ok')).toBe(laid + 1)
  },
)

test('a name with more versions than a page, and a request, can hold', async () => {
  await using room = await startRoom('Enabled')
  await room.at.set('Enabled')
  const writes = Array.from({ length: 1_100 }, () => 'objects/often')
  await inLanes(writes, 16, async name => await room.at.put(name, 'b'))
  await room.at.put('objects/often more', 'b')
  await room.bucket.remove('objects/often')
  expect(await room.left('objects/often')).toEqual([])
  expect(await room.left('objects/often more')).toHaveLength(1)
}, 30_000)

test('a store that is ill is no answer: the removal fails, and the next one asks again', async () => {
  await using room = await startRoom('Enabled', {
    operation: 'GetBucketVersioning',
    nth: 1,
    fault: { kind: 'error', status: 503, code: 'SlowDown' },
  })
  await room.fill('objects/a')
  const bucket = s3Bucket({ ...room.options, attempts: 1 })
  await expect(bucket.remove('objects/a')).rejects.toThrow()
  expect(await room.left('objects/a')).toHaveLength(4)
  await bucket.remove('objects/a')
  expect(await room.left('objects/a')).toEqual([])
  bucket.close()
})

test('an error inside of a 200 is no confirmation', async () => {
  await using room = await startRoom('never set', error('DeleteObjects', 200, 'InternalError'))
  await room.fill('objects/a')
  const bucket = s3Bucket({ ...room.options, attempts: 1 })
  await expect(bucket.removeAll(['objects/a'])).rejects.toThrow()
  expect(await room.left('objects/a')).toHaveLength(1)
  bucket.close()
})
