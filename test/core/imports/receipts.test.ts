import { eq } from 'drizzle-orm'
import { expect, test } from 'vitest'
import { checkedPath } from '../../../core/files/paths.ts'
import type { Problem } from '../../../core/imports/problem.ts'
import { writeIgnoredReceipt } from '../../../core/receipts/ignored-file.ts'
import { receiptText } from '../../../core/receipts/receipt-text.ts'
import { tables } from '../../../db/db.ts'
import { HEADER, row } from '../../support/contact-files.ts'
import { openImportRoom } from './import-room.ts'

const bad = 'B,diane,never,sales,1\n'

test('a receipt adds up, bears its verdict in its name, and brings the rejected rows', async () => {
  await using room = await openImportRoom()
  await room.addAgent('diane')
  const body = HEADER + row('A') + bad + row('C', 'nobody') + row('D', 'Nobody ') + row('E', 'anna')
  const id = await room.upload('/night/calls.csv', body)
  await room.run()
  const reports = await room.reports()
  expect(reports.map(report => report.path)).toEqual([
    '/reports/night/calls.csv.2026-04-01T000000Z.PARTLY.json',
    '/reports/night/calls.csv.2026-04-01T000000Z.PARTLY.rejected.csv',
    '/reports/night/calls.csv.2026-04-01T000000Z.PARTLY.txt',
  ])
  const [json, csv, text] = reports
  expect(JSON.parse(json?.body?.toString() ?? '')).toMatchObject({
    verdict: 'PARTLY',
    file: { path: '/night/calls.csv', size: body.length },
    import: {
      id,
      rowsRead: 5,
      created: 4,
      updated: 0,
      unchanged: 0,
      rejected: 1,
      unlinkedAgents: 2,
      template: {
        name: 'small',
        version: 1,
      },
      rejectedCsv: 'calls.csv.2026-04-01T000000Z.PARTLY.rejected.csv',
    },
    failure: null,
    problems: [{ code: 'BAD_DATE', details: { count: 1 } }],
  })
  const lines = text?.body?.toString().split('\r\n') ?? []
  expect(lines).toHaveLength(12)
  expect(lines[0]).toBe('Verdict: PARTLY')
  expect(lines[5]).toBe('Rows: 5 = 4 created + 0 updated + 0 unchanged + 1 rejected')
  expect(lines[7]).toBe('Problems:')
  expect(lines[8]).toMatch(/^ {2}- \[BAD_DATE\] 1 row was rejected for column "at"\. For example row 2: /)
  expect(await room.readObject(csv?.objectId ?? '')).toContain('B,diane,never,sales,1,')
  expect(csv?.size).toBe((await room.readObject(csv?.objectId ?? '')).length)
})

test('rejected rows, corrected and sent again as they are, become contacts', async () => {
  await using room = await openImportRoom()
  const id = await room.upload(
    '/calls.csv',
    HEADER + row('A') + row('C') + `"B ""x"", y",diane,never,"s\nt",1\n`,
  )
  await room.run()
  const csv = await room.readObject((await room.import(id)).rejectedCsvId ?? '')
  const again = await room.upload('/corrected.csv', csv.replace('never', '2026-03-02T10:00:00+01:00'))
  await room.run()
  expect(await room.import(again)).toMatchObject({
    status: 'COMPLETED',
    rowsRead: 1,
    created: 1,
    rejected: 0,
  })
  expect((await room.contacts())[1]).toMatchObject({ reference: 'B "x", y', queue: 's\nt', metadata: {} })
  expect((await room.reports()).at(-1)?.path).toMatch(/corrected.csv.*OK.txt$/)
})

