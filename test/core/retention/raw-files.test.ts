import { createHash } from 'node:crypto'
import { and, eq, sql } from 'drizzle-orm'
import { expect, test } from 'vitest'
import { lockPaths } from '../../../core/files/tree-locks.ts'
import { purgeRawFiles } from '../../../core/retention/purge-raw-files.ts'
import { tables } from '../../../db/db.ts'
import { addTemplate, HEADER, row, smallTemplate } from '../../support/contact-files.ts'
import { names } from '../files/tree-room.ts'
import { openRawFilesRoom } from './raw-files-room.ts'

const { imports, objectRemovals, tombstones, vaultObjects } = tables
const templates = [{ ...smallTemplate, filePattern: '/in/*.csv' }]

/** A word that stands for what is personal: in cells, headers and names. */
const WORD = 'Geheimnis'

/** One cell of every kind of fault, each of which quotes it or not. */
const faulty = [
  `${WORD}1,x,${WORD},sales,1`,
  `${WORD}2,x,2026-03-29T02:30:00,sales,${WORD}`,
  `${WORD}3,${WORD}\u0001,2026-03-01T10:00:00Z,sales,1`,
  `${WORD}4,x`,
  `${WORD}5,x,2026-03-01T10:00:00Z,sales,1,${WORD}`,
  `"${WORD}6,x,2026-03-01T10:00:00Z,sales,1`,
  `1.5E+12,${WORD},2026-03-01T10:00:00Z,sales,1`,
  `,${WORD},2026-03-01T10:00:00Z,sales,1`,
  `${WORD.repeat(100)},x,2026-03-01T10:00:00Z,sales,1`,
].map(line => `${line}\n`)

test('once its days are over, nothing of a file is left but that it was there', async () => {
  await using room = await openRawFilesRoom([
    { ...smallTemplate, filePattern: '/in/*.csv', maxRejectedShare: 1 },
  ])
  await room.tree.makeFolder('/in')
  await room.send(`/in/${WORD}.csv`, HEADER + row('A') + faulty.join(''))
  await room.send(`/in/${WORD}.csv`, HEADER + row('A') + row('B'))
  await room.send('/in/header.csv', `${WORD},agent,at,queue,seconds\n`)
  await room.send('/in/latin.csv', Buffer.from(`${HEADER}${WORD}\xe4,x,y\n`, 'latin1'))
  await room.send('/in/semicolons.csv', `${WORD};agent;at;queue;seconds\n`)
  await room.send('/in/empty.csv', '')
  await room.send(`/${WORD}.txt`, WORD)
  await room.send(`/in/${WORD}.csv.filepart`, 'never renamed')
  await room.run()
  await room.ignore()
  const before = await room.inTenant(tx => tx.select().from(imports).orderBy(imports.ordinal))
  const objects = await room.inTenant(tx => tx.select({ id: vaultObjects.id }).from(vaultObjects))
  expect(await room.traces()).toContain(WORD)
  const files = await room.files()
  expect(files.length).toBe(8)

  const purged = await room.purge()
  expect(purged.files).toBe(8)
  expect(purged.bytes).toBe(files.reduce((sum, file) => sum + file.size, 0))
  expect([...purged.objects].sort()).toEqual(objects.map(({ id }) => id).sort())
  expect(await room.traces()).not.toContain(WORD)
  expect(await room.inTenant(tx => tx.$count(vaultObjects))).toBe(0)
  expect(await room.inTenant(tx => tx.$count(objectRemovals))).toBe(objects.length)
  expect(await names(room.tree, '/in')).toEqual([])
  expect((await room.contacts()).map(({ reference }) => reference)).toEqual(['A', 'B'])

  const after = await room.inTenant(tx => tx.select().from(imports).orderBy(imports.ordinal))
  for (const [index, done] of after.entries()) {
    const { path, problems, failure, rejectedCsvId, purgedAt, ...rest } = done
    expect(before[index]).toMatchObject(rest)
    expect(path).toBe(done.fileId)
    expect(purgedAt).toEqual(room.now)
    expect(rejectedCsvId).toBe(null)
    expect(failure?.['code']).toBe(before[index]?.failure?.['code'])
    expect(problems.map(each => each['code'])).toEqual(before[index]?.problems.map(each => each['code']))
  }
  for (const file of await room.files()) {
    const { path, status, listed, objectId, size, storedAt } = file
    expect({ path, status, listed, objectId }).toEqual({
      path: file.id,
      status: 'DELETED',
      listed: false,
      objectId: null,
    })
    expect({ size, storedAt }).toEqual({
      size: files.find(each => each.id === file.id)?.size,
      storedAt: expect.any(Date),
    })
  }
})

