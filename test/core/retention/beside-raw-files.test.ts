import { eq } from 'drizzle-orm'
import { expect, test } from 'vitest'
import { openProblems } from '../../../core/tenants/open-problems.ts'
import { tables } from '../../../db/db.ts'
import { HEADER, row, smallTemplate } from '../../support/contact-files.ts'
import { names } from '../files/tree-room.ts'
import { openRawFilesRoom } from './raw-files-room.ts'

const { imports } = tables
const templates = [{ ...smallTemplate, filePattern: '/in/*.csv' }]

test('a file that failed for our fault leaves the open problems with its bytes', async () => {
  await using room = await openRawFilesRoom(templates)
  await room.tree.makeFolder('/in')
  await room.send('/in/a.csv', HEADER + row('A'))
  const aside = { status: 'FAILED', failures: 8, setAsideAt: new Date(), finishedAt: new Date() } as const
  await room.inTenant(tx => tx.update(imports).set(aside).where(eq(imports.tenantId, room.tenantId)))
  const open = () => room.inTenant(tx => openProblems(tx, room.tenantId, new Date()))
  expect((await open()).map(({ code }) => code)).toEqual(['IMPORT_SET_ASIDE'])
  await room.purge()
  expect(await open()).toEqual([])
})

test('recordings are not touched: theirs is a life of its own', async () => {
  await using room = await openRawFilesRoom(templates)
  await room.send('/a.wav', Buffer.from('RIFF'))
  expect(await room.purge()).toEqual({ files: 0, bytes: 0, objects: [] })
  expect(await names(room.tree, '/')).toContain('/a.wav')
})
