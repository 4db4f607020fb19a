import { randomBytes } from 'node:crypto'
import { expect, test } from 'vitest'
import { s3Bucket } from '../../../core/vault/s3-bucket.ts'
import { OBJECT_PREFIX } from '../../../core/vault/vault.ts'
import type { FaultRule } from '../../support/plan-faults.ts'
import { startStoreRoom } from './store-room.ts'
import { collect, MiB, memoryLedger, readBack, writeObject } from './vault-room.ts'

test('objects of one request and of many parts, in and out, in ranges, listed and removed', async () => {
  await using room = await startStoreRoom()
  for (const size of [0, 1, MiB, 5 * MiB, 17 * MiB + 9]) {
    const bytes = randomBytes(size)
    const object = await writeObject(room, bytes)
    expect((await readBack(room.vault, object)).equals(bytes)).toBe(true)
    const [start, end] = [Math.floor(size / 3), Math.ceil(size / 2)]
    expect((await collect(room.vault.readRange(object, start, end))).equals(bytes.subarray(start, end))).toBe(
      true,
    )
    const listed = await Array.fromAsync(room.bucket.list(OBJECT_PREFIX))
    expect(listed.map(one => one.name)).toEqual([object.storageKey])
    await room.bucket.remove(object.storageKey)
    await room.bucket.remove(object.storageKey)
    await expect(readBack(room.vault, object)).rejects.toMatchObject({ kind: 'MISSING' })
    expect(await room.bucket.head(object.storageKey)).toBeUndefined()
  }
  expect(room.seen).toContain('complete_parts ok')
  expect(room.seen).toContain('get missing')
})

test('a list begins after a name, be it there or not, and keeps to its prefix', async () => {
  await using room = await startStoreRoom()
  for (const at of [3, 1, 2, 10])
    await room.bucket.put(`ledger/${String(at).padStart(4, '0')}`, Buffer.from('x'))
  await room.bucket.put('objects/one', Buffer.from('x'))
  const after = async (name?: string) =>
    (await Array.fromAsync(room.bucket.list('ledger/', name))).map(one => one.name.slice('ledger/'.length))
  expect(await after()).toEqual(['0001', '0002', '0003', '0010'])
  expect(await after('ledger/0002')).toEqual(['0003', '0010'])
  expect(await after('ledger/0005')).toEqual(['0010'])
  expect(await after('ledger/0010')).toEqual([])
  expect(await after('a')).toEqual(['0001', '0002', '0003', '0010'])
})

test('a body cut short in the bucket is damage, also when the range lies behind its end', async () => {
  await using room = await startStoreRoom()
  const object = await writeObject(room, randomBytes(3 * MiB))
  const cut = await room.bucket.get(object.storageKey, 0, MiB)
  await room.bucket.put(object.storageKey, cut?.bytes ?? Buffer.alloc(0))
  await expect(readBack(room.vault, object)).rejects.toMatchObject({ kind: 'WRONG_LENGTH' })
  const behind = collect(room.vault.readRange(object, 2 * MiB, 3 * MiB))
  await expect(behind).rejects.toMatchObject({ kind: 'WRONG_LENGTH' })
})

test.each<[string, FaultRule[]]>([
  [
    'parts that fail once',
    [{ operation: 'UploadPart', nth: [1, 3], fault: { kind: 'error', status: 503, code: 'SlowDown' } }],
  ],
  [
    'replies to parts that are lost',
    [{ operation: 'UploadPart', nth: [2, 3], fault: { kind: 'drop', when: 'after' } }],
  ],
  [
    'a part that takes too long once',
    [{ operation: 'UploadPart', nth: 2, fault: { kind: 'delay', ms: 4000 } }],
  ],
  [
    'a lost reply to the completion',
    [{ operation: 'CompleteMultipartUpload', nth: 1, fault: { kind: 'drop', when: 'after' } }],
  ],
  [
    'every reply to the completion lost',
    [{ operation: 'CompleteMultipartUpload', fault: { kind: 'drop', when: 'after' } }],
  ],
  [
    'an error inside a 200 of the completion',
    [
      {
        operation: 'CompleteMultipartUpload',
        nth: 1,
        fault: { kind: 'error', status: 200, code: 'InternalError', when: 'after' },
      },
    ],
  ],
  [
    'reads that fail and drop',
    [{ operation: 'GetObject', nth: [1, 3], fault: { kind: 'drop', when: 'before' } }],
  ],
])('%s: the object is whole all the same', async (_what, rules) => {
  await using room = await startStoreRoom(...rules)
  const bytes = randomBytes(13 * MiB + 5)
  const object = await writeObject(room, bytes)
  expect((await readBack(room.vault, object)).equals(bytes)).toBe(true)
  expect(await Array.fromAsync(room.bucket.listUploads(OBJECT_PREFIX))).toEqual([])
})

test('a completion that never happened fails, and its parts are there to be listed and given up', async () => {
  await using room = await startStoreRoom({
    operation: 'CompleteMultipartUpload',
    fault: { kind: 'error', status: 500, code: 'InternalError', when: 'before' },
  })
  const identity = { tenantId: room.tenantId, objectId: crypto.randomUUID() }
  const created = await room.vault.newObject(identity, room.wrappedTenantKey)
  const ledger = memoryLedger()
  const writer = room.vault.write(created, ledger)
  await writer.write(randomBytes(6 * MiB))
  await writer.finish()
  await expect(writer.complete()).rejects.toThrow('could not be completed')
  const [upload] = await Array.fromAsync(room.bucket.listUploads(OBJECT_PREFIX))
  expect(upload).toMatchObject({ name: created.storageKey, multipartId: ledger.multipartId })
  const parts = await Array.fromAsync(room.bucket.listParts(created.storageKey, ledger.multipartId ?? ''))
  const recorded = ledger.parts.toSorted((one, other) => one.partNumber - other.partNumber)
  expect(parts).toEqual(recorded.map(({ partNumber, etag, bytes }) => ({ partNumber, etag, bytes })))
  for (let times = 0; times < 2; times++) {
    await room.bucket.abortParts(created.storageKey, ledger.multipartId ?? '')
  }
  expect(await Array.fromAsync(room.bucket.listUploads(OBJECT_PREFIX))).toEqual([])
}, 15_000)

test('the store refuses a part that is not the one whose digest was signed', async () => {
  await using room = await startStoreRoom()
  const multipartId = await room.bucket.beginParts('objects/one')
  const body = randomBytes(100)
  const sending = room.bucket.putPart('objects/one', multipartId, {
    partNumber: 1,
    body,
    sha256: randomBytes(32),
  })
  await expect(sending).rejects.toThrow()
})

test('a bucket that is not there is a fault of the store, not an object that is missing', async () => {
  await using room = await startStoreRoom()
  const nowhere = s3Bucket({ ...room.options, bucket: 'nowhere' })
  await expect(nowhere.get('objects/any', 0, 10)).rejects.toMatchObject({ name: 'NoSuchBucket' })
  nowhere.close()
})
