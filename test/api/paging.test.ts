import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { type ApiRoom, openApiRoom } from './api-room.ts'
import { fillTenant } from './contacts-fixture.ts'

let room: ApiRoom
let own: Awaited<ReturnType<ApiRoom['tenant']>>
let rows: Awaited<ReturnType<typeof fillTenant>>
beforeAll(async () => {
  room = await openApiRoom()
  own = await room.tenant('Own')
  rows = await fillTenant(room.database, own.tenantId, 23)
})
afterAll(() => room[Symbol.asyncDispose]())

interface Contacts {
  nodes: { reference: string }[]
  edges: { cursor: string; node: { reference: string } }[]
  pageInfo: { hasNextPage: boolean; hasPreviousPage: boolean; startCursor: string; endCursor: string }
  totalCount: number
}

const query = `query ($first: Int, $last: Int, $after: String, $before: String, $orderBy: ContactOrder, $filter: ContactFilter) {
  tenant { contacts(first: $first, last: $last, after: $after, before: $before, orderBy: $orderBy, filter: $filter) {
    nodes { reference } edges { cursor node { reference } }
    pageInfo { hasNextPage hasPreviousPage startCursor endCursor } totalCount } } }`

const page = async (variables: Record<string, unknown>) =>
  (await room.data<{ tenant: { contacts: Contacts } }>(own.READER, query, variables)).tenant.contacts

const newest = Array.from({ length: 23 }, (_, n) => `r-${22 - n}`)

describe.each([
  ['OCCURRED_AT_DESC', newest],
  ['OCCURRED_AT_ASC', newest.toReversed()],
])('%s', (orderBy, expected) => {
  test('forwards, page by page, nothing twice and nothing left out', async () => {
    const seen: string[] = []
    for (let after: string | null = null, more = true; more; ) {
      const { nodes, edges, pageInfo, totalCount } = await page({ first: 5, after, orderBy })
      expect(edges.map(edge => edge.node)).toEqual(nodes)
      expect(pageInfo.hasPreviousPage).toBe(after !== null)
      expect(totalCount).toBe(23)
      seen.push(...nodes.map(node => node.reference))
      after = pageInfo.endCursor
      more = pageInfo.hasNextPage
    }
    expect(seen).toEqual(expected)
  })

  test('backwards, from the end to the beginning', async () => {
    const seen: string[] = []
    for (let before: string | null = null, more = true; more; ) {
      const { nodes, pageInfo } = await page({ last: 5, before, orderBy })
      expect(pageInfo.hasNextPage).toBe(before !== null)
      seen.unshift(...nodes.map(node => node.reference))
      before = pageInfo.startCursor
      more = pageInfo.hasPreviousPage
    }
    expect(seen).toEqual(expected)
  })
})

test('rows of one instant keep their places', async () => {
  // All were imported in one statement, at one time.
  const seen: string[] = []
  for (let after: string | null = null, more = true; more; ) {
    const { nodes, pageInfo } = await page({ first: 4, after, orderBy: 'IMPORTED_AT_ASC' })
    seen.push(...nodes.map(node => node.reference))
    after = pageInfo.endCursor
    more = pageInfo.hasNextPage
  }
  expect(new Set(seen).size).toBe(23)
  expect(seen).toHaveLength(23)
})

test('between two places, from either side', async () => {
  const all = await page({ first: 23 })
  const [after, before] = [all.edges[2]?.cursor, all.edges[9]?.cursor]
  const forwards = await page({ first: 3, after, before })
  expect(forwards.nodes.map(node => node.reference)).toEqual(newest.slice(3, 6))
  const backwards = await page({ last: 3, after, before })
  expect(backwards.nodes.map(node => node.reference)).toEqual(newest.slice(6, 9))
})

test.each([
  [{ first: 201 }, 'first'],
  [{ last: 201 }, 'last'],
  [{ first: -1 }, 'first'],
  [{ first: 1, last: 1 }, 'last'],
  [{ after: 'nonsense' }, 'after'],
  [{ before: Buffer.from('["id","x"]').toString('base64url') }, 'before'],
])('%j is BAD_INPUT', async (variables, argument) => {
  const { errors } = await room.ask(own.READER, query, variables)
  expect(errors?.[0]?.extensions).toMatchObject({ code: 'BAD_INPUT', fields: [{ path: [argument] }] })
})

test('a cursor of another order is BAD_INPUT instead of a wrong page', async () => {
  const { pageInfo } = await page({ first: 1 })
  const { errors } = await room.ask(own.READER, query, {
    after: pageInfo.endCursor,
    orderBy: 'IMPORTED_AT_DESC',
  })
  expect(errors?.[0]?.extensions['code']).toBe('BAD_INPUT')
})

test('a page of none tells whether there is more', async () => {
  const { nodes, pageInfo } = await page({ first: 0 })
  expect([nodes, pageInfo.hasNextPage]).toEqual([[], true])
})

test('50 when nothing is said', async () => {
  const other = await room.tenant('Many')
  await fillTenant(room.database, other.tenantId, 60)
  const { tenant } = await room.data<{ tenant: { contacts: Contacts } }>(other.READER, query)
  expect(tenant.contacts.nodes).toHaveLength(50)
})

describe('filters', () => {
  const filtered = async (filter: Record<string, unknown>) =>
    (await page({ first: 100, filter, orderBy: 'OCCURRED_AT_ASC' })).nodes.map(node => node.reference)

  test('by time, the beginning counts and the end does not', async () => {
    const span = { occurredFrom: '2026-01-01T00:03:00Z', occurredTo: '2026-01-01T01:05:00+01:00' }
    expect(await filtered(span)).toEqual(['r-3', 'r-4'])
  })

  test("by a day of the tenant's own", async () => {
    expect(await filtered({ occurredOn: '2026-01-01' })).toHaveLength(23)
    await room.data(own.ADMIN, 'mutation { updateTenant(settings: { timeZone: "America/New_York" }) { id } }')
    expect(await filtered({ occurredOn: '2026-01-01' })).toHaveLength(0)
    expect(await filtered({ occurredOn: '2025-12-31' })).toHaveLength(23)
  })

  test('by agent, link, import, references and words', async () => {
    const agentId = room.nodeId('Agent', rows.agents[1]?.id ?? '')
    expect(await filtered({ agentId, durationMax: 9 })).toEqual(['r-1', 'r-5', 'r-9'])
    expect(await filtered({ linked: false, durationMin: 8 })).toEqual(['r-11', 'r-15', 'r-19'])
    expect(await filtered({ importId: room.nodeId('Import', rows.run.id), queue: ['sales'] })).toHaveLength(
      11,
    )
    expect(await filtered({ references: ['r-7', 'none', 'r-2'] })).toEqual(['r-2', 'r-7'])
    expect(await filtered({ queue: [] })).toEqual([])
    expect(await filtered({ importedFrom: '2020-01-01T00:00:00Z' })).toHaveLength(23)
    expect(await filtered({ importedTo: '2020-01-01T00:00:00Z' })).toEqual([])
  })
})
