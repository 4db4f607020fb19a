import { afterAll, beforeEach, expect, test } from 'vitest'
import { NO_SOUND, openRecordingRoom, sound } from './recording-room.ts'

const room = await openRecordingRoom()
afterAll(() => room[Symbol.asyncDispose]())
const { tree } = room

let n = 0
let path = ''
beforeEach(() => {
  path = `/call-${++n}.wav`
})

/** All that came under a path, in the order they came, and by which of them each is replaced. */
const replacements = async (of = path, ids = arrived) => {
  const rows = await room.recordings()
  const versions = ids.get(of) ?? []
  return versions.map(id => {
    const replacedBy = rows.find(row => row.id === id)?.replacedById
    return replacedBy ? versions.indexOf(replacedBy) : null
  })
}
const arrived = new Map<string, string[]>()
const send = async (bytes: Buffer | string, to = path) => {
  await room.send(to, bytes)
  const newest = (await room.recordings()).at(-1)?.id ?? ''
  arrived.set(to, [...(arrived.get(to) ?? []), newest])
}

test('a newer version replaces the older ones once it is known to be usable, not before', async () => {
  await send(sound(1))
  await room.work()
  await send(sound(2))
  await send(sound(3))
  expect(await replacements()).toEqual([null, null, null])
  await room.work()
  expect(await replacements()).toEqual([2, 2, null])
  await send(sound(4))
  await room.work()
  expect(await replacements()).toEqual([3, 3, 3, null])
})

test('a damaged version replaces none, and is replaced by the sound one that follows', async () => {
  await send(sound(1))
  await send(NO_SOUND)
  await room.work()
  expect(await replacements()).toEqual([null, null])
  await send('')
  await room.work()
  expect(await replacements()).toEqual([null, null, null])
  await send(sound(2))
  await room.work()
  expect(await replacements()).toEqual([3, 3, 3, null])
})

test.each(['looked at before', 'looked at after'])(
  'a damaged version that is put aside, and %s a sound one comes, is in nobody’s way',
  async when => {
    await room.import({ ref: path, audio: path })
    await send(sound(1))
    await room.work()
    await room.link()
    await room.send(path, NO_SOUND)
    if (when === 'looked at before') await room.work()
    await tree.rename(path, `/bad${path.slice(1)}`, false)
    await send(sound(2))
    await room.work()
    expect(await replacements()).toEqual([1, null])
    expect(await room.links(path)).toEqual([
      `${path} LINKED: ${path} LINKED AUDIO PATH, ${path} LINKED AUDIO PATH (replaced)`,
    ])
  },
)

test('the newest that is usable replaces all before it, whichever is looked at first', async () => {
  await send(sound(1))
  const unreadable = new Set([await room.keyOf(path)])
  await send(sound(2))
  unreadable.add(await room.keyOf(path))
  await send(sound(3))
  await send(NO_SOUND)
  const get = room.bucket.get.bind(room.bucket)
  room.bucket.get = async (name, ...range) => {
    if (unreadable.has(name)) throw new Error('broken off')
    return await get(name, ...range)
  }
  expect(await room.work()).toEqual({ inspected: 2, failed: 2 })
  expect(await replacements()).toEqual([2, 2, null, null])
  room.bucket.get = get
  await room.work()
  expect(await replacements()).toEqual([2, 2, null, null])
})

test('a version that was taken off the listing is replaced by what comes under its name', async () => {
  await send(sound(1))
  await tree.remove(path)
  await send(sound(2))
  await room.work()
  expect(await replacements()).toEqual([1, null])
})

test('what was replaced stays so when the newer one is called otherwise', async () => {
  await send(sound(1))
  await send(sound(2))
  await tree.rename(path, `${path}.moved.wav`, false)
  await room.work()
  expect(await replacements()).toEqual([1, null])
})

test('a recording that is called as another was follows it, with all that it followed itself', async () => {
  const other = `/other-${n}.wav`
  await send(sound(1))
  await send(sound(2), other)
  await send(sound(3), other)
  await room.work()
  await tree.rename(other, path, true)
  const [first] = arrived.get(path) ?? []
  const [older, newer] = arrived.get(other) ?? []
  const rows = await room.recordings()
  const replacedBy = (id: string | undefined) => rows.find(row => row.id === id)?.replacedById
  expect([first, older, newer].map(replacedBy)).toEqual([newer, newer, null])
})

test('a version that turned out to be a contact file is left out of the row', async () => {
  await send(sound(1))
  await send(NO_SOUND)
  await tree.rename(path, '/in/rows.csv', false)
  await send(sound(2))
  await room.work()
  expect(await replacements()).toEqual([2, null, null])
})
