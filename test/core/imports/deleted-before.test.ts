import { expect, test } from 'vitest'
import type { Problem } from '../../../core/imports/problem.ts'
import { bury } from '../../../core/retention/tombstones.ts'
import { openDatabase, tables } from '../../../db/db.ts'
import { HEADER, row, rows, smallTemplate } from '../../support/contact-files.ts'
import { sweep } from '../../support/sweep.ts'
import { type ImportRoom, openImportRoom } from './import-room.ts'

const { tombstones } = tables
const bad = (reference: string) => `${reference},diane,never,sales,1\n`

const references = async (room: ImportRoom) => (await room.contacts()).map(each => each.reference)
const told = async (room: ImportRoom, id: string) =>
  (await room.rejections(id)).map(each => [each.row, each.column, each.value, each.code])
const seen = (room: ImportRoom) =>
  room
    .inTenant(tx => tx.select({ at: tombstones.seenAt }).from(tombstones))
    .then(all => all.map(({ at }) => at))

test('what was deleted on purpose does not come back by being sent again, and its sender has nothing to do', async () => {
  await using room = await openImportRoom()
  await room.addAgent('diane')
  const body = HEADER + row('A') + row('B', 'nobody') + row('C')
  await room.upload('/a.csv', body)
  await room.run()
  await sweep(room, 'A', 'B')
  room.later(3600)
  const id = await room.upload('/b.csv', body)
  await room.run()
  const counts = { rowsRead: 3, created: 0, updated: 0, unchanged: 1, rejected: 2, unlinkedAgents: 0 }
  expect(await room.import(id)).toMatchObject({ status: 'COMPLETED', ...counts, rejectedCsvId: null })
  expect(await references(room)).toEqual(['C'])
  expect(await told(room, id)).toEqual([
    [1, null, null, 'DELETED_BEFORE'],
    [2, null, null, 'DELETED_BEFORE'],
  ])
  const [json, text, ...more] = (await room.reports()).filter(report => report.path.startsWith('/reports/b.'))
  expect(more).toEqual([])
  expect(json?.path).toMatch(/\.OK\.json$/)
  const receipt = JSON.parse(json?.body?.toString() ?? '')
  expect(receipt).toMatchObject({
    verdict: 'OK',
    import: { rejected: 2, deletedBefore: 2, rejectedCsv: null },
    problems: [{ code: 'DELETED_BEFORE', row: 1, details: { count: 2, examples: [{ row: 1 }, { row: 2 }] } }],
  })
  expect(JSON.stringify(receipt.problems)).not.toMatch(/\b[AB]\b|diane|nobody/)
  const lines = text?.body?.toString() ?? ''
  expect(lines).toContain('1 unchanged + 2 rejected (2 of them deleted here before)')
  expect(lines).toContain(
    '[DELETED_BEFORE] 2 rows were not imported: their contacts were deleted here on purpose',
  )
  expect(lines).toContain('What to do: Nothing: the rejected rows were deleted here on purpose')
})

test('each re-sent row renews the memory, and only forward', async () => {
  await using room = await openImportRoom()
  await sweep(room, 'A')
  const [before] = await seen(room)
  room.later(86_400)
  await room.upload('/a.csv', HEADER + row('A'))
  await room.run()
  expect(await seen(room)).toEqual([new Date((before?.getTime() ?? 0) + 86_400_000)])
  room.later(-90_000)
  await room.upload('/a.csv', HEADER + row('A') + row('B'))
  await room.run()
  expect(await seen(room)).toEqual([new Date((before?.getTime() ?? 0) + 86_400_000)])
})

test.each(['UPDATE', 'SKIP'] as const)(
  'of a reference that was deleted all rows are rejected, also those that another one supersedes, under %s',
  async existingContact => {
    await using room = await openImportRoom({ templates: [{ ...smallTemplate, existingContact }] })
    await sweep(room, 'A')
    const again = [row('A', 'x', 'one'), row('A', 'x', 'two'), row('A', 'x', 'two')]
    const others = [row('B', 'x', 'one'), row('B', 'x', 'two'), row('B', 'x', 'two')]
    const [a1, a2, a3] = again
    const [b1, b2, b3] = others
    const id = await room.upload('/a.csv', [HEADER, a1, b1, a2, b2, b3, a3].join(''))
    await room.run()
    const rest = existingContact === 'SKIP' ? { updated: 0, unchanged: 2 } : { updated: 1, unchanged: 1 }
    expect(await room.import(id)).toMatchObject({ rowsRead: 6, created: 1, rejected: 3, ...rest })
    expect((await told(room, id)).map(([number]) => number)).toEqual([1, 3, 6])
    expect(await references(room)).toEqual(['B'])
  },
)

