import { setImmediate as turn } from 'node:timers/promises'
import { expect, test } from 'vitest'
import { createFileMemory } from '../../api/multipart/file-memory.ts'

const never = new AbortController().signal

/** Whether it is granted by now. */
const isGranted = async (reserved: Promise<unknown>) => {
  let granted = false
  reserved.then(
    () => (granted = true),
    () => {},
  )
  await turn()
  return granted
}

test('a tenant waits for its own requests, and not for another’s', async () => {
  const memory = createFileMemory({ share: 10, total: 20 })
  const first = await memory.reserve('a', 8, never)
  const second = memory.reserve('a', 8, never)
  expect(await isGranted(second)).toBe(false)
  expect(await isGranted(memory.reserve('a', 2, never))).toBe(false)
  expect(await isGranted(memory.reserve('b', 10, never))).toBe(true)
  first()
  expect(await isGranted(second)).toBe(true)
})

test('all together have no more than there is', async () => {
  const memory = createFileMemory({ share: 10, total: 20 })
  const [a] = await Promise.all([memory.reserve('a', 10, never), memory.reserve('b', 10, never)])
  const third = memory.reserve('c', 1, never)
  expect(await isGranted(third)).toBe(false)
  a()
  a()
  expect(await isGranted(third)).toBe(true)
  expect(await isGranted(memory.reserve('d', 10, never))).toBe(false)
})

test('whoever goes away while waiting leaves nothing behind', async () => {
  const memory = createFileMemory({ share: 10, total: 10 })
  const gone = new AbortController()
  const release = await memory.reserve('a', 10, never)
  const waiting = [memory.reserve('a', 10, gone.signal), memory.reserve('b', 10, gone.signal)]
  gone.abort()
  for (const one of waiting)
    await expect(one).rejects.toMatchObject({ code: 'LIMITED', retryAfterSeconds: 30 })
  release()
  expect(await isGranted(memory.reserve('b', 10, never))).toBe(true)
})
