import { eq } from 'drizzle-orm'
import { expect, test } from 'vitest'
import { tables } from '../../../db/db.ts'
import { HEADER, row, rows } from '../../support/contact-files.ts'
import { sweep } from '../../support/sweep.ts'
import { memoryBucket } from '../vault/memory-bucket.ts'
import { type ImportRoom, openImportRoom, setContact } from './import-room.ts'

const FILES = 40

const send = async (room: ImportRoom, bodies: string[], folder = '/calls') => {
  const ids: string[] = []
  for (const [index, body] of bodies.entries())
    ids.push(await room.upload(`${folder}/f${index}.csv`, HEADER + body, false))
  return ids
}

const counts = async (room: ImportRoom, id: string) => {
  const { status, rowsRead, created, updated, unchanged, rejected } = await room.import(id)
  return [status, rowsRead, created, updated, unchanged, rejected]
}

/** How many transactions wrote the contacts. */
const transactions = async (room: ImportRoom) =>
  new Set((await room.rowVersions()).map(version => version.split(' ')[1])).size

test('many small files end in one transaction, each with its own counts, in their order, with one receipt', async () => {
  await using room = await openImportRoom()
  await room.addAgent('diane')
  const bodies = Array.from({ length: FILES }, (_, file) =>
    file % 10 === 9
      ? row(`R${file - 1}`, 'diane', 'again')
      : row(`R${file}`, file === 3 ? 'nobody' : 'diane'),
  )
  const ids = await send(room, [...bodies, row('R0') + row('R0', 'diane', 'last') + row('new')])
  await room.run()
  expect(await transactions(room)).toBe(1)
  for (const [file, id] of ids.slice(0, FILES).entries())
    expect(await counts(room, id), `file ${file}`).toEqual(
      file % 10 === 9 ? ['COMPLETED', 1, 0, 1, 0, 0] : ['COMPLETED', 1, 1, 0, 0, 0],
    )
  expect(await counts(room, ids.at(-1) ?? '')).toEqual(['COMPLETED', 3, 1, 1, 1, 0])
  expect((await room.import(ids[3] ?? '')).unlinkedAgents).toBe(1)
  expect((await room.import(ids[4] ?? '')).unlinkedAgents).toBe(0)
  const contacts = await room.contacts()
  expect(contacts.find(({ reference }) => reference === 'R8')).toMatchObject({
    queue: 'again',
    importId: ids[9],
    agentId: expect.any(String),
  })
  expect(contacts.find(({ reference }) => reference === 'R0')?.queue).toBe('last')
  expect(contacts.find(({ reference }) => reference === 'R3')?.agentId).toBeNull()
  expect(await room.progress()).toEqual([])
  const reports = await room.reports()
  expect(reports.map(({ path }) => path)).toEqual([
    '/reports/calls/calls.2026-04-01T000000Z.OK.json',
    '/reports/calls/calls.2026-04-01T000000Z.OK.txt',
  ])
  const { files, ...shared } = JSON.parse(reports[0]?.body?.toString() ?? '')
  expect(shared).toMatchObject({ verdict: 'OK', folder: '/calls', problems: [], whatToDo: 'Nothing.' })
  expect(files).toHaveLength(FILES + 1)
  expect(files[9]).toMatchObject({
    path: '/calls/f9.csv',
    verdict: 'OK',
    import: { id: ids[9], rowsRead: 1, created: 0, updated: 1, rejectedCsv: null },
  })
  expect(reports[1]?.body?.toString()).toContain(
    '[OK] /calls/f9.csv (66 bytes): 1 = 0 created + 1 updated + 0 unchanged + 0 rejected',
  )
})

test('few files, and the few of a folder among many, have receipts of their own', async () => {
  await using room = await openImportRoom()
  await send(room, [row('A'), row('B')], '/few')
  await room.run()
  expect(await room.reports()).toHaveLength(4)
  await send(
    room,
    Array.from({ length: 20 }, (_, file) => row(`R${file}`)),
    '/many',
  )
  await send(room, [row('C')], '/lone')
  await room.run()
  const paths = (await room.reports()).map(({ path }) => path.replace(/\.20.*Z/, ''))
  expect(paths.filter(path => path.startsWith('/reports/many'))).toHaveLength(2)
  expect(paths.filter(path => path.startsWith('/reports/lone'))).toEqual([
    '/reports/lone/f0.csv.OK.json',
    '/reports/lone/f0.csv.OK.txt',
  ])
})

test('a refused file and one with a rejected row undo no other, and each has its own receipt', async () => {
  await using room = await openImportRoom()
  const bodies = Array.from({ length: FILES }, (_, file) => row(`R${file}`))
  bodies[7] = 'x'
  bodies[20] = row('R20') + row('bad', '')
  bodies[21] = row('R20', 'diane', 'after')
  const ids = await send(room, bodies)
  await room.run()
  for (const [file, id] of ids.entries())
    expect((await room.import(id)).status, `file ${file}`).toBe(file === 7 ? 'REFUSED' : 'COMPLETED')
  expect(await counts(room, ids[20] ?? '')).toEqual(['COMPLETED', 2, 1, 0, 0, 1])
  expect(await counts(room, ids[21] ?? '')).toEqual(['COMPLETED', 1, 0, 1, 0, 0])
  expect(await room.rejections(ids[20] ?? '')).toHaveLength(1)
  const paths = (await room.reports()).map(({ path }) => path)
  expect(paths.some(path => /f7\.csv\..*REFUSED\.json$/.test(path))).toBe(true)
  expect(paths.some(path => /f20\.csv\..*PARTLY\.json$/.test(path))).toBe(true)
  expect((await room.contacts()).find(({ reference }) => reference === 'R20')?.queue).toBe('after')
})

