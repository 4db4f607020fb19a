import { createHash, randomBytes } from 'node:crypto'
import { expect, test } from 'vitest'
import { sealedSize } from '../../../core/vault/layout.ts'
import { fc } from '../../support/properties.ts'
import { collect, MiB, memoryLedger, memoryRoom, readBack, writeObject } from './vault-room.ts'

const borders = [
  0,
  1,
  MiB - 1,
  MiB,
  MiB + 1,
  4 * MiB,
  5 * MiB - 1,
  5 * MiB,
  5 * MiB + 1,
  10 * MiB,
  11 * MiB + 7,
]

test.each(borders)(
  'an object of %i bytes comes back as it was, and as long as its layout says',
  async size => {
    const room = await memoryRoom()
    const bytes = randomBytes(size)
    const object = await writeObject(room, bytes)
    expect(object.size).toBe(size)
    expect(room.bucket.objects.get(object.storageKey)?.length).toBe(sealedSize(size))
    expect((await readBack(room.vault, object)).equals(bytes)).toBe(true)
    expect(room.vault.buffers.usedBytes).toBe(0)
  },
)

test('random sizes written in random pieces come back, and any range of them', async () => {
  const room = await memoryRoom()
  const content = randomBytes(12 * MiB)
  await fc.assert(
    fc.asyncProperty(
      fc.nat(content.length),
      fc.integer({ min: 1000, max: 3 * MiB }),
      fc.nat(),
      fc.nat(),
      async (size, piece, one, other) => {
        const bytes = content.subarray(0, size)
        const object = await writeObject(room, bytes, piece)
        const [start = 0, end = 0] = [one % (size + 1), other % (size + 1)].sort((a, b) => a - b)
        const range = await collect(room.vault.readRange(object, start, end))
        expect(range.equals(bytes.subarray(start, end))).toBe(true)
        room.bucket.objects.clear()
      },
    ),
    { numRuns: 25 },
  )
})

test('ranges at every border of segments and parts read what they should, and no segment more', async () => {
  const room = await memoryRoom()
  const bytes = randomBytes(6 * MiB + 5)
  const object = await writeObject(room, bytes)
  const edges = [0, MiB, 2 * MiB, 5 * MiB, 6 * MiB, bytes.length]
  const points = edges.flatMap(edge => [edge - 1, edge, edge + 1]).filter(at => at >= 0 && at <= bytes.length)
  for (const start of points) {
    for (const end of points.filter(point => point >= start)) {
      room.bucket.fetched = 0
      const range = await collect(room.vault.readRange(object, start, end))
      expect(range.equals(bytes.subarray(start, end)), `${start}–${end}`).toBe(true)
      const touched = Math.floor(Math.max(start, end - 1) / MiB) - Math.floor(start / MiB) + 2
      expect(room.bucket.fetched).toBeLessThanOrEqual(touched * (MiB + 28))
    }
  }
})

test('the digest is the plaintext’s, and the ledger names every durable part in order of its segments', async () => {
  const room = await memoryRoom()
  const bytes = randomBytes(23 * MiB + 11)
  const identity = { tenantId: room.tenantId, objectId: crypto.randomUUID() }
  const ledger = memoryLedger()
  const writer = room.vault.write(await room.vault.newObject(identity, room.wrappedTenantKey), ledger)
  await writer.write(bytes)
  const finished = await writer.finish()
  expect(finished.sha256?.equals(createHash('sha256').update(bytes).digest())).toBe(true)
  expect(finished.multipartId).toBe(ledger.multipartId)
  expect(finished.parts.map(part => [part.partNumber, part.firstSegment, part.segments])).toEqual([
    [1, 0, 5],
    [2, 5, 5],
    [3, 10, 5],
    [4, 15, 5],
    [5, 20, 4],
  ])
  expect(ledger.parts.length).toBe(5)
})
