import { afterAll, beforeAll, expect, test } from 'vitest'
import { fileProblem } from '../../core/imports/problem.ts'
import { lastFileAt } from '../../core/tenants/health.ts'
import { openProblems } from '../../core/tenants/open-problems.ts'
import { tables } from '../../db/db.ts'
import { createTestDatabase, type TestDatabase } from '../support/database.ts'

let room: TestDatabase
beforeAll(async () => {
  room = await createTestDatabase()
})
afterAll(() => room[Symbol.asyncDispose]())

type FileValues = Omit<typeof tables.uploadedFiles.$inferInsert, 'tenantId'>
type ImportValues = Partial<typeof tables.imports.$inferInsert>

async function newTenant() {
  const tenantId = await room.createTenant()
  const file = (values: FileValues) =>
    room.database.asTenant(tenantId, async tx => {
      const [row] = await tx
        .insert(tables.uploadedFiles)
        .values({ ...values, tenantId })
        .returning()
      return row?.id ?? ''
    })
  return {
    tenantId,
    stored: (path: string, more: Partial<FileValues> = {}) =>
      file({ path, kind: 'OTHER', status: 'STORED', listed: true, storedAt: new Date(), ...more }),
    dropped: (path: string, reason = 'The connection was lost.') =>
      file({ path, kind: 'OTHER', status: 'INCOMPLETE', reason }),
    imported: async (path: string, values: ImportValues) => {
      const fileId = await file({ path, kind: 'CONTACTS', status: 'STORED', storedAt: new Date() })
      await room.database.asTenant(tenantId, tx =>
        tx.insert(tables.imports).values({ tenantId, fileId, path, ...values }),
      )
    },
    template: (filePattern: string) =>
      room.database.asTenant(tenantId, tx =>
        tx.insert(tables.columnTemplates).values({
          tenantId,
          lineage: crypto.randomUUID(),
          name: filePattern,
          filePattern,
          dialect: {},
          columns: [],
          agentKey: 'USERNAME',
          timeZone: 'UTC',
          ambiguousTime: 'EARLIER',
          extraColumns: 'KEEP',
          existingContact: 'UPDATE',
          maxRejectedShare: 0.5,
        }),
      ),
    problems: async (days = 0) => {
      const now = new Date(Date.now() + days * 86_400_000)
      const found = await room.database.asTenant(tenantId, tx => openProblems(tx, tenantId, now))
      return found.map(({ code, message, details }) => ({ code, message, path: details?.['path'] }))
    },
  }
}

const refused = (code: 'EMPTY' | 'NO_ROWS' | 'NOT_CSV') => ({
  status: 'REFUSED' as const,
  failure: { ...fileProblem(code, 'Words.') },
})

test.each([
  '/in/x.csv.filepart',
  '/in/x.csv.part',
  '/in/x.csv.TMP',
  '/in/x.csv.partial',
  '/in/.x.csv',
  '/in/x.csv',
])('an upload dropped as %s is made good by a later x.csv', async name => {
  const { dropped, stored, problems } = await newTenant()
  await dropped(name)
  await stored('/in/other.wav')
  expect(await problems()).toMatchObject([{ code: 'UPLOAD_INCOMPLETE', path: name }])
  await stored('/in/x.csv', { kind: 'CONTACTS' })
  expect(await problems()).toEqual([])
})

test('an upload that was dropped says once that it is to be sent again', async () => {
  const { dropped, problems } = await newTenant()
  await dropped('/a.csv', 'It could not be stored; send it again.')
  await dropped('/b.csv')
  expect((await problems()).map(problem => problem.message)).toEqual([
    '/b.csv is not whole, and nothing of it was imported: The connection was lost. Send it again.',
    '/a.csv is not whole, and nothing of it was imported: It could not be stored; send it again.',
  ])
})

test('a quiet day ends with the next import of its folder, another refusal does not', async () => {
  const { imported, problems } = await newTenant()
  await imported('/nightly/05-01.csv', refused('NO_ROWS'))
  await imported('/nightly/05-02.csv', refused('EMPTY'))
  await imported('/nightly/05-03.csv', refused('NOT_CSV'))
  await imported('/elsewhere/05-03.csv', { status: 'COMPLETED' })
  expect(await problems()).toHaveLength(3)
  await imported('/nightly/05-04.csv', { status: 'COMPLETED' })
  expect(await problems()).toMatchObject([{ code: 'NOT_CSV' }])
})

test('a file is without a template until one names it', async () => {
  const { stored, template, problems } = await newTenant()
  await stored('/odd/calls.csv')
  expect(await problems()).toMatchObject([{ code: 'NO_TEMPLATE', path: '/odd/calls.csv' }])
  await template('/odd/*.csv')
  expect(await problems()).toEqual([])
})

test('what a sender left is told for seven days, a fault of ours until it is made good', async () => {
  const { imported, stored, dropped, problems } = await newTenant()
  await imported('/in/refused.csv', refused('NOT_CSV'))
  await imported('/in/aside.csv', { status: 'FAILED', setAsideAt: new Date() })
  await stored('/odd.csv')
  await dropped('/half.csv')
  expect((await problems(6)).map(problem => problem.code)).toEqual([
    'IMPORT_SET_ASIDE',
    'NOT_CSV',
    'NO_TEMPLATE',
    'UPLOAD_INCOMPLETE',
  ])
  expect((await problems(8)).map(problem => problem.code)).toEqual(['IMPORT_SET_ASIDE'])
  await imported('/in/aside.csv', { status: 'COMPLETED' })
  expect(await problems(8)).toEqual([])
})

test('the last file is the one stored last, not the one begun last', async () => {
  const { tenantId, stored } = await newTenant()
  const last = new Date('2026-05-01T03:00:00Z')
  await stored('/large.wav', { storedAt: last })
  await stored('/small.wav', { storedAt: new Date('2026-05-01T02:00:00Z') })
  expect(await room.database.asTenant(tenantId, tx => lastFileAt(tx, tenantId))).toEqual(last)
})
