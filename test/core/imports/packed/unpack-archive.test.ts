import { afterAll, beforeAll, expect, test } from 'vitest'
import { importAgain } from '../../../../core/imports/import-again.ts'
import { undoImport } from '../../../../core/imports/undo/undo-import.ts'
import { openProblems } from '../../../../core/tenants/open-problems.ts'
import { tables } from '../../../../db/db.ts'
import { addTemplate, HEADER, row, smallTemplate } from '../../../support/contact-files.ts'
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
  await room.run()
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
  expect((await room.imports()).map(({ path, status, created }) => [path, status, created])).toEqual([
    ['/night.zip', 'COMPLETED', 0],
    ['/night.zip/calls.csv', 'COMPLETED', 2],
    ['/night.zip/more.csv', 'COMPLETED', 1],
  ])
  const details = { count: 2, csvs: 1, examples: ['deep/calls.csv', 'readme.txt'] }
  const left = [{ code: 'NO_TEMPLATE', details }]
  expect((await room.imports())[0]?.problems).toMatchObject(left)
  expect(receiptOf(await room.reports(), '/night.zip')).toMatchObject({
    verdict: 'PARTLY',
    whatToDo: expect.stringMatching(/^An administrator .* told below \/reports\/night\.zip\.$/),
    problems: left,
  })
})

test('the archive sent again makes new versions of its entries', async () => {
  await room.send('/twice.zip', zipOf([{ name: 'calls.csv', bytes: calls }]))
  await room.run()
  await room.send('/twice.zip', zipOf([{ name: 'calls.csv', bytes: `${calls}${row('Z')}` }]))
  await room.run()
  const versions = (await room.entries()).filter(({ path }) => path.startsWith('/twice'))
  expect(versions.map(({ listed, size }) => [listed, size])).toEqual([
    [false, calls.length],
    [true, calls.length + row('Z').length],
  ])
})

test('a template whose pattern fits the archive itself does not read it', async () => {
  await using own = await openArchiveRoom()
  await own.addTemplate('/**')
  await own.send('/calls.zip', zipOf([{ name: 'calls.csv', bytes: calls }]))
  expect((await own.files()).map(({ kind }) => kind)).toEqual(['OTHER'])
  await own.run()
  expect((await own.imports())[0]).toMatchObject({
    path: '/calls.zip',
    status: 'COMPLETED',
    templateId: null,
  })
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
    await room.run()
    expect((await room.imports()).at(-1)).toMatchObject({ path, status: 'REFUSED', failure: { code } })
    expect((await room.files()).length).toBe(before.files + 1)
    expect(room.objects()).toBe(before.objects + 1)
    expect(receiptOf(await room.reports(), path)).toMatchObject({
      verdict: 'REFUSED',
      failure: { code, message: expect.stringMatching(words), whoseMove: 'SENDER' },
    })
  },
)

test('an archive of which nothing was taken is an open problem until one of its name comes, and can be unpacked once more', async () => {
  await using own = await openArchiveRoom()
  const { database, tenantId } = own
  const problems = async () => {
    const found = await database.asTenant(tenantId, tx => openProblems(tx, tenantId, new Date()))
    return found.map(({ code, whoseMove, details }) => [details?.['path'], code, whoseMove])
  }
  const again = async (path: string, templateId?: string) => {
    const file = (await own.files()).findLast(each => each.path === path)
    await database.asTenant(tenantId, tx => importAgain(tx, tenantId, { fileId: file?.id ?? '', templateId }))
    await own.run()
  }
  const sound = zipOf([{ name: 'calls.csv', bytes: calls }])
  await own.tree.makeFolder('/test')
  await own.send('/locked.zip', zipOf([{ name: 'calls.csv', bytes: calls, flags: 0x801 }]))
  await own.send('/notes.zip', zipOf([{ name: 'notes.csv', bytes: calls }]))
  await own.send('/sound.zip', sound)
  await own.send('/test/locked.zip', zipOf([{ name: 'calls.csv', bytes: calls, flags: 0x801 }]))
  await own.run()
  expect(await problems()).toEqual([
    ['/notes.zip', 'NO_TEMPLATE', 'ADMIN'],
    ['/locked.zip', 'BAD_ARCHIVE', 'SENDER'],
  ])
  await addTemplate(database, tenantId, { ...smallTemplate, filePattern: '/notes.csv' })
  const [template] = await own.inTenant(tx => tx.select().from(tables.columnTemplates))
  await expect(again('/notes.zip', template?.id)).rejects.toMatchObject({ code: 'CONFLICT' })
  await again('/notes.zip')
  await own.send('/locked.zip', sound)
  await own.run()
  expect(await problems()).toEqual([])
  expect((await own.entries()).map(({ path }) => path)).toEqual([
    '/sound.zip/calls.csv',
    '/notes.zip/notes.csv',
    '/locked.zip/calls.csv',
  ])
  await expect(again('/sound.zip')).rejects.toMatchObject({
    code: 'CONFLICT',
    message: expect.stringContaining('This archive was unpacked'),
  })
  const [unpacked] = (await own.imports()).filter(({ path }) => path === '/sound.zip')
  await expect(
    database.asTenant(tenantId, tx => undoImport(tx, tenantId, unpacked?.id ?? '', new Date())),
  ).rejects.toMatchObject({ code: 'CONFLICT', message: expect.stringContaining('no contacts of its own') })
})
