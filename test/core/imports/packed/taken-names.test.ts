import { expect, test } from 'vitest'
import { MAX_FAILURES } from '../../../../core/imports/states.ts'
import { openProblems } from '../../../../core/tenants/open-problems.ts'
import { HEADER, row } from '../../../support/contact-files.ts'
import { zipOf } from '../../../support/zip.ts'
import { openArchiveRoom, receiptOf } from './archive-room.ts'
import { failAt, mend } from './failing-entry.ts'

type Room = Awaited<ReturnType<typeof openArchiveRoom>>

const names = (count: number) =>
  Array.from({ length: count }, (_, index) => `calls${String(index).padStart(3, '0')}.csv`)
const archive = (count: number) =>
  zipOf(names(count).map((name, index) => ({ name, bytes: HEADER + row(`R${index}`) })))

const tryUntilSetAside = async (room: Room) => {
  for (let tries = 0; tries < MAX_FAILURES; tries++) {
    await room.run()
    room.later(3600)
  }
}

test('an entry whose name a folder has by now is told before anything of the archive is taken', async () => {
  await using room = await openArchiveRoom()
  await room.send('/night.zip', archive(60))
  await room.tree.remove('/night.zip')
  await room.tree.makeFolder('/night.zip')
  await room.tree.makeFolder('/night.zip/calls055.csv')
  await room.run()
  expect((await room.imports()).map(({ status }) => status)).toEqual(['REFUSED'])
  expect(await room.entries()).toEqual([])
  expect(receiptOf(await room.reports(), '/night.zip')).toMatchObject({
    verdict: 'REFUSED',
    failure: {
      code: 'BAD_ARCHIVE',
      whoseMove: 'SENDER',
      message: expect.stringContaining('"/night.zip/calls055.csv" is a folder\'s by now'),
      details: { entry: 'calls055.csv' },
    },
  })
})

test('so is an archive whose own folder is a file by now', async () => {
  await using room = await openArchiveRoom()
  await room.tree.makeFolder('/nights')
  await room.send('/nights/night.zip', archive(1))
  await room.tree.remove('/nights/night.zip')
  await room.tree.removeFolder('/nights')
  await room.send('/nights', 'a file')
  await room.run()
  expect((await room.imports())[0]).toMatchObject({
    status: 'REFUSED',
    failure: { code: 'BAD_ARCHIVE', message: expect.stringContaining('"/nights", which is a file by now') },
  })
})

test('what was taken of an archive before it is set aside stays, and is told of wherever that is', async () => {
  await using room = await openArchiveRoom()
  await room.send('/night.zip', archive(60))
  await failAt(room, '/night.zip/calls055.csv')
  await tryUntilSetAside(room)
  await room.run()
  const said = expect.stringContaining('50 of the files in it had been taken by then: they stay')
  expect((await room.imports())[0]).toMatchObject({
    status: 'FAILED',
    failure: { message: said, details: { taken: 50 } },
  })
  expect(receiptOf(await room.reports(), '/night.zip')).toMatchObject({
    verdict: 'FAILED',
    failure: { message: said },
  })
  const [problem] = await room.inTenant(tx => openProblems(tx, room.tenantId, new Date()))
  expect(problem).toMatchObject({ code: 'IMPORT_SET_ASIDE', message: said })
  expect((await room.contacts()).length).toBe(50)
})

test('nothing is said to be kept of an archive of which nothing was', async () => {
  await using room = await openArchiveRoom()
  await room.send('/night.zip', archive(1))
  await failAt(room, '/night.zip/calls000.csv')
  await tryUntilSetAside(room)
  expect((await room.imports())[0]?.failure?.['message']).toContain('Nothing of it was kept.')
  const [problem] = await room.inTenant(tx => openProblems(tx, room.tenantId, new Date()))
  expect(problem?.message).toContain('Nothing of it was kept.')
})

test('an archive that is refused after a try took something of it says so', async () => {
  await using room = await openArchiveRoom()
  await room.send('/night.zip', archive(60))
  await failAt(room, '/night.zip/calls055.csv')
  await room.run()
  await mend(room)
  await room.tree.remove('/night.zip')
  await room.tree.makeFolder('/night.zip')
  await room.tree.makeFolder('/night.zip/calls055.csv')
  room.later(3600)
  await room.run()
  expect((await room.imports())[0]).toMatchObject({
    status: 'REFUSED',
    failure: {
      code: 'BAD_ARCHIVE',
      message: expect.stringContaining('50 of the files in it were taken before, and stay'),
      details: { entry: 'calls055.csv', taken: 50 },
    },
  })
})