test('evaluated and held contacts, and those a newer file wrote, are left alone by a group as by a file', async () => {
  await using room = await openImportRoom()
  await room.upload('/first.csv', HEADER + ['E', 'H', 'N', 'S'].map(each => row(each)).join(''))
  await room.run()
  await setContact(room, 'E', { evaluatedAt: new Date() })
  await setContact(room, 'H', { holdCount: 1 })
  await setContact(room, 'N', { fileMark: 1_000_000_000 })
  const bodies = Array.from({ length: FILES }, (_, file) => row(`R${file}`))
  const changed = ['E', 'H', 'N'].map(each => row(each, 'diane', 'other')).join('')
  const ids = await send(room, [...bodies, changed + row('S')])
  await room.run()
  expect(await counts(room, ids.at(-1) ?? '')).toEqual(['COMPLETED', 4, 0, 0, 4, 0])
})

test('a row whose contact was deleted on purpose sends its file alone, and the others go together', async () => {
  await using room = await openImportRoom()
  await room.upload('/first.csv', HEADER + row('R10'))
  await room.run()
  await sweep(room, 'R10')
  const ids = await send(
    room,
    Array.from({ length: 2 * FILES }, (_, file) => row(`R${file}`) + row(`S${file}`)),
  )
  await room.run()
  for (const [file, id] of ids.entries())
    expect(await counts(room, id), `file ${file}`).toEqual(
      file === 10 ? ['COMPLETED', 2, 1, 0, 0, 1] : ['COMPLETED', 2, 2, 0, 0, 0],
    )
  expect((await room.contacts()).map(({ reference }) => reference)).not.toContain('R10')
  expect(await transactions(room)).toBeLessThan(8)
})

test('a damaged file is tried again before those after it, and those before it are kept', async () => {
  const bucket = memoryBucket()
  await using room = await openImportRoom({ vaultBucket: bucket })
  const ids = await send(
    room,
    Array.from({ length: FILES }, (_, file) => row(`R${file}`)),
  )
  const [file] = await room.inTenant(tx =>
    tx
      .select({ key: tables.vaultObjects.storageKey })
      .from(tables.uploadedFiles)
      .innerJoin(tables.vaultObjects, eq(tables.vaultObjects.id, tables.uploadedFiles.objectId))
      .where(eq(tables.uploadedFiles.path, '/calls/f25.csv')),
  )
  const bytes = bucket.objects.get(file?.key ?? '')
  bucket.objects.delete(file?.key ?? '')
  await room.run()
  const statuses = async () => (await Promise.all(ids.map(id => room.import(id)))).map(({ status }) => status)
  expect(await statuses()).toEqual(
    ids.map((_, index) => (index < 25 ? 'COMPLETED' : index === 25 ? 'FAILED' : 'QUEUED')),
  )
  expect((await room.import(ids[25] ?? '')).failures).toBe(1)
  if (bytes) bucket.objects.set(file?.key ?? '', bytes)
  room.later(60)
  await room.run()
  expect(new Set(await statuses())).toEqual(new Set(['COMPLETED']))
})

test('a group whose connection is lost keeps nothing; tried again, its counts are exact', async () => {
  await using room = await openImportRoom()
  const ids = await send(
    room,
    Array.from({ length: 300 }, (_, file) => rows(file * 50, 50)),
  )
  const run = room.run()
  while ((await room.progress())[0]?.backendPid == null) await new Promise(resolve => setTimeout(resolve, 2))
  const [progress] = await room.progress()
  await room.database.plain`select pg_terminate_backend(${progress?.backendPid ?? 0}, 1000)`
  await run
  for (const id of ids) {
    expect(await counts(room, id)).toEqual(['COMPLETED', 50, 50, 0, 0, 0])
    expect(await room.import(id)).toMatchObject({ failures: 0, outages: 0 })
  }
  expect(await room.contacts()).toHaveLength(15_000)
  expect(await room.progress()).toEqual([])
})

test('a worker that is stopped gives a group back whole', async () => {
  await using room = await openImportRoom()
  const ids = await send(
    room,
    Array.from({ length: 300 }, (_, file) => rows(file * 50, 50)),
  )
  const stop = new AbortController()
  const run = room.run(stop.signal)
  while ((await room.progress())[0]?.backendPid == null) await new Promise(resolve => setTimeout(resolve, 2))
  stop.abort()
  await run
  for (const id of ids)
    expect(await room.import(id)).toMatchObject({
      status: 'QUEUED',
      claim: null,
      failures: 0,
      startedAt: null,
    })
  expect(await room.contacts()).toEqual([])
  expect(await room.progress()).toEqual([])
})
