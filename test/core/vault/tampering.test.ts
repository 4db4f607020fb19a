import { randomBytes } from 'node:crypto'
import { expect, test } from 'vitest'
import { SEALED_SEGMENT_BYTES } from '../../../core/vault/layout.ts'
import type { DamageKind } from '../../../core/vault/vault-damage.ts'
import { VaultDamage } from '../../../core/vault/vault-damage.ts'
import { MiB, memoryRoom, readBack, writeObject } from './vault-room.ts'

const room = await memoryRoom()
const size = 3 * MiB + 100
const object = await writeObject(room, randomBytes(size))
const sound = room.bucket.objects.get(object.storageKey) ?? Buffer.alloc(0)
const other = await writeObject(room, randomBytes(size))
const otherBody = room.bucket.objects.get(other.storageKey) ?? Buffer.alloc(0)
const segment = (body: Buffer, index: number) =>
  body.subarray(index * SEALED_SEGMENT_BYTES, (index + 1) * SEALED_SEGMENT_BYTES)

const expectDamage = async (kind: DamageKind, body: Buffer | undefined, row = object) => {
  if (body === undefined) room.bucket.objects.delete(row.storageKey)
  else room.bucket.objects.set(row.storageKey, body)
  const error: unknown = await readBack(room.vault, row).catch((cause: unknown) => cause)
  room.bucket.objects.set(object.storageKey, sound)
  expect(error).toBeInstanceOf(VaultDamage)
  expect(error).toMatchObject({ kind, objectId: row.objectId })
}

const flipped = (at: number, bit: number) => {
  const body = Buffer.from(sound)
  body.writeUInt8(body.readUInt8(at) ^ (1 << bit), at)
  return body
}

test.each([
  ['a nonce', 3],
  ['the first byte', 12],
  ['a tag', SEALED_SEGMENT_BYTES - 1],
  ['the middle', 2 * SEALED_SEGMENT_BYTES + 500_000],
  ['the last byte', sound.length - 1],
])('a flipped bit in %s is found', async (_what, at) => {
  for (const bit of [0, 7]) await expectDamage('ALTERED_SEGMENT', flipped(at, bit))
})

test('a body cut anywhere is found: inside a segment, between two, down to nothing, away', async () => {
  for (const end of [sound.length - 1, 3 * SEALED_SEGMENT_BYTES, 2 * SEALED_SEGMENT_BYTES + 28, 28, 0]) {
    await expectDamage('WRONG_LENGTH', sound.subarray(0, end))
  }
  await expectDamage('MISSING', undefined)
})

test('a body that goes on after its end is found', async () => {
  await expectDamage('WRONG_LENGTH', Buffer.concat([sound, segment(sound, 0)]))
})

test('a row that names less than there is does not make a shorter object', async () => {
  await expectDamage('WRONG_LENGTH', sound, { ...object, size: 2 * MiB })
  // The cut body has the length that such a row asks for; its end was never sealed as an end.
  await expectDamage('ALTERED_SEGMENT', sound.subarray(0, 2 * SEALED_SEGMENT_BYTES + 28), {
    ...object,
    size: 2 * MiB,
  })
})

test('segments that changed places are found', async () => {
  const [first, second, third, last] = [0, 1, 2, 3].map(index => segment(sound, index))
  if (!first || !second || !third || !last) throw new Error('four segments')
  await expectDamage('ALTERED_SEGMENT', Buffer.concat([second, first, third, last]))
  await expectDamage('ALTERED_SEGMENT', Buffer.concat([first, first, third, last]))
})

test('a segment of another object, or the whole of it, is found', async () => {
  const spliced = Buffer.concat([
    segment(sound, 0),
    segment(otherBody, 1),
    sound.subarray(2 * SEALED_SEGMENT_BYTES),
  ])
  await expectDamage('ALTERED_SEGMENT', spliced)
  await expectDamage('ALTERED_SEGMENT', otherBody)
})

test('a key that is not the object’s is found before any byte is read', async () => {
  room.bucket.fetched = 0
  await expectDamage('WRONG_KEY', sound, { ...object, commitment: other.commitment })
  await expectDamage('WRONG_KEY', sound, { ...object, wrappedKey: other.wrappedKey })
  await expectDamage('WRONG_KEY', sound, { ...object, objectId: other.objectId })
  await expectDamage('WRONG_KEY', sound, { ...object, wrappedKey: randomBytes(61) })
  expect(room.bucket.fetched).toBe(0)
})

test('another tenant’s key opens nothing, even with this object’s row', async () => {
  const tenantId = crypto.randomUUID()
  const wrappedTenantKey = await room.vault.newTenantKey(tenantId)
  await expectDamage('WRONG_KEY', sound, { ...object, wrappedTenantKey, tenantId })
  await expect(readBack(room.vault, { ...object, wrappedTenantKey })).rejects.toThrow()
})

test('a format that is not known is refused, not tried', async () => {
  await expectDamage('UNKNOWN_FORMAT', sound, { ...object, format: 2 })
})

test('what is sound is read, before and after', async () => {
  expect((await readBack(room.vault, object)).length).toBe(size)
})
