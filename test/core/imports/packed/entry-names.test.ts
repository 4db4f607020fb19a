import { expect, test } from 'vitest'
import { HEADER, row } from '../../../support/contact-files.ts'
import { zipOf } from '../../../support/zip.ts'
import { sound } from '../../recordings/recording-room.ts'
import { openArchiveRoom } from './archive-room.ts'

const calls = HEADER + row('A')

/** Extra field of a packer that knows a time in NTFS's units. */
const ntfsTime = (low: number, high: number) => {
  const extra = Buffer.alloc(36)
  extra.writeUInt16LE(0x000a, 0)
  extra.writeUInt16LE(32, 2)
  extra.writeUInt16LE(1, 8)
  extra.writeUInt16LE(24, 10)
  extra.writeUInt32LE(low, 12)
  extra.writeUInt32LE(high, 16)
  return extra
}

test('names are read as their packer meant them, whether it says that they are UTF-8 or not', async () => {
  await using room = await openArchiveRoom()
  await room.send(
    '/night.zip',
    zipOf([
      { name: './calls.csv', bytes: calls },
      // As macOS writes them: decomposed.
      { name: './rec/./Mu\u0308ller.wav', bytes: sound(), method: 0, flags: 0 },
      { name: 'rec/日本.wav', bytes: sound(), method: 0, flags: 0 },
      { name: 'rec/\u00e9t\u00e9.wav', bytes: sound(), method: 0 },
    ]),
  )
  await room.run()
  expect((await room.entries()).map(({ path }) => path)).toEqual([
    '/night.zip/calls.csv',
    '/night.zip/rec/Müller.wav',
    '/night.zip/rec/日本.wav',
    '/night.zip/rec/été.wav',
  ])
})

test('names in the alphabet of DOS stay what they are', async () => {
  await using room = await openArchiveRoom()
  const bytes = zipOf([{ name: 'rec/M?ller.wav', bytes: sound(), method: 0, flags: 0 }])
  // ü in code page 437.
  for (let at = bytes.indexOf('M?ller'); at >= 0; at = bytes.indexOf('M?ller')) bytes[at + 1] = 0x81
  await room.send('/night.zip', bytes)
  await room.run()
  expect((await room.entries()).map(({ path }) => path)).toEqual(['/night.zip/rec/Müller.wav'])
})

test('a time that is none is no reason to leave an entry', async () => {
  await using room = await openArchiveRoom()
  await room.send(
    '/night.zip',
    zipOf([
      { name: 'calls1.csv', bytes: calls, extra: ntfsTime(0xffffffff, 0x7fffffff) },
      { name: 'calls2.csv', bytes: calls, extra: ntfsTime(0, 0) },
      { name: 'calls3.csv', bytes: calls, extra: ntfsTime(0x0, 0x01dc0000) },
    ]),
  )
  await room.run()
  expect((await room.imports())[0]).toMatchObject({ status: 'COMPLETED' })
  const years = (await room.entries()).map(({ modifiedAt }) => modifiedAt?.getUTCFullYear() ?? null)
  expect(years).toEqual([null, null, 2025])
})
