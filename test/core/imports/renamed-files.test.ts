import { eq } from 'drizzle-orm'
import { expect, test } from 'vitest'
import { renameFile } from '../../../core/files/rename.ts'
import { writeIgnoredReceipt } from '../../../core/receipts/ignored-file.ts'
import { tables } from '../../../db/db.ts'
import { HEADER, row, smallTemplate } from '../../support/contact-files.ts'
import { openImportRoom } from './import-room.ts'

const { folders, imports, uploadedFiles } = tables
const templates = [{ ...smallTemplate, filePattern: '/in/*.csv' }]

test('a file moved away before it is read is imported, with its receipt where it arrived', async () => {
  await using room = await openImportRoom({ templates })
  const { tenantId } = room
  const id = await room.upload('/in/a.csv', HEADER + row('A'))
  const memory = { tenantId, hashes: await room.vault.hashes.of(tenantId) }
  await room.inTenant(async tx => {
    await tx.insert(folders).values({ tenantId, path: '/done' })
    await tx.update(uploadedFiles).set({ listed: true }).where(eq(uploadedFiles.tenantId, tenantId))
    await renameFile(tx, memory, { from: '/in/a.csv', to: '/done/a.csv', overwrite: false })
  })
  await room.run()
  expect(await room.import(id)).toMatchObject({ status: 'COMPLETED', path: '/in/a.csv', created: 1 })
  const [json] = await room.reports()
  expect(json?.path).toBe('/reports/in/a.csv.2026-04-01T000000Z.OK.json')
  expect(JSON.parse(json?.body?.toString() ?? '').file.path).toBe('/in/a.csv')
})

test('a file renamed into a pattern before it was said to be ignored gets the receipt of its import only', async () => {
  await using room = await openImportRoom({ templates })
  const { tenantId } = room
  const made = await room.upload('/in/a.csv', HEADER + row('A'))
  const { fileId } = await room.import(made)
  await room.inTenant(async tx => {
    await tx.insert(folders).values({ tenantId, path: '/in' })
    await tx.delete(imports).where(eq(imports.id, made))
    await tx
      .update(uploadedFiles)
      .set({ listed: true, path: '/a.txt', kind: 'OTHER' })
      .where(eq(uploadedFiles.id, fileId))
  })
  const memory = { tenantId, hashes: await room.vault.hashes.of(tenantId) }
  await room.inTenant(tx => renameFile(tx, memory, { from: '/a.txt', to: '/in/a.csv', overwrite: false }))
  await room.inTenant(tx => writeIgnoredReceipt(tx, tenantId, fileId, room.now))
  await room.run()
  expect((await room.reports()).map(report => report.path)).toEqual([
    '/reports/in/a.csv.2026-04-01T000000Z.OK.json',
    '/reports/in/a.csv.2026-04-01T000000Z.OK.txt',
  ])
})
