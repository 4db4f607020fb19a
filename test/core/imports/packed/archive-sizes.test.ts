import { expect, test } from 'vitest'
import type { Entry } from 'yauzl'
import { planEntries } from '../../../../core/imports/packed/plan-entries.ts'

const GiB = 1024 ** 3
const MiB = 1024 ** 2

const entry = (fileName: string, uncompressedSize = 100, compressedSize = uncompressedSize) =>
  ({ fileName, uncompressedSize, compressedSize, compressionMethod: 8, isEncrypted: () => false }) as Entry

const plan = async (entries: readonly Entry[], size = 10 * GiB) =>
  await planEntries(
    { path: '/night.zip', size },
    (async function* () {
      yield* entries
    })(),
    ['/*.csv'],
  )

const many = (count: number, name: (index: number) => string) =>
  Array.from({ length: count }, (_, index) => entry(name(index)))

test('what packers add by themselves does not count as entries', async () => {
  const recordings = many(10_000, index => `rec/${index}.wav`)
  const companions = many(10_000, index => `__MACOSX/rec/._${index}.wav`)
  expect((await plan([...companions, ...recordings])).taken.length).toBe(10_000)
  await expect(plan([...recordings, entry('one.wav')])).rejects.toMatchObject({
    problem: { code: 'TOO_LARGE', message: expect.stringContaining('more than 10000 entries') },
  })
  await expect(plan(many(100_001, index => `__MACOSX/${index}`))).rejects.toMatchObject({
    problem: { code: 'TOO_LARGE' },
  })
})

test('minutes of silence are a recording, however tightly they are packed', async () => {
  expect(
    (await plan([entry('a.wav', 11 * MiB, 11_000), entry('b.wav', 800 * MiB, 800_000)], MiB)).taken.length,
  ).toBe(2)
})

test('what is read as rows is never packed that tightly, nor is what would fill a disk', async () => {
  const refused = { problem: { code: 'TOO_LARGE', message: expect.stringContaining('250 times') } }
  await expect(plan([entry('calls.csv', 11 * MiB, 11_000)])).rejects.toMatchObject(refused)
  const small = Array.from({ length: 100 }, (_, index) => entry(`${index}.csv`, 9 * MiB, 9_000))
  await expect(plan(small, MiB)).rejects.toMatchObject(refused)
  await expect(plan([entry('a.wav', 1025 * MiB, MiB)], 2 * MiB)).rejects.toMatchObject(refused)
  await expect(plan([entry('a.wav', 41 * GiB, GiB)])).rejects.toMatchObject({
    problem: { message: expect.stringContaining('40 GiB') },
  })
})
