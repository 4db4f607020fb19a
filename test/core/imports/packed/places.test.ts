import { eq } from 'drizzle-orm'
import { expect, test } from 'vitest'
import { importAgain } from '../../../../core/imports/import-again.ts'
import { tables } from '../../../../db/db.ts'
import { addTemplate, HEADER, row, smallTemplate } from '../../../support/contact-files.ts'
import { zipOf } from '../../../support/zip.ts'
import { openArchiveRoom } from './archive-room.ts'

type Room = Awaited<ReturnType<typeof openArchiveRoom>>

const one = (queue: string) => HEADER + row('A', 'x', queue)
const archive = (queue: string, count = 1) =>
  zipOf(Array.from({ length: count }, (_, index) => ({ name: `calls${index}.csv`, bytes: one(queue) })))

/** A file that no template named when it came, read by one that was made since. */
const readSince = async (room: Room, path: string) => {
  await addTemplate(room.database, room.tenantId, { ...smallTemplate, filePattern: path })
  const [file] = (await room.files()).filter(each => each.path === path)
  await room.inTenant(tx => importAgain(tx, room.tenantId, { fileId: file?.id ?? '' }))
  await room.run()
}

test('a file that is read for the first time long after it came is newer than what was completed before it', async () => {
  await using room = await openArchiveRoom()
  await room.send('/night.zip', archive('first'))
  await room.send('/calls2.csv', one('second'))
  await room.run()
  await room.send('/late.csv', one('newest'))
  await readSince(room, '/late.csv')
  expect(await room.contacts()).toEqual([{ reference: 'A', queue: 'newest' }])
})

test('it is newer than the entries of an archive that was completed before it and is unpacked after', async () => {
  await using room = await openArchiveRoom()
  await room.send('/night.zip', archive('of the archive', 60))
  await room.send('/late.csv', one('newest'))
  await room.run()
  await readSince(room, '/late.csv')
  expect(await room.contacts()).toEqual([{ reference: 'A', queue: 'newest' }])
})

test('it is older than what was completed after it, even where an archive stands before both', async () => {
  await using room = await openArchiveRoom()
  await room.send('/night.zip', archive('of the archive', 60))
  await room.run()
  await room.send('/late.csv', one('between'))
  await room.send('/calls2.csv', HEADER + row('B'))
  await room.run()
  await readSince(room, '/late.csv')
  expect((await room.contacts())[0]).toEqual({ reference: 'A', queue: 'between' })
  await room.send('/calls3.csv', one('newest'))
  await room.run()
  const rows = await room.imports()
  const ordinals = rows.filter(({ path }) => /calls[23]/.test(path) && !path.includes('zip'))
  const late = rows.find(({ path }) => path === '/late.csv')?.fileMark ?? 0
  expect(late).toBeLessThan(ordinals[0]?.ordinal ?? 0)
  expect(late).toBeGreaterThan(rows.filter(({ path }) => path.includes('.zip/')).at(-1)?.ordinal ?? 0)
  expect((await room.contacts())[0]).toEqual({ reference: 'A', queue: 'newest' })
})

test('the first file of all has a place before every other', async () => {
  await using room = await openArchiveRoom()
  await room.send('/late.csv', one('first'))
  await room.send('/calls2.csv', one('second'))
  await room.run()
  await readSince(room, '/late.csv')
  expect(await room.contacts()).toEqual([{ reference: 'A', queue: 'second' }])
})

test('an archive that never was an import has room for its entries before what was completed after it', async () => {
  await using room = await openArchiveRoom()
  await room.send('/calls1.csv', one('before'))
  await room.send('/old.zip', archive('of the archive', 2))
  // As archives are that came before any was unpacked.
  await room.inTenant(tx => tx.delete(tables.imports).where(eq(tables.imports.path, '/old.zip')))
  await room.send('/calls2.csv', HEADER + row('B'))
  await room.run()
  const [file] = (await room.files()).filter(({ path }) => path === '/old.zip')
  await room.inTenant(tx => importAgain(tx, room.tenantId, { fileId: file?.id ?? '' }))
  await room.run()
  const marks = (await room.imports()).map(each => [each.path, each.fileMark ?? each.ordinal] as const)
  expect(marks.toSorted(([, one], [, other]) => one - other).map(([path]) => path)).toEqual([
    '/calls1.csv',
    '/old.zip',
    '/old.zip/calls0.csv',
    '/old.zip/calls1.csv',
    '/calls2.csv',
  ])
})
