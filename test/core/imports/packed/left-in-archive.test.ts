import { expect, test } from 'vitest'
import { importAgain } from '../../../../core/imports/import-again.ts'
import { openProblems } from '../../../../core/tenants/open-problems.ts'
import { addTemplate, HEADER, row, smallTemplate } from '../../../support/contact-files.ts'
import { zipOf } from '../../../support/zip.ts'
import { sound } from '../../recordings/recording-room.ts'
import { openArchiveRoom, receiptOf } from './archive-room.ts'

type Room = Awaited<ReturnType<typeof openArchiveRoom>>

const problems = async (room: Room) => {
  const found = await room.inTenant(tx => openProblems(tx, room.tenantId, new Date()))
  return found.map(({ code, whoseMove, details }) => [details?.['path'], code, whoseMove])
}

const again = async (room: Room, path: string) => {
  const file = (await room.files()).find(each => each.path === path)
  await room.inTenant(tx => importAgain(tx, room.tenantId, { fileId: file?.id ?? '' }))
  await room.run()
}

const night = zipOf([
  { name: 'export.csv', bytes: HEADER + row('A', 'x', 'first') },
  { name: 'calls.csv', bytes: HEADER + row('A', 'x', 'second') },
  { name: 'rec/a.wav', bytes: sound(1), method: 0 },
  { name: 'rec/b.wav', bytes: sound(1), method: 0 },
  { name: 'readme.txt', bytes: 'hello' },
])

test('a CSV that no template names is missed, and unpacked by importAgain once one does, before what stood behind it', async () => {
  await using room = await openArchiveRoom()
  await room.send('/night.zip', night)
  await room.run()
  expect(receiptOf(await room.reports(), '/night.zip')).toMatchObject({
    verdict: 'PARTLY',
    whatToDo: expect.stringContaining('An administrator of the account must act'),
    problems: [{ message: expect.stringContaining('import the archive again'), whoseMove: 'ADMIN' }],
  })
  expect(await problems(room)).toEqual([['/night.zip', 'NO_TEMPLATE', 'ADMIN']])
  await addTemplate(room.database, room.tenantId, { ...smallTemplate, filePattern: '/export.csv' })
  const objects = room.objects()
  await again(room, '/night.zip')
  expect((await room.entries()).map(({ path, kind }) => [path, kind])).toEqual([
    ['/night.zip/calls.csv', 'CONTACTS'],
    ['/night.zip/rec/a.wav', 'RECORDING'],
    ['/night.zip/rec/b.wav', 'RECORDING'],
    ['/night.zip/export.csv', 'CONTACTS'],
  ])
  expect(room.objects()).toBe(objects + 1)
  expect((await room.imports()).slice(-2)).toMatchObject([
    { path: '/night.zip', status: 'COMPLETED', problems: [{ details: { csvs: 0 } }] },
    { path: '/night.zip/export.csv', status: 'COMPLETED', unchanged: 1 },
  ])
  expect(await room.contacts()).toEqual([{ reference: 'A', queue: 'second' }])
  expect(await problems(room)).toEqual([])
})

test('what was unpacked before and has another name since is not taken twice', async () => {
  await using room = await openArchiveRoom()
  await room.send('/night.zip', night)
  await room.run()
  await room.tree.makeFolder('/done')
  await room.tree.rename('/night.zip/rec/b.wav', '/done/b.wav', false)
  await room.tree.rename('/night.zip/calls.csv', '/done/calls.csv', false)
  await again(room, '/night.zip')
  expect((await room.recordings()).map(({ path }) => path)).toEqual(['/done/b.wav', '/night.zip/rec/a.wav'])
  expect((await room.imports()).map(({ path }) => path)).toEqual([
    '/night.zip',
    '/night.zip/calls.csv',
    '/night.zip',
  ])
})

test('nothing is asked of anybody for what nobody expects to be read', async () => {
  await using room = await openArchiveRoom()
  await room.send(
    '/night.zip',
    zipOf([
      { name: 'calls.csv', bytes: HEADER + row('A') },
      { name: 'readme.txt', bytes: 'hello' },
    ]),
  )
  await room.run()
  expect(receiptOf(await room.reports(), '/night.zip')).toMatchObject({
    verdict: 'OK',
    whatToDo: 'Nothing: what became of the contact files in it is told below /reports/night.zip.',
  })
  expect(await problems(room)).toEqual([])
})

test('below /test an archive with recordings is tried as it would be taken', async () => {
  await using room = await openArchiveRoom()
  await room.tree.makeFolder('/test')
  await room.send('/test/night.zip', zipOf([{ name: 'rec/a.wav', bytes: sound(), method: 0 }]))
  await room.send(
    '/test/both.zip',
    zipOf([
      { name: 'calls.csv', bytes: HEADER + row('A') },
      { name: 'rec/a.wav', bytes: sound(), method: 0 },
      { name: 'export.csv', bytes: HEADER },
    ]),
  )
  await room.run()
  const reports = await room.reports()
  expect(receiptOf(reports, '/test/night.zip')).toMatchObject({ verdict: 'OK', problems: [] })
  expect(receiptOf(reports, '/test/both.zip')).toMatchObject({
    verdict: 'PARTLY',
    whatToDo: expect.stringContaining('It was a dry run: nothing was kept'),
    problems: [{ details: { count: 1, examples: ['export.csv'] } }],
  })
  expect(await room.recordings()).toEqual([])
  expect(await problems(room)).toEqual([])
})
