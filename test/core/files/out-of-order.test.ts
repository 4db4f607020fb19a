import { randomBytes } from 'node:crypto'
import { afterAll, expect, test } from 'vitest'
import { fc } from '../../support/properties.ts'
import { fetchFile, MiB, openTreeRoom } from './tree-room.ts'

const room = await openTreeRoom()
afterAll(() => room[Symbol.asyncDispose]())
const { tree } = room

test('writes in any order within the window, overlapping and repeated, make the file that was meant', async () => {
  const bytes = randomBytes(900_000)
  const piece = fc.record({ start: fc.nat(bytes.length - 1), length: fc.integer({ min: 1, max: 60_000 }) })
  await fc.assert(
    fc.asyncProperty(fc.array(piece, { maxLength: 30 }), fc.infiniteStream(fc.nat()), async (more, order) => {
      const pieces = Array.from({ length: 29 }, (_, at) => ({ start: at * 32_768, length: 32_768 }))
      const shuffled = [...pieces, ...more]
        .map(one => ({ ...one, key: order.next().value }))
        .sort((one, other) => one.key - other.key)
      const handle = await tree.openWrite('/shuffled.bin', 'replace')
      await Promise.all(
        shuffled.map(({ start, length }) =>
          handle.write(start, Buffer.from(bytes.subarray(start, start + length))),
        ),
      )
      await handle.close()
      expect((await fetchFile(tree, '/shuffled.bin')).equals(bytes)).toBe(true)
    }),
    { numRuns: 15 },
  )
})

test('64 writes at once, as fastPut sends them, over part borders', async () => {
  const bytes = randomBytes(12 * MiB + 77)
  const handle = await tree.openWrite('/fast.bin', 'replace')
  const step = 32_768
  for (let at = 0; at < bytes.length; at += 64 * step) {
    const offsets = Array.from({ length: 64 }, (_, index) => at + index * step).filter(
      offset => offset < bytes.length,
    )
    await Promise.all(
      offsets
        .toReversed()
        .map(offset => handle.write(offset, Buffer.from(bytes.subarray(offset, offset + step)))),
    )
  }
  await handle.close()
  expect((await fetchFile(tree, '/fast.bin')).equals(bytes)).toBe(true)
})

test('a far offset is refused with words', async () => {
  const handle = await tree.openWrite('/far.bin', 'replace')
  await handle.write(0, randomBytes(10))
  await expect(handle.write(5 * MiB, randomBytes(10))).rejects.toMatchObject({
    code: 'LIMITED',
    message: expect.stringContaining('Byte 10 has not come yet'),
  })
  await expect(handle.close()).rejects.toMatchObject({ code: 'LIMITED' })
})

test('a crowd of tiny pieces ahead of their turn is refused before it weighs', async () => {
  const handle = await tree.openWrite('/tiny.bin', 'replace')
  const all = async () => {
    for (let at = 1; at < 10_000; at++) await handle.write(at * 2, Buffer.from('x'))
  }
  await expect(all()).rejects.toMatchObject({ code: 'LIMITED' })
})

test('a hole at the close is an incomplete file, and says where', async () => {
  const handle = await tree.openWrite('/hole.bin', 'replace')
  await handle.write(0, randomBytes(10))
  await handle.write(20, randomBytes(10))
  await expect(handle.close()).rejects.toMatchObject({
    code: 'CONFLICT',
    message: expect.stringContaining('Bytes 10 to 19 never came'),
  })
  const file = (await room.files()).at(-1)
  expect(file).toMatchObject({ path: '/hole.bin', status: 'INCOMPLETE' })
  expect(file?.reason).toContain('Bytes 10 to 19')
})

test('bytes that were taken cannot be changed in silence', async () => {
  const handle = await tree.openWrite('/changed.bin', 'replace')
  await handle.write(0, Buffer.from('the first ten'))
  await handle.write(4, Buffer.from('first'))
  await expect(handle.write(4, Buffer.from('worst'))).rejects.toMatchObject({ code: 'CONFLICT' })
})