test('two receipts of one file in one second have names of their own, in order', async () => {
  await using room = await openImportRoom()
  await room.upload('/a.csv', HEADER + row('A'))
  await room.upload('/a.csv', HEADER + row('A'))
  await room.upload('/a.csv.b', 'not read')
  await room.run()
  expect((await room.reports()).filter(each => each.path.endsWith('.json')).map(each => each.path)).toEqual([
    '/reports/a.csv.2026-04-01T000000Z.OK.json',
    '/reports/a.csv.2026-04-01T000001Z.OK.json',
    '/reports/a.csv.b.2026-04-01T000000Z.REFUSED.json',
  ])
})

test('a CSV that no template names gets a receipt that says which names are read', async () => {
  await using room = await openImportRoom()
  const id = await room.upload('/other.txt', 'x')
  const { fileId } = await room.import(id)
  await room.inTenant(tx =>
    tx.update(tables.uploadedFiles).set({ kind: 'OTHER' }).where(eq(tables.uploadedFiles.id, fileId)),
  )
  await room.inTenant(tx => writeIgnoredReceipt(tx, room.tenantId, fileId, room.now))
  const [json, text] = await room.reports()
  expect(json?.path).toBe('/reports/other.txt.2026-04-01T000000Z.IGNORED.json')
  expect(JSON.parse(json?.body?.toString() ?? '')).toMatchObject({
    verdict: 'IGNORED',
    import: null,
    problems: [{ code: 'NO_TEMPLATE', details: { patterns: ['/**/*.csv'] } }],
  })
  expect(text?.body?.toString()).toContain('/**/*.csv')
})

test('the receipt of a file with a very long name is in its folder and can be fetched', async () => {
  await using room = await openImportRoom()
  const name = `${'ü😀'.repeat(40)}abcdefg.csv`
  expect(Buffer.byteLength(name)).toBeGreaterThan(250)
  await room.upload(`/in/${name}`, HEADER + row('A') + bad)
  await room.upload(`/in/${name}`, HEADER + row('A') + bad)
  const deep = `/${Array.from({ length: 16 }, () => 'd'.repeat(250)).join('/')}/${'n'.repeat(60)}.csv`
  await room.upload(deep, HEADER + row('B'))
  await room.run()
  const paths = (await room.reports()).map(report => report.path)
  expect(new Set(paths).size).toBe(8)
  for (const path of paths) expect(checkedPath(path)).toBe(path)
  expect(paths.filter(path => path.startsWith('/reports/in/ü😀ü😀')).length).toBe(6)
  expect(paths.join('')).not.toContain('\ufffd')
})

test('a quiet day asks nobody to correct anything', async () => {
  await using room = await openImportRoom()
  await room.upload('/a.csv', HEADER)
  await room.run()
  const [, text] = await room.reports()
  expect(text?.body?.toString()).toContain('What to do: Nothing, if the day was quiet')
})

test('each problem has a line of its own in the text, with what its first row looked like and what to do', () => {
  const problem = (message: string): Problem => ({
    code: 'BAD_DATE',
    message,
    whoseMove: 'SENDER',
    row: 1,
    column: 1,
    details: null,
  })
  const file = { id: 'f', path: '/a.csv', size: 1, receivedAt: null }
  const problems = [
    problem('1 row was rejected. For example row 1: short'),
    problem('2 rows were rejected. For example row 1: "x" is no date. Correct it.'),
    ...Array.from({ length: 23 }, () => problem('a\r\nb')),
  ]
  const text = receiptText({
    verdict: 'PARTLY',
    whatToDo: 'Nothing.',
    file,
    import: null,
    failure: null,
    problems,
  })
  const lines = text.split('\r\n')
  expect(lines.slice(7, 11)).toEqual([
    'Problems:',
    '  - [BAD_DATE] 1 row was rejected. For example row 1: short',
    '  - [BAD_DATE] 2 rows were rejected. For example row 1: "x" is no date. Correct it.',
    '  - [BAD_DATE] a b',
  ])
  expect(lines).toContain('  - and 5 more, in the JSON receipt')
  expect(text.replaceAll('\r\n', '')).not.toMatch(/[\r\n]/)
})
