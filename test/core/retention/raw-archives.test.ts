import { eq } from 'drizzle-orm'
import { expect, test } from 'vitest'
import { importAgain } from '../../../core/imports/import-again.ts'
import { undoImport } from '../../../core/imports/undo/undo-import.ts'
import { tables } from '../../../db/db.ts'
import { addTemplate, HEADER, row, smallTemplate } from '../../support/contact-files.ts'
import { zipOf } from '../../support/zip.ts'
import { openRawFilesRoom } from './raw-files-room.ts'

type Room = Awaited<ReturnType<typeof openRawFilesRoom>>

const templates = [{ ...smallTemplate, filePattern: '/calls*.csv' }]
const calls = HEADER + row('A')
const archive = (...more: { name: string; bytes: string }[]) =>
  zipOf([{ name: 'calls.csv', bytes: calls }, ...more])

/** What becomes of the archive when it is sent again after its days. */
const sentAgain = async (room: Room, bytes: Buffer) => {
  await room.purge()
  await room.send('/night.zip', bytes)
  return (await room.files()).at(-1)?.status
}

const sent = async (room: Room, bytes: Buffer) => {
  await room.send('/night.zip', bytes)
  await room.run()
}

const fileAt = async (room: Room, path: string) =>
  (await room.files()).find(file => file.path === path)?.id ?? ''

test('an archive of which everything was taken is remembered', async () => {
  await using room = await openRawFilesRoom(templates)
  await sent(room, archive())
  expect(await sentAgain(room, archive())).toBe('DISCARDED')
})

test('one that holds a file of which nothing was kept is taken again', async () => {
  await using room = await openRawFilesRoom(templates)
  const bytes = archive({ name: 'calls2.csv', bytes: 'another,header\n1,2\n' })
  await sent(room, bytes)
  expect(await sentAgain(room, bytes)).toBe('STORED')
})

test('also when its entries were deleted before it', async () => {
  await using room = await openRawFilesRoom(templates)
  const bytes = archive({ name: 'calls2.csv', bytes: 'another,header\n1,2\n' })
  await sent(room, bytes)
  const { imports } = tables
  const set = (status: 'QUEUED' | 'COMPLETED') =>
    room.inTenant(tx => tx.update(imports).set({ status }).where(eq(imports.path, '/night.zip')))
  // What waits for its import is passed over.
  await set('QUEUED')
  await room.purge()
  expect(await fileAt(room, '/night.zip/calls2.csv')).toBe('')
  await set('COMPLETED')
  expect(await sentAgain(room, bytes)).toBe('STORED')
})

test('one whose contacts were taken back is taken again', async () => {
  await using room = await openRawFilesRoom(templates)
  await sent(room, archive())
  const id = await fileAt(room, '/night.zip/calls.csv')
  const { imports } = tables
  const [done] = await room.inTenant(tx => tx.select().from(imports).where(eq(imports.fileId, id)))
  await room.inTenant(tx => undoImport(tx, room.tenantId, done?.id ?? '', new Date()))
  expect(await sentAgain(room, archive())).toBe('STORED')
})

test('one of which something was left is taken again, and remembered once that was unpacked', async () => {
  await using room = await openRawFilesRoom(templates)
  const bytes = archive({ name: 'export.csv', bytes: calls })
  await sent(room, bytes)
  expect(await sentAgain(room, bytes)).toBe('STORED')
  await room.run()
  await addTemplate(room.database, room.tenantId, { ...smallTemplate, filePattern: '/export.csv' })
  const fileId = await fileAt(room, '/night.zip')
  await room.inTenant(tx => importAgain(tx, room.tenantId, { fileId }))
  await room.run()
  expect(await sentAgain(room, bytes)).toBe('DISCARDED')
})
