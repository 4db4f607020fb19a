import { afterAll, beforeAll, expect, test } from 'vitest'
import { importAgain } from '../../../../core/imports/import-again.ts'
import { openProblems } from '../../../../core/tenants/open-problems.ts'
import { HEADER, row } from '../../../support/contact-files.ts'
import { zipOf } from '../../../support/zip.ts'
import { fetchFile } from '../../files/tree-room.ts'
import { openArchiveRoom, receiptOf } from './archive-room.ts'

let room: Awaited<ReturnType<typeof openArchiveRoom>>
beforeAll(async () => {
  room = await openArchiveRoom()
})
afterAll(() => room[Symbol.asyncDispose]())

const calls = HEADER + row('A') + row('B')
const wave = Buffer.concat([Buffer.from('RIFF....WAVEfmt '), Buffer.alloc(500, 7)])

test('entries become files of their own, with the imports and recordings that follow; the rest is left and said', async () => {
  const bytes = zipOf([
    { name: 'calls.csv', bytes: calls },
    { name: 'rec/', bytes: '', method: 0 },
    { name: 'rec/ä 1.wav', bytes: wave, method: 0 },
    { name: 'more.csv', bytes: HEADER + row('C') },
    { name: 'readme.txt', bytes: 'hello' },
    { name: 'deep/calls.csv', bytes: 'no template names it inside' },
    { name: '__MACOSX/._calls.csv', bytes: 'junk' },
    { name: '._calls.csv', bytes: 'junk' },
  ])
  await room.send('/night.zip', bytes)
  await room.unpack('/night.zip')
  const entries = await room.entries()
  expect(entries.map(({ path, kind, status, listed, size }) => [path, kind, status, listed, size])).toEqual([
    ['/night.zip/calls.csv', 'CONTACTS', 'STORED', true, calls.length],
    ['/night.zip/rec/ä 1.wav', 'RECORDING', 'STORED', true, wave.length],
    ['/night.zip/more.csv', 'CONTACTS', 'STORED', true, HEADER.length + row('C').length],
  ])
  expect((await fetchFile(room.tree, '/night.zip/rec/ä 1.wav')).equals(wave)).toBe(true)
  expect((await fetchFile(room.tree, '/night.zip')).equals(bytes)).toBe(true)
  expect((await room.recordings()).map(({ path, matchKey }) => [path, matchKey])).toEqual([
    ['/night.zip/rec/ä 1.wav', 'ä 1'],
  ])
  expect((await room.runImports()).map(({ path, status, created }) => [path, status, created])).toEqual([
    ['/night.zip/calls.csv', 'COMPLETED', 2],
    ['/night.zip/more.csv', 'COMPLETED', 1],
  ])
  expect(receiptOf(await room.reports(), '/night.zip')).toMatchObject({
    verdict: 'OK',
    problems: [{ code: 'NO_TEMPLATE', details: { count: 2, examples: ['readme.txt', 'deep/calls.csv'] } }],
  })
})

test('a job that runs again finds the receipt, and does nothing', async () => {
  const before = { files: await room.files(), reports: await room.reports(), objects: room.objects() }
  await room.unpack('/night.zip')
  expect({ files: await room.files(), reports: await room.reports(), objects: room.objects() }).toEqual(
    before,
  )
})

test('two jobs at once make each entry once', async () => {
  await room.send('/twice.zip', zipOf([{ name: 'calls.csv', bytes: calls }]))
  const objects = room.objects()
  await Promise.all([room.unpack('/twice.zip'), room.unpack('/twice.zip'), room.unpack('/twice.zip')])
  expect((await room.entries()).filter(({ path }) => path.startsWith('/twice'))).toHaveLength(1)
  expect(room.objects()).toBe(objects + 1)
  expect(receiptOf(await room.reports(), '/twice.zip')).toMatchObject({ verdict: 'OK' })
})

test('the archive sent again makes new versions of its entries', async () => {
  await room.send('/twice.zip', zipOf([{ name: 'calls.csv', bytes: `${calls}${row('Z')}` }]))
  await room.unpack('/twice.zip')
  const versions = (await room.entries()).filter(({ path }) => path.startsWith('/twice'))
  expect(versions.map(({ listed, size }) => [listed, size])).toEqual([
    [false, calls.length],
    [true, calls.length + row('Z').length],
  ])
})

test('a template whose pattern fits the archive itself does not read it', async () => {
  await room.addTemplate('/everything/**')
  await room.send('/everything/calls.zip', zipOf([{ name: 'x.txt', bytes: 'y' }])).catch(() => {})
  const sent = (await room.files()).filter(({ path }) => path.endsWith('calls.zip'))
  for (const file of sent) expect(file.kind).toBe('OTHER')
})

