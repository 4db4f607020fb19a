import { eq } from 'drizzle-orm'
import { expect, test } from 'vitest'
import { importAgain } from '../../../core/imports/import-again.ts'
import { lastFileAt, lastFinishedImport, lastRowAt } from '../../../core/tenants/health.ts'
import { openProblems } from '../../../core/tenants/open-problems.ts'
import type { Vault } from '../../../core/vault/vault.ts'
import { tables } from '../../../db/db.ts'
import { addTemplate, HEADER, row, rows, smallTemplate } from '../../support/contact-files.ts'
import { sweep } from '../../support/sweep.ts'
import { zipOf } from '../../support/zip.ts'
import { openRawFilesRoom } from '../retention/raw-files-room.ts'
import { setContact } from './import-room.ts'

const { imports, objectRemovals, tombstones, vaultObjects } = tables

async function openDryRoom() {
  const room = await openRawFilesRoom([{ ...smallTemplate, filePattern: '/calls/*.csv' }])
  const { inTenant } = room
  for (const folder of ['/calls', '/test', '/test/calls']) await room.tree.makeFolder(folder)
  return {
    ...room,
    all: () => inTenant(tx => tx.select().from(imports).orderBy(imports.ordinal)),
    objects: () => inTenant(tx => tx.$count(vaultObjects)),
    removals: () => inTenant(tx => tx.$count(objectRemovals)),
    async receipt(of: string) {
      const found = (await room.reports()).find(
        ({ path }) => path.startsWith(`/reports${of}.`) && path.endsWith('.json'),
      )
      if (!found) throw new Error(`no receipt of ${of}`)
      return { path: found.path, ...JSON.parse(found.body?.toString() ?? '') }
    },
    listed: async (folder: string) => (await room.tree.list(folder)).map(entry => entry.path),
    health: () =>
      inTenant(async tx => ({
        file: await lastFileAt(tx, room.tenantId),
        row: await lastRowAt(tx, room.tenantId),
        last: await lastFinishedImport(tx, room.tenantId),
        problems: await openProblems(tx, room.tenantId, new Date()),
      })),
  }
}

test('what is put under /test is counted as it would be imported, and nothing of it is kept but its receipt', async () => {
  await using room = await openDryRoom()
  await room.addAgent('diane')
  await room.send('/calls/a.csv', HEADER + row('A', 'diane', 'one') + row('B') + row('D'))
  await room.run()
  await sweep(room, 'D')
  await setContact(room, 'B', { evaluatedAt: new Date() })
  const [before, seen] = [await room.contacts(), await room.inTenant(tx => tx.select().from(tombstones))]
  const objects = await room.objects()
  room.later(86_400)
  const body =
    HEADER +
    row('A', 'joe', 'two') +
    row('B', 'joe') +
    row('C') +
    row('C', 'x') +
    row('D') +
    'E,diane,never,sales,1\n'
  await room.send('/test/calls/b.csv', body)
  await room.run()

  const [, tried] = await room.all()
  const counts = { rowsRead: 6, created: 1, updated: 2, unchanged: 1, rejected: 2, unlinkedAgents: 2 }
  expect(tried).toMatchObject({ status: 'COMPLETED', dryRun: true, ...counts })
  expect(await room.contacts()).toEqual(before)
  expect(await room.inTenant(tx => tx.select().from(tombstones)), 'no memory is renewed').toEqual(seen)
  const receipt = await room.receipt('/test/calls/b.csv')
  expect(receipt).toMatchObject({ verdict: 'PARTLY', import: { dryRun: true, ...counts, deletedBefore: 1 } })
  expect(receipt.path).toMatch(/^\/reports\/test\/calls\/b\.csv\..*\.PARTLY\.json$/)
  expect(receipt.whatToDo).toContain('dry run')
  expect(await room.rejections(tried?.id ?? '')).toHaveLength(2)

  const file = (await room.files()).find(({ id }) => id === tried?.fileId)
  expect(file).toMatchObject({ status: 'DELETED', listed: false, objectId: null, path: tried?.fileId })
  expect(await room.objects(), 'the CSV of rejected rows is there, the file is not').toBe(objects + 1)
  expect(await room.listed('/test/calls')).toEqual([])
})

