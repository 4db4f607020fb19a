import { randomBytes } from 'node:crypto'
import { afterAll, expect, test } from 'vitest'
import { MiB, openTreeRoom } from './tree-room.ts'

const room = await openTreeRoom()
afterAll(() => room[Symbol.asyncDispose]())
const { tree, bucket } = room

/** The store takes parts only once it is released. */
const holdParts = () => {
  const held = Promise.withResolvers<void>()
  bucket.before = op => (op === 'putPart' ? held.promise : undefined)
  return () => {
    bucket.before = () => undefined
    held.resolve()
  }
}

test('a store that takes nothing stops the sender: memory holds a window of parts and no more', async () => {
  const release = holdParts()
  const handle = await tree.openWrite('/slow.bin', 'replace')
  let taken = 0
  const sending = (async () => {
    for (let at = 0; at < 60 * MiB; at += MiB) {
      await handle.write(at, randomBytes(MiB))
      taken = at + MiB
    }
  })()
  await expect.poll(() => taken, { timeout: 30_000 }).toBeGreaterThanOrEqual(19 * MiB)
  await new Promise(resolve => setTimeout(resolve, 500))
  expect(taken).toBeLessThanOrEqual(21 * MiB)
  expect((await room.files()).at(-1)).toMatchObject({ path: '/slow.bin', status: 'INCOMPLETE', reason: null })
  release()
  await sending
  await handle.close()
  expect((await tree.stat('/slow.bin')).size).toBe(60 * MiB)
})

test('a sender that goes away while the store is slow leaves an INCOMPLETE upload, and no memory held', async () => {
  const release = holdParts()
  const handle = await tree.openWrite('/left.bin', 'replace')
  let taken = 0
  const write = async (at: number) => {
    await handle.write(at, randomBytes(MiB))
    taken += 1
  }
  const outcomes = Promise.allSettled(Array.from({ length: 25 }, (_, index) => write(index * MiB)))
  await expect.poll(() => taken, { timeout: 30_000 }).toBe(19)
  const leaving = handle.abort('The connection ended.')
  release()
  await leaving
  expect((await outcomes).some(outcome => outcome.status === 'rejected')).toBe(true)
  const file = (await room.files()).find(row => row.path === '/left.bin')
  expect(file).toMatchObject({ status: 'INCOMPLETE', reason: 'The connection ended.' })
  expect(file?.size).toBe(20 * MiB)
  expect(room.vault.buffers.usedBytes).toBe(0)
  expect(room.warnings).toEqual([])
})
