import { eq } from 'drizzle-orm'
import { expect, test } from 'vitest'
import { importAgain } from '../../../core/imports/import-again.ts'
import { tables } from '../../../db/db.ts'
import { HEADER, row, smallTemplate } from '../../support/contact-files.ts'
import { openImportRoom, setContact } from './import-room.ts'

test('a reference that comes again in one file counts as if sent again: the last row stands', async () => {
  await using room = await openImportRoom()
  const id = await room.upload(
    '/a.csv',
    HEADER + row('A', 'x', 'one') + row('B') + row('A', 'x', 'two') + row('B'),
  )
  await room.run()
  const counts = { rowsRead: 4, created: 2, updated: 1, unchanged: 1, rejected: 0 }
  expect(await room.import(id)).toMatchObject({ status: 'COMPLETED', ...counts })
  expect((await room.contacts()).map(each => [each.reference, each.queue, each.rowNumber])).toEqual([
    ['A', 'two', 3],
    ['B', 'sales', 4],
  ])
})

test('a changed row updates its contact, whose first import stays its age', async () => {
  await using room = await openImportRoom()
  await room.upload('/a.csv', HEADER + row('A', 'x', 'one') + row('B'))
  await room.run()
  const [first] = await room.contacts()
  const id = await room.upload('/b.csv', HEADER + row('B') + row('A', 'y', 'two') + row('C'))
  await room.run()
  expect(await room.import(id)).toMatchObject({ rowsRead: 3, created: 1, updated: 1, unchanged: 1 })
  const [changed] = await room.contacts()
  expect(changed).toMatchObject({
    id: first?.id,
    agentKey: 'y',
    queue: 'two',
    importId: id,
    importedAt: first?.importedAt,
  })
})

test('under SKIP the first row stands, and existing contacts are left as they are', async () => {
  await using room = await openImportRoom({ templates: [{ ...smallTemplate, existingContact: 'SKIP' }] })
  await room.upload('/a.csv', HEADER + row('A', 'x', 'one'))
  await room.run()
  const id = await room.upload(
    '/b.csv',
    HEADER + row('A', 'x', 'two') + row('B', 'x', 'one') + row('B', 'x', 'two'),
  )
  await room.run()
  expect(await room.import(id)).toMatchObject({ rowsRead: 3, created: 1, updated: 0, unchanged: 2 })
  expect((await room.contacts()).map(each => each.queue)).toEqual(['one', 'one'])
})

test('evaluated and held contacts are left alone', async () => {
  await using room = await openImportRoom()
  await room.upload('/a.csv', HEADER + row('A') + row('B') + row('C'))
  await room.run()
  await setContact(room, 'A', { evaluatedAt: new Date() })
  await setContact(room, 'B', { holdCount: 1 })
  const before = await room.rowVersions()
  const id = await room.upload('/b.csv', HEADER + row('A', 'y') + row('B', 'y') + row('C', 'y'))
  await room.run()
  expect(await room.import(id)).toMatchObject({ rowsRead: 3, updated: 1, unchanged: 2 })
  expect((await room.contacts()).map(each => each.agentKey)).toEqual(['diane', 'diane', 'y'])
  expect((await room.rowVersions()).slice(0, 2)).toEqual(before.slice(0, 2))
})

test('a file older than the one that last wrote a contact does not overwrite it', async () => {
  await using room = await openImportRoom()
  const older = await room.upload(
    '/old.csv',
    HEADER + row('A', 'x', 'old') + row('B', 'x', 'same') + row('C'),
  )
  await setImport(room, older, { status: 'FAILED', setAsideAt: new Date(), failures: 8 })
  await room.upload('/first.csv', HEADER + row('B', 'x', 'same'))
  await room.upload('/new.csv', HEADER + row('A', 'x', 'new') + row('B', 'x', 'same'))
  await room.run()
  const marks = (await room.contacts()).map(each => each.fileMark)
  expect(marks[0], 'an unchanged row confirms what it says while an older import is set aside').toBe(marks[1])
  await setImport(room, older, { status: 'QUEUED', setAsideAt: null })
  await room.run()
  expect(await room.import(older)).toMatchObject({
    status: 'COMPLETED',
    created: 1,
    updated: 0,
    unchanged: 2,
  })
  expect((await room.contacts()).map(each => each.queue)).toEqual(['new', 'same', 'sales'])
})

test('nor does it when it waits to be read again while a newer file confirms what was there before', async () => {
  await using room = await openImportRoom()
  await room.upload('/first.csv', HEADER + row('A', 'x', 'right'))
  await room.run()
  const older = await room.upload('/old.csv', HEADER + row('A', 'x', 'wrong'))
  await setImport(room, older, { status: 'FAILED', setAsideAt: new Date(), failures: 8 })
  await room.upload('/new.csv', HEADER + row('A', 'x', 'right'))
  const { fileId } = await room.import(older)
  const again = await room.inTenant(tx => importAgain(tx, room.tenantId, { fileId }))
  await room.run()
  expect(await room.import(again.id)).toMatchObject({ status: 'COMPLETED', updated: 0, unchanged: 1 })
  expect((await room.contacts()).map(each => each.queue)).toEqual(['right'])
})

test('a confirmed row keeps the import, the row and the time that wrote it', async () => {
  await using room = await openImportRoom()
  const first = await room.upload('/first.csv', HEADER + row('A'))
  await room.run()
  const [before] = await room.contacts()
  const older = await room.upload('/old.csv', HEADER + row('B'))
  await setImport(room, older, { status: 'FAILED', setAsideAt: new Date() })
  const again = await room.upload('/again.csv', HEADER + row('Z') + row('A'))
  await room.run()
  expect(await room.import(again)).toMatchObject({ created: 1, updated: 0, unchanged: 1 })
  const [after] = await room.contacts()
  expect(after).toEqual({ ...before, importId: first, fileMark: after?.fileMark })
  expect(after?.fileMark).toBeGreaterThan(before?.fileMark ?? 0)
})

async function setImport(
  room: Awaited<ReturnType<typeof openImportRoom>>,
  id: string,
  change: Partial<typeof tables.imports.$inferInsert>,
) {
  await room.inTenant(tx => tx.update(tables.imports).set(change).where(eq(tables.imports.id, id)))
}