test('rejections keep row, column and code, and words that quote nothing', async () => {
  await using room = await openRawFilesRoom([
    { ...smallTemplate, filePattern: '/in/*.csv', maxRejectedShare: 1 },
  ])
  await room.tree.makeFolder('/in')
  await room.send('/in/a.csv', HEADER + faulty.join(''))
  await room.run()
  const [done] = await room.inTenant(tx => tx.select().from(imports))
  const id = done?.id ?? ''
  const before = await room.rejections(id)
  await room.purge()
  const after = await room.rejections(id)
  const kept = ({ row, column, code, position }: (typeof before)[number]) => ({ row, column, code, position })
  expect(after.map(kept)).toEqual(before.map(kept))
  expect(after.every(({ value }) => value === null)).toBe(true)
  expect(new Set(after.map(({ code }) => code))).toEqual(
    new Set([
      'BAD_DATE',
      'BAD_NUMBER',
      'BAD_CHARACTER',
      'MISSING_COLUMN',
      'EXTRA_COLUMN',
      'BAD_QUOTE',
      'SPREADSHEET_DAMAGE',
      'MISSING_VALUE',
      'NO_SUCH_LOCAL_TIME',
      'TOO_LONG',
    ]),
  )
  const words = new Map(after.map(({ code, message }) => [code, message]))
  expect(words.get('BAD_DATE')).toBe('What was said here quoted the file, and was deleted with it.')
  expect(words.get('MISSING_VALUE')).toMatch(/is missing/)
  const [problems] = (await room.inTenant(tx => tx.select().from(imports))).map(each => each.problems)
  expect(problems?.find(each => each['code'] === 'BAD_DATE')).toMatchObject({
    message:
      '1 row was rejected for column "at". What was said here quoted the file, and was deleted with it.',
    row: 1,
    details: { count: 1, column: 'at', examples: [{ row: 1 }] },
  })
})

test('what is younger, and what an import still waits for, is left', async () => {
  await using room = await openRawFilesRoom(templates)
  await room.tree.makeFolder('/in')
  for (const name of ['queued', 'running', 'failed', 'aside', 'done'])
    await room.send(`/in/${name}.csv`, HEADER + row('A'))
  const set = (path: string, change: Partial<typeof imports.$inferInsert>) =>
    room.inTenant(tx =>
      tx
        .update(imports)
        .set(change)
        .where(and(eq(imports.tenantId, room.tenantId), eq(imports.path, path))),
    )
  await set('/in/running.csv', { status: 'RUNNING' })
  await set('/in/failed.csv', { status: 'FAILED', failures: 1 })
  await set('/in/aside.csv', {
    status: 'FAILED',
    failures: 8,
    setAsideAt: new Date(),
    finishedAt: new Date(),
  })
  await set('/in/done.csv', { status: 'COMPLETED', finishedAt: new Date() })
  expect(await room.step(100, new Date(Date.now() - 60_000))).toEqual({
    files: 0,
    bytes: 0,
    objects: [],
    memories: [],
    more: false,
  })
  expect((await room.purge()).files).toBe(2)
  expect(await names(room.tree, '/in')).toEqual(['/in/failed.csv', '/in/queued.csv', '/in/running.csv'])
  expect(await room.purge()).toEqual({ files: 0, bytes: 0, objects: [] })
})

test('each step is bounded and whole: rolled back, nothing has happened, and it goes on where it was', async () => {
  await using room = await openRawFilesRoom(templates)
  await room.tree.makeFolder('/in')
  for (let number = 0; number < 5; number++)
    await room.send(`/in/${number}.csv`, HEADER + row(`R${number}`) + row('x'))
  await room.run()
  const { files, more } = await room.step(2)
  expect({ files, more }).toEqual({ files: 2, more: true })
  const before = await room.traces()
  await expect(
    room.inTenant(async tx => {
      const { tenantId, hashes } = room
      await purgeRawFiles(tx, {
        tenantId,
        hashes,
        before: new Date(Date.now() + 1_000),
        limit: 2,
        at: room.now,
      })
      throw new Error('the process dies')
    }),
  ).rejects.toThrow('the process dies')
  expect(await room.traces()).toBe(before)
  const rest = await Promise.all([room.purge(1), room.purge(1)])
  expect(rest.map(each => each.files).reduce((a, b) => a + b)).toBe(3)
  expect(await names(room.tree, '/in')).toEqual([])
})

