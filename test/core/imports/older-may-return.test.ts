import { and, eq } from 'drizzle-orm'
import { expect, test } from 'vitest'
import { tables } from '../../../db/db.ts'
import { addTemplate, HEADER, row, smallTemplate, templateColumns } from '../../support/contact-files.ts'
import { openUndoRoom } from './undo-room.ts'

const { columnTemplates, uploadedFiles } = tables

type Room = Awaited<ReturnType<typeof openUndoRoom>>

const wrong = row('A', 'x', 'wrong') + row('B', 'x', 'wrong')

/** Templates that read what the first one refuses. */
const lenient = { ...smallTemplate, name: 'lenient', filePattern: '/none', maxRejectedShare: 1 }
const renamed = {
  ...smallTemplate,
  name: 'renamed',
  columns: templateColumns(
    ['ID', 'REFERENCE'],
    ['agent', 'AGENT'],
    ['at', 'CONTACT_DATE', 'ISO'],
    ['queue', 'QUEUE'],
    ['seconds', 'DURATION', 'seconds'],
  ),
}

async function sentAs(room: Room, body: string): Promise<string> {
  const id = await room.upload('/old.csv', body)
  await room.run()
  return id
}

async function templateNamed(room: Room, name: string): Promise<string> {
  const [found] = await room.inTenant(tx =>
    tx.select({ id: columnTemplates.id }).from(columnTemplates).where(eq(columnTemplates.name, name)),
  )
  return found?.id ?? ''
}

const ends: [
  string,
  { status: string; send(room: Room): Promise<string>; again(room: Room, id: string): Promise<string> },
][] = [
  [
    'refused for its header',
    {
      status: 'REFUSED',
      send: room => sentAs(room, HEADER.replace('ref', 'ID') + wrong),
      async again(room, id) {
        await addTemplate(room.database, room.tenantId, renamed)
        return await room.again(id)
      },
    },
  ],
  [
    'refused for its rows',
    {
      status: 'REFUSED',
      send: room => sentAs(room, HEADER + wrong + row('', '').repeat(3)),
      async again(room, id) {
        await addTemplate(room.database, room.tenantId, lenient)
        return await room.again(id, await templateNamed(room, 'lenient'))
      },
    },
  ],
  [
    'undone',
    {
      status: 'UNDONE',
      async send(room) {
        const id = await sentAs(room, HEADER + wrong)
        await room.undo(id)
        return id
      },
      again: (room, id) => room.again(id),
    },
  ],
]

test.each(ends)('an older file that was %s overwrites nothing that a newer one confirmed', async (_, old) => {
  await using room = await openUndoRoom()
  await room.sent('/first.csv', row('A', 'x', 'right') + row('B', 'x', 'right'))
  const older = await old.send(room)
  expect(await room.import(older)).toMatchObject({ status: old.status })
  const newer = await room.sent('/new.csv', row('A', 'x', 'right'))
  expect(await room.import(newer)).toMatchObject({ unchanged: 1 })
  const again = await old.again(room, older)
  await room.run()
  expect(await room.import(again)).toMatchObject({ status: 'COMPLETED', unchanged: 1, updated: 1 })
  expect((await room.contacts()).map(({ queue }) => queue)).toEqual(['right', 'wrong'])
})

test('so it is where the newer files are many, and imported as a group', async () => {
  await using room = await openUndoRoom()
  await room.sent('/first.csv', row('A', 'x', 'right'))
  const older = await sentAs(room, HEADER + wrong)
  await room.undo(older)
  for (let file = 0; file < 20; file++) await room.upload(`/new${file}.csv`, HEADER + row('A', 'x', 'right'))
  await room.run()
  await room.again(older)
  await room.run()
  expect((await room.contacts()).map(({ queue }) => queue)).toEqual(['right', 'wrong'])
})

test('what no template could read, and what is kept no longer or was imported since, costs newer files nothing', async () => {
  await using room = await openUndoRoom()
  await room.sent('/first.csv', row('A'))
  const unmarked = await room.rowVersions()
  for (const [path, body] of [
    ['/empty.csv', ''],
    ['/no-rows.csv', HEADER],
    ['/workbook.csv', Buffer.from('504b0304140000000000', 'hex')],
  ] as const)
    await room.upload(path, body)
  await room.run()
  const gone = await sentAs(room, `other,${HEADER}${wrong}`)
  const { fileId } = await room.import(gone)
  await room.inTenant(tx =>
    tx
      .update(uploadedFiles)
      .set({ objectId: null })
      .where(and(eq(uploadedFiles.tenantId, room.tenantId), eq(uploadedFiles.id, fileId))),
  )
  const undone = await room.sent('/later.csv', row('B'))
  await room.undo(undone)
  await room.again(undone)
  await room.run()
  await room.sent('/new.csv', row('A'))
  expect((await room.rowVersions())[0]).toEqual(unmarked[0])

  const refused = await sentAs(room, `other,${HEADER}${wrong}`)
  expect(await room.import(refused)).toMatchObject({ status: 'REFUSED' })
  await room.sent('/newer.csv', row('A'))
  expect((await room.rowVersions())[0]).not.toEqual(unmarked[0])
})