test('rows to correct and rows that were deleted stand in the order of the file; only the former are to be corrected', async () => {
  await using room = await openImportRoom({ templates: [{ ...smallTemplate, maxRejectedShare: 0.5 }] })
  await sweep(room, 'A', 'C', 'E')
  const id = await room.upload(
    '/a.csv',
    HEADER + row('A') + bad('B') + row('C') + row('D') + row('E') + bad('F'),
  )
  await room.run()
  expect(await room.import(id)).toMatchObject({ status: 'COMPLETED', rowsRead: 6, created: 1, rejected: 5 })
  expect((await told(room, id)).map(([number, , , code]) => [number, code])).toEqual([
    [1, 'DELETED_BEFORE'],
    [2, 'BAD_DATE'],
    [3, 'DELETED_BEFORE'],
    [5, 'DELETED_BEFORE'],
    [6, 'BAD_DATE'],
  ])
  const csv = await room.readObject((await room.import(id)).rejectedCsvId ?? '')
  expect(csv.split('\n').map(line => line.split(',')[0])).toEqual(['ref', 'B', 'F', ''])
  const problems = (await room.import(id)).problems as unknown as Problem[]
  expect(problems.map(({ code }) => code)).toEqual(['DELETED_BEFORE', 'BAD_DATE'])
  const [report] = (await room.reports()).map(each => each.path)
  expect(report).toContain('.PARTLY.')
})

test('rows that were deleted before refuse no file, however many they are', async () => {
  await using room = await openImportRoom({ templates: [{ ...smallTemplate, maxRejectedShare: 0 }] })
  await sweep(room, 'A', 'B', 'C')
  const id = await room.upload('/a.csv', HEADER + row('A') + row('B') + row('C'))
  await room.run()
  expect(await room.import(id)).toMatchObject({ status: 'COMPLETED', rowsRead: 3, rejected: 3 })
})

test('the first ten thousand rejections of a file are kept, whatever their reasons', async () => {
  await using room = await openImportRoom()
  await sweep(room, ...Array.from({ length: 12_000 }, (_, index) => `R${index}`))
  const id = await room.upload(
    '/a.csv',
    `${HEADER}${bad('X')}${rows(0, 12_000)}${bad('Y')}${rows(20_000, 5)}`,
  )
  await room.run()
  expect(await room.import(id)).toMatchObject({ rowsRead: 12_007, created: 5, rejected: 12_002 })
  const kept = await told(room, id)
  expect(kept.length).toBe(10_000)
  expect(kept.map(([number]) => number)).toEqual(Array.from({ length: 10_000 }, (_, index) => index + 1))
  expect(kept.at(0)?.[3]).toBe('BAD_DATE')
})

test("another tenant's memory is another tenant's", async () => {
  await using room = await openImportRoom()
  await using other = await openImportRoom()
  await sweep(other, 'A')
  const hashes = await room.vault.hashes.of(room.tenantId)
  await other.inTenant(tx => bury(tx, other.tenantId, 'REFERENCE', [hashes.reference('A')]))
  const id = await room.upload('/a.csv', HEADER + row('A'))
  await room.run()
  expect(await room.import(id)).toMatchObject({ created: 1, rejected: 0 })
})

test('the memory is found by its own index, also where the statistics know nothing of it', async () => {
  await using room = await openImportRoom()
  await sweep(room, ...Array.from({ length: 3_000 }, (_, index) => `R${index}`))
  const scans = async () => {
    const found = await room.inTenant(tx =>
      tx.$client.unsafe<{ name: string; scans: number }[]>(`
        select indexrelname as name, idx_scan::int as scans from pg_stat_user_indexes where relname = 'tombstones'
        union all select relname, seq_scan::int from pg_stat_user_tables where relname = 'tombstones'`),
    )
    return Object.fromEntries(found.map(each => [each.name, each.scans]))
  }
  // A connection tells of its scans once it is closed.
  const running = openDatabase(room.test.databaseUrl, { applicationName: 'imports', max: 1 })
  const before = await scans()
  await room.upload('/a.csv', HEADER + rows(2_000, 2_000))
  await room.run(new AbortController().signal, { imports: running })
  await running.close()
  const after = await scans()
  expect(after['tombstones']).toBe(before['tombstones'])
  expect(after['tombstones_seen']).toBe(before['tombstones_seen'])
  expect(after['tombstones_pkey']).toBeGreaterThan(before['tombstones_pkey'] ?? 0)
})