const refused: [what: string, bytes: Buffer, code: string, words: RegExp][] = [
  ['a password', zipOf([{ name: 'calls.csv', bytes: calls, flags: 0x801 }]), 'BAD_ARCHIVE', /password/],
  ['an unusual method', zipOf([{ name: 'calls.csv', bytes: calls, method: 12 }]), 'BAD_ARCHIVE', /number 12/],
  ['a name with ..', zipOf([{ name: '../calls.csv', bytes: calls }]), 'BAD_ARCHIVE', /leads out/],
  [
    'a name with .. behind a backslash',
    zipOf([{ name: 'a\\..\\..\\calls.csv', bytes: calls }]),
    'BAD_ARCHIVE',
    /leads out/,
  ],
  ['an absolute name', zipOf([{ name: '/calls.csv', bytes: calls }]), 'BAD_ARCHIVE', /leads out/],
  ['a drive', zipOf([{ name: 'C:\\calls.csv', bytes: calls }]), 'BAD_ARCHIVE', /leads out/],
  [
    'a control character in a name',
    zipOf([{ name: 'calls\u0001.csv', bytes: calls }]),
    'BAD_ARCHIVE',
    /cannot be taken/,
  ],
  [
    'a name twice',
    zipOf([
      { name: 'calls.csv', bytes: calls },
      { name: 'calls.csv', bytes: calls },
    ]),
    'BAD_ARCHIVE',
    /two entries/,
  ],
  [
    'an archive in it',
    zipOf([
      { name: 'calls.csv', bytes: calls },
      { name: 'a.zip', bytes: zipOf([]) },
    ]),
    'BAD_ARCHIVE',
    /another archive/,
  ],
  [
    'an archive in it by another name',
    zipOf([{ name: 'calls.csv', bytes: zipOf([{ name: 'a', bytes: 'b' }]) }]),
    'BAD_ARCHIVE',
    /first bytes/,
  ],
  [
    'an entry of zeros',
    zipOf([{ name: 'calls.csv', bytes: Buffer.alloc(30_000_000) }]),
    'TOO_LARGE',
    /250 times/,
  ],
  [
    'an entry longer than it says',
    zipOf([{ name: 'calls.csv', bytes: Buffer.alloc(300_000, 'x'), size: 1000 }]),
    'BAD_ARCHIVE',
    /too many bytes/,
  ],
  ['another checksum', zipOf([{ name: 'calls.csv', bytes: calls, crc: 1 }]), 'BAD_ARCHIVE', /checksum/],
  [
    'its end cut off',
    zipOf([{ name: 'calls.csv', bytes: calls }]).subarray(0, 100),
    'BAD_ARCHIVE',
    /damaged, cut off/,
  ],
  ['no file in it', zipOf([{ name: 'calls/', bytes: '', method: 0 }]), 'EMPTY', /no file in it/],
  ['no ZIP in it at all', Buffer.from('hello'), 'BAD_ARCHIVE', /no ZIP file/],
  [
    'an Excel workbook',
    zipOf([
      { name: '[Content_Types].xml', bytes: '<x/>' },
      { name: 'xl/workbook.xml', bytes: '<x/>' },
    ]),
    'NOT_CSV',
    /Excel/,
  ],
]

test.each(refused)(
  'an archive with %s is refused whole: nothing of it is left, and its receipt says what to do',
  async (what, bytes, code, words) => {
    const path = `/bad ${what.replaceAll(/\W/g, '')}.zip`
    const before = { files: (await room.files()).length, objects: room.objects() }
    // A sound entry before the bad one is not taken either.
    await room.send(path, bytes)
    await room.unpack(path)
    expect((await room.files()).length).toBe(before.files + 1)
    expect(room.objects()).toBe(before.objects + 1)
    expect(receiptOf(await room.reports(), path)).toMatchObject({
      verdict: 'REFUSED',
      failure: { code, message: expect.stringMatching(words), whoseMove: 'SENDER' },
    })
  },
)

test('an archive of which nothing was taken is an open problem until one of its name comes; it cannot be read again by itself', async () => {
  const { database, tenantId } = room
  const problems = async (archive: string) => {
    const found = await database.asTenant(tenantId, tx => openProblems(tx, tenantId, new Date()))
    return found.filter(({ details }) => details?.['path'] === archive)
  }
  const send = async (archive: string, bytes: Buffer) => {
    await room.send(archive, bytes)
    await room.unpack(archive)
  }
  const sound = zipOf([{ name: 'calls.csv', bytes: calls }])
  await send('/locked.zip', zipOf([{ name: 'calls.csv', bytes: calls, flags: 0x801 }]))
  await send('/notes.zip', zipOf([{ name: 'notes.txt', bytes: 'hello' }]))
  await send('/sound.zip', sound)
  await room.tree.makeFolder('/test')
  await send('/test/locked.zip', zipOf([{ name: 'calls.csv', bytes: calls, flags: 0x801 }]))
  expect(await problems('/locked.zip')).toMatchObject([
    {
      code: 'BAD_ARCHIVE',
      whoseMove: 'SENDER',
      message: expect.stringMatching(/^\/locked\.zip: .*password/),
    },
  ])
  expect(await problems('/notes.zip')).toMatchObject([{ code: 'NO_TEMPLATE', whoseMove: 'ADMIN' }])
  expect(await problems('/sound.zip')).toEqual([])
  expect(await problems('/test/locked.zip')).toEqual([])
  const file = (await room.files()).find(({ path }) => path === '/notes.zip')
  await expect(
    database.asTenant(tenantId, tx => importAgain(tx, tenantId, { fileId: file?.id ?? '' })),
  ).rejects.toMatchObject({ code: 'CONFLICT', message: expect.stringContaining('is an archive') })
  await send('/locked.zip', sound)
  expect(await problems('/locked.zip')).toEqual([])
})

test('what stops a job leaves no entry and no receipt, and the next one makes them', async () => {
  await room.send('/stopped.zip', zipOf([{ name: 'calls.csv', bytes: calls }]))
  const objects = room.objects()
  const stopped = new AbortController()
  stopped.abort(new Error('told to stop'))
  await expect(room.unpack('/stopped.zip', stopped.signal)).rejects.toThrow('told to stop')
  expect((await room.entries()).filter(({ path }) => path.startsWith('/stopped'))).toEqual([])
  expect(room.objects()).toBe(objects)
  await room.unpack('/stopped.zip')
  expect((await room.entries()).filter(({ path }) => path.startsWith('/stopped'))).toHaveLength(1)
})