test('the same file gives the same counts outside of /test afterwards', async () => {
  await using room = await openDryRoom()
  await room.send('/calls/a.csv', HEADER + rows(0, 300, 'one'))
  await room.run()
  const body = HEADER + rows(100, 30_000, 'two') + rows(50, 100, 'three') + rows(0, 20, 'one')
  await room.send('/test/calls/b.csv', body)
  await room.run()
  await room.send('/calls/b.csv', body)
  await room.run()
  const [, tried, done] = await room.all()
  const counts = ({ rowsRead, created, updated, unchanged, rejected }: NonNullable<typeof tried>) => ({
    rowsRead,
    created,
    updated,
    unchanged,
    rejected,
  })
  if (!tried || !done) throw new Error('no imports')
  expect(counts(tried)).toEqual(counts(done))
  expect(done.created).toBeGreaterThan(29_000)
})

test('a refused file and one that no template names go with their receipts as well', async () => {
  await using room = await openDryRoom()
  await room.send('/test/calls/empty.csv', '')
  await room.send('/test/other.csv', HEADER + row('A'))
  await room.send('/test/calls/a.wav', 'RIFF no recording')
  await room.run()
  await room.ignore()
  expect(await room.receipt('/test/calls/empty.csv')).toMatchObject({ verdict: 'REFUSED' })
  for (const path of ['/test/other.csv', '/test/calls/a.wav']) {
    const { verdict, problems } = await room.receipt(path)
    expect([path, verdict, problems[0].message]).toEqual([
      path,
      'IGNORED',
      expect.stringContaining('nor kept'),
    ])
  }
  expect(await room.inTenant(tx => tx.$count(tables.recordings))).toBe(0)
  expect([await room.objects(), await room.listed('/test'), await room.listed('/test/calls')]).toEqual([
    0,
    ['/test/calls'],
    [],
  ])
})

test('its sender finds it for some minutes with its size, in no listing; nobody else does', async () => {
  await using room = await openDryRoom()
  const body = HEADER + row('A')
  const answered = (ago: number) =>
    room.inTenant(tx => tx.update(tables.reports).set({ createdAt: new Date(Date.now() - ago * 60_000) }))
  await room.send('/test/calls/a.csv', body)
  await room.run()
  await answered(9)
  expect(await room.tree.stat('/test/calls/a.csv')).toMatchObject({
    path: '/test/calls/a.csv',
    size: body.length,
  })
  await room.tree.setModified('/test/calls/a.csv', new Date('2026-01-01T00:00:00Z'))
  expect((await room.tree.stat('/test/calls/a.csv')).modified).toEqual(new Date('2026-01-01T00:00:00Z'))
  const colleague = (await room.addAccount())()
  await expect(colleague.stat('/test/calls/a.csv')).rejects.toMatchObject({ code: 'NOT_FOUND' })
  await answered(11)
  await expect(room.tree.stat('/test/calls/a.csv')).rejects.toMatchObject({ code: 'NOT_FOUND' })
  await room.send('/test/calls/a.csv', body)
  await room.run()
  expect((await room.all()).map(({ status, dryRun }) => [status, dryRun])).toEqual([
    ['COMPLETED', true],
    ['COMPLETED', true],
  ])
})

test('health knows nothing of it', async () => {
  await using room = await openDryRoom()
  await room.send('/test/calls/a.csv', HEADER + row('A'))
  await room.send('/test/calls/b.csv', '')
  await room.send('/test/none.csv', HEADER)
  expect(await room.health()).toEqual({ file: null, row: null, last: undefined, problems: [] })
  await room.run()
  await room.ignore()
  expect(await room.health()).toEqual({ file: null, row: null, last: undefined, problems: [] })
  await room.inTenant(tx => tx.delete(tables.reports))
  expect((await room.health()).file, 'nor when its receipts are gone').toBeNull()
  await room.send('/calls/a.csv', HEADER + row('A'))
  await room.run()
  expect((await room.health()).last).toBe((await room.all()).at(-1)?.id)
})