test('a file whose name is being changed is left for the next time, and nobody waits', async () => {
  await using room = await openRawFilesRoom(templates)
  await room.tree.makeFolder('/in')
  await room.tree.makeFolder('/done')
  await room.send('/in/a.csv', HEADER + row('A'))
  await room.send('/in/b.csv', HEADER + row('B'))
  await room.run()
  const held = Promise.withResolvers<void>()
  const begun = Promise.withResolvers<void>()
  const renaming = room.inTenant(async tx => {
    await lockPaths(tx, room.tenantId, ['/in/a.csv', '/done/a.csv'])
    begun.resolve()
    await held.promise
  })
  await begun.promise
  expect((await room.purge()).files).toBe(1)
  expect(await names(room.tree, '/in')).toEqual(['/in/a.csv'])
  held.resolve()
  await renaming
  expect((await room.purge()).files).toBe(1)
})

test('what was kept of is remembered by both its names; what was refused is not, since it may be sent again', async () => {
  await using room = await openRawFilesRoom(templates)
  await room.tree.makeFolder('/in')
  await room.tree.makeFolder('/done')
  await room.send('/in/good.csv', HEADER + row('A'))
  await room.run()
  await room.tree.rename('/in/good.csv', '/done/good.csv', false)
  await room.send('/in/bad.csv', 'no header\n')
  await room.send('/readme.txt', 'read me')
  await room.send('/in/x.part', 'never renamed')
  await room.run()
  await room.purge()
  const hash = (path: string, body: string) =>
    room.hashes.file(path, createHash('sha256').update(body).digest())
  const good = HEADER + row('A')
  const known = await room.inTenant(tx => tx.select().from(tombstones).where(eq(tombstones.kind, 'FILE')))
  expect(known.map(each => each.hash).sort()).toEqual(
    [hash('/in/good.csv', good), hash('/done/good.csv', good), hash('/readme.txt\0', 'read me')].sort(),
  )
  expect(known.every(each => each.seenAt.getTime() === room.now.getTime())).toBe(true)
})

test('what nothing was made of is dropped when it comes again, until a template reads its name', async () => {
  await using room = await openRawFilesRoom(templates)
  await room.tree.makeFolder('/out')
  await room.send('/out/a.csv', HEADER + row('A'))
  await room.purge()
  const statuses = async () => (await room.files()).map(file => file.status)
  await room.send('/out/a.csv', HEADER + row('A'))
  expect(await statuses()).toEqual(['DELETED', 'DISCARDED'])
  await addTemplate(room.database, room.tenantId, { ...smallTemplate, filePattern: '/out/*.csv' })
  await room.send('/out/a.csv', HEADER + row('A'))
  expect(await statuses()).toEqual(['DELETED', 'DISCARDED', 'STORED'])
  await room.run()
  expect((await room.contacts()).length).toBe(1)
})

test('reports go with their file, and after their days in any case', async () => {
  await using room = await openRawFilesRoom([
    { ...smallTemplate, filePattern: '/in/*.csv', maxRejectedShare: 1 },
  ])
  await room.tree.makeFolder('/in')
  await room.send('/in/a.csv', HEADER + row('A') + faulty.join(''))
  await room.run()
  expect((await names(room.tree, '/reports/in')).length).toBe(3)
  await room.inTenant(tx =>
    tx.execute(sql`update imports set status = 'QUEUED', rejected = 0, rows_read = 0, created = 0`),
  )
  const done = await room.purge()
  expect(done.files).toBe(0)
  expect(done.objects.length).toBe(1)
  expect(await room.reports()).toEqual([])
  expect(await names(room.tree, '/reports')).toEqual([])
  await expect(room.tree.stat('/reports/in')).rejects.toThrow()
})

test('of files whose bytes went another way, as after a restore, what quotes them goes as well', async () => {
  await using room = await openRawFilesRoom([
    { ...smallTemplate, filePattern: '/in/*.csv', maxRejectedShare: 1 },
  ])
  await room.tree.makeFolder('/in')
  await room.send(`/in/${WORD}.csv`, HEADER + row('A') + faulty.join(''))
  await room.run()
  await room.inTenant(tx =>
    tx.execute(sql`
      update uploaded_files set status = 'DELETED', listed = false, object_id = null, path = id::text
       where tenant_id = ${room.tenantId}`),
  )
  room.later(86_400 * 365)
  expect(await room.traces()).toContain(WORD)
  await room.purge()
  expect(await room.traces()).not.toContain(WORD)
})
