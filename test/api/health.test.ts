import { afterAll, beforeAll, expect, test } from 'vitest'
import { tables } from '../../db/db.ts'
import { type ApiRoom, openApiRoom } from './api-room.ts'

let room: ApiRoom
beforeAll(async () => {
  room = await openApiRoom()
})
afterAll(() => room[Symbol.asyncDispose]())

type Status = 'COMPLETED' | 'REFUSED' | 'FAILED'

async function tenantWith(name: string) {
  const tenant = await room.tenant(name)
  const { tenantId } = tenant
  const add = (
    values: Omit<typeof tables.uploadedFiles.$inferInsert, 'tenantId'>,
    status?: Status,
    more = {},
  ) =>
    room.database.asTenant(tenantId, async tx => {
      const [file] = await tx
        .insert(tables.uploadedFiles)
        .values({ ...values, tenantId })
        .returning()
      if (status)
        await tx
          .insert(tables.imports)
          .values({ tenantId, fileId: file?.id ?? '', path: values.path, status, ...more })
    })
  const health = async () =>
    (
      await room.data<{
        tenant: { health: { openProblems: { code: string; whoseMove: string; message: string }[] } }
      }>(
        tenant.READER,
        '{ tenant { health { lastFileAt lastRowAt lastImport { status rowsRead } openProblems { code whoseMove message details } } } }',
      )
    ).tenant.health
  return { ...tenant, add, health }
}

const stored = { status: 'STORED' as const, listed: true, storedAt: new Date('2026-05-01T01:00:00Z') }

test('of a tenant that nobody sent anything is quiet', async () => {
  const { health } = await tenantWith('Quiet')
  expect(await health()).toEqual({ lastFileAt: null, lastRowAt: null, lastImport: null, openProblems: [] })
})

test('two times: a night that brought a file and no row moves one of them', async () => {
  const { add, health } = await tenantWith('Empty')
  const row = { rowsRead: 3, created: 3, finishedAt: new Date('2026-04-30T01:00:00Z') }
  await add({ path: '/a.csv', kind: 'CONTACTS', ...stored }, 'COMPLETED', row)
  const failure = {
    code: 'NO_ROWS',
    message: 'The file has a header only.',
    whoseMove: 'SENDER',
    row: null,
    column: null,
    details: null,
  }
  await add({ path: '/b.csv', kind: 'CONTACTS', ...stored }, 'REFUSED', { failure, finishedAt: new Date() })
  expect(await health()).toMatchObject({
    lastFileAt: '2026-05-01T01:00:00.000Z',
    lastRowAt: '2026-04-30T01:00:00.000Z',
    lastImport: { status: 'REFUSED', rowsRead: 0 },
    openProblems: [{ code: 'NO_ROWS', whoseMove: 'SENDER', details: { path: '/b.csv' } }],
  })
})

test('a refusal stands until the same path succeeds, and only the newest is told', async () => {
  const { add, health } = await tenantWith('Again')
  const failure = {
    code: 'EMPTY',
    message: 'Empty.',
    whoseMove: 'SENDER',
    row: null,
    column: null,
    details: null,
  }
  await add({ path: '/a.csv', kind: 'CONTACTS', ...stored, listed: false }, 'REFUSED', { failure })
  await add({ path: '/a.csv', kind: 'CONTACTS', ...stored, listed: false }, 'REFUSED', { failure })
  expect((await health()).openProblems).toHaveLength(1)
  await add({ path: '/a.csv', kind: 'CONTACTS', ...stored }, 'COMPLETED')
  expect((await health()).openProblems).toEqual([])
})

test('set aside, no template, dropped: each says whose move it is', async () => {
  const { add, health } = await tenantWith('Trouble')
  await add({ path: '/c.csv', kind: 'CONTACTS', ...stored }, 'FAILED', { setAsideAt: new Date() })
  await add({ path: '/d.csv', kind: 'CONTACTS', ...stored }, 'FAILED')
  await add({ path: '/odd/x.CSV', kind: 'OTHER', ...stored })
  await add({ path: '/odd/readme.txt', kind: 'OTHER', ...stored })
  await add({
    path: '/e.csv',
    kind: 'CONTACTS',
    status: 'INCOMPLETE',
    size: 5,
    reason: 'The connection was lost.',
  })
  await add({ path: '/f.csv', kind: 'CONTACTS', status: 'INCOMPLETE', reason: 'The connection was lost.' })
  await add({ path: '/f.csv', kind: 'OTHER', ...stored })
  const problems = (await health()).openProblems.map(({ code, whoseMove }) => `${code} ${whoseMove}`)
  expect(problems).toEqual([
    'IMPORT_FAILED OURS',
    'IMPORT_SET_ASIDE STAFF',
    'NO_TEMPLATE ADMIN',
    'NO_TEMPLATE ADMIN',
    'UPLOAD_INCOMPLETE SENDER',
  ])
})