test('a file that leaves /test is imported, and stays; one that was imported is not tried when it is moved there', async () => {
  await using room = await openDryRoom()
  await room.send('/test/calls/a.csv', HEADER + row('A'))
  await room.tree.rename('/test/calls/a.csv', '/calls/a.csv', false)
  await room.run()
  expect((await room.all()).map(({ dryRun, created }) => [dryRun, created])).toEqual([
    [true, 1],
    [false, 1],
  ])
  expect(await room.contacts()).toHaveLength(1)
  expect(await room.listed('/calls')).toEqual(['/calls/a.csv'])
  const [, real] = await room.all()
  const other = { ...smallTemplate, filePattern: '/elsewhere.csv', name: 'other' }
  other.columns = other.columns.map(column =>
    column.field === 'QUEUE' ? { ...column, field: 'DISPOSITION' as const } : column,
  )
  await addTemplate(room.database, room.tenantId, other)
  const templates = await room.inTenant(tx => tx.select().from(tables.columnTemplates))
  const templateId = templates.find(({ name }) => name === 'other')?.id
  const again = { fileId: real?.fileId ?? '', templateId }
  await room.inTenant(tx => importAgain(tx, room.tenantId, again))
  await room.run()
  expect((await room.all()).at(-1), 'the dry run gave it no place among files').toMatchObject({
    path: '/calls/a.csv',
    fileMark: real?.ordinal,
    updated: 1,
  })
  await room.tree.rename('/calls/a.csv', '/test/calls/a.csv', false)
  await room.run()
  expect(await room.all()).toHaveLength(3)
  expect(await room.listed('/test/calls')).toEqual(['/test/calls/a.csv'])
})

test('what lies below /test and was only tried, or not even that, is not imported by asking for it again', async () => {
  await using room = await openDryRoom()
  await room.send('/test/none.csv', HEADER + row('A'))
  const [file] = await room.files()
  await expect(
    room.inTenant(tx => importAgain(tx, room.tenantId, { fileId: file?.id ?? '' })),
  ).rejects.toMatchObject({ code: 'CONFLICT', message: expect.stringContaining('below /test') })
  expect(await room.all()).toEqual([])
})

test('a dry run that fails for our fault leaves nothing behind once it is set aside, and hides nothing of others', async () => {
  await using room = await openDryRoom()
  await room.send('/test/calls/a.csv', HEADER + row('A'))
  const [waiting] = await room.all()
  await room.inTenant(tx =>
    tx
      .update(imports)
      .set({ failures: 7 })
      .where(eq(imports.id, waiting?.id ?? '')),
  )
  const vault: Vault = {
    ...room.vault,
    async *readRange() {
      yield await Promise.reject(new Error('broken'))
    },
  }
  await room.run(undefined, { vault })
  expect((await room.all())[0]).toMatchObject({ status: 'FAILED', dryRun: true })
  expect(await room.receipt('/test/calls/a.csv')).toMatchObject({ verdict: 'FAILED' })
  expect([await room.objects(), (await room.health()).problems]).toEqual([0, []])
  await room.send('/calls/b.csv', HEADER + row('B'))
  await room.run()
  const unmarked = await room.rowVersions()
  await room.send('/calls/c.csv', HEADER + row('B'))
  await room.run()
  expect(await room.rowVersions(), 'a dry run that is set aside is no older file').toEqual(unmarked)
})

test('an archive below /test is unpacked there: its entries are tried, and it goes with its receipt', async () => {
  await using room = await openDryRoom()
  const archive = zipOf([
    { name: 'calls/a.csv', bytes: HEADER + row('A') },
    { name: 'a.wav', bytes: 'no recording here' },
  ])
  await room.send('/test/night.zip', archive)
  await room.run()
  expect((await room.all()).map(({ path, dryRun, created }) => [path, dryRun, created])).toEqual([
    ['/test/night.zip', true, 0],
    ['/test/night.zip/calls/a.csv', true, 1],
  ])
  expect(await room.receipt('/test/night.zip')).toMatchObject({ verdict: 'OK' })
  expect(await room.receipt('/test/night.zip/calls/a.csv')).toMatchObject({ verdict: 'OK' })
  expect([await room.objects(), await room.contacts()]).toEqual([0, []])
  expect(new Set((await room.files()).map(({ status }) => status))).toEqual(new Set(['DELETED']))
})
