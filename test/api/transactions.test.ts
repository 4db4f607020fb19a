import { afterAll, beforeAll, expect, test } from 'vitest'
import { type ApiRoom, openApiRoom, STAFF_TOKEN } from './api-room.ts'
import { fillTenant } from './contacts-fixture.ts'

let room: ApiRoom
let own: Awaited<ReturnType<ApiRoom['tenant']>>
beforeAll(async () => {
  room = await openApiRoom()
  own = await room.tenant('Own')
  await fillTenant(room.database, own.tenantId, 20)
})
afterAll(() => room[Symbol.asyncDispose]())

/** Counts the transactions that an operation takes. */
async function counting<T>(work: () => Promise<T>): Promise<{ result: T; begun: number }> {
  let begun = 0
  const { database } = room
  const [asTenant, asStaff] = [database.asTenant.bind(database), database.asStaff.bind(database)]
  database.asTenant = (id, inner) => asTenant(id, tx => (begun++, inner(tx)))
  database.asStaff = inner => asStaff(tx => (begun++, inner(tx)))
  try {
    return { result: await work(), begun }
  } finally {
    Object.assign(database, { asTenant, asStaff })
  }
}

test('a query of many fields is one transaction', async () => {
  await room.data(own.READER, '{ viewer { role } }')
  const { begun } = await counting(() =>
    room.data(
      own.READER,
      '{ viewer { role } tenant { name contacts { totalCount nodes { id import { file { path } } } } agents { totalCount } } }',
    ),
  )
  expect(begun).toBe(1)
})

test('whoever has no token opens none', async () => {
  const { begun } = await counting(() => room.ask(undefined, '{ viewer { role } __typename }'))
  expect(begun).toBe(0)
})

test('far more operations at once than there are connections: all are answered, none waits for itself', async () => {
  const name = (n: number) => `parallel-${n}`
  const answers = await Promise.all([
    ...Array.from({ length: 80 }, () =>
      room.ask(own.READER, '{ tenant { contacts { nodes { agent { name } } } } }'),
    ),
    ...Array.from({ length: 40 }, (_, n) =>
      room.ask(
        n % 2 ? STAFF_TOKEN : own.ADMIN,
        'mutation ($agents: [AgentInput!]!, $tenantId: ID) { upsertAgents(agents: $agents, tenantId: $tenantId) { name aliases contactCount } }',
        { agents: [{ name: name(n), username: name(n) }], ...(n % 2 ? { tenantId: own.id } : {}) },
      ),
    ),
  ])
  expect(answers.filter(answer => answer.errors)).toEqual([])
  const { default: postgres } = await import('postgres')
  const superuser = postgres(room.db.superuserUrl, { max: 1 })
  const [row] = await superuser`select count(*)::int as open from pg_stat_activity
    where datname = current_database() and state like 'idle in transaction%'`
  await superuser.end()
  expect(row?.['open']).toBe(0)
})
