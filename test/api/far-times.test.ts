import { afterAll, beforeAll, expect, test } from 'vitest'
import { type ApiRoom, openApiRoom } from './api-room.ts'
import { fillTenant } from './contacts-fixture.ts'

let room: ApiRoom
let own: Awaited<ReturnType<ApiRoom['tenant']>>
beforeAll(async () => {
  room = await openApiRoom()
  own = await room.tenant('Own')
  await fillTenant(room.database, own.tenantId, 3)
})
afterAll(() => room[Symbol.asyncDispose]())

const uses: [string, string][] = [
  [
    'contacts.occurredFrom',
    'query ($at: DateTime!) { tenant { contacts(filter: { occurredFrom: $at }) { totalCount nodes { id } } } }',
  ],
  [
    'auditEvents.since',
    'query ($at: DateTime!) { tenant { auditEvents(filter: { since: $at }) { nodes { id } } } }',
  ],
  [
    'createApiToken.expiresAt',
    'mutation ($at: DateTime!) { createApiToken(name: "far", role: READER, expiresAt: $at) { token apiToken { expiresAt } } }',
  ],
]

test.each(uses)('%s: what is no year of four digits in UTC is BAD_INPUT', async (_, query) => {
  for (const at of ['9999-12-31T23:59:59-05:00', '0001-01-01T00:00:00+14:00', '0000-06-01T00:00:00Z']) {
    const { errors } = await room.ask(own.ADMIN, query, { at })
    expect(errors?.map(({ extensions }) => [at, extensions['code'], extensions['fields']])).toEqual([
      [at, 'BAD_INPUT', [{ path: ['at'], message: expect.stringContaining('years 1 to 9999') as string }]],
    ])
  }
})

test.each(uses)('%s: the last instant and, but for an expiry, the first are taken', async (_, query) => {
  for (const at of ['9999-12-31T23:59:59.999Z', '0001-01-01T00:00:00Z']) {
    const codes = (await room.ask(own.ADMIN, query, { at })).errors?.map(
      ({ extensions }) => extensions['code'],
    )
    expect(codes).toEqual(query.includes('expiresAt') && at.startsWith('0001') ? ['BAD_INPUT'] : undefined)
  }
})

test.each([
  8.64e15,
  -8.64e15,
  Date.parse('+010000-01-01T00:00:00Z'),
  Date.parse('0000-12-31T23:59:59Z'),
  2 ** 53 - 1,
])('a cursor that somebody made up with the time %d is BAD_INPUT', async time => {
  const query = 'query ($after: String!) { tenant { contacts(after: $after) { edges { cursor } } } }'
  const first = await room.data<{ tenant: { contacts: { edges: { cursor: string }[] } } }>(
    own.READER,
    '{ tenant { contacts(first: 1) { edges { cursor } } } }',
  )
  const cursor = first.tenant.contacts.edges[0]?.cursor ?? ''
  const [order, , id] = JSON.parse(Buffer.from(cursor, 'base64url').toString()) as unknown[]
  const after = Buffer.from(JSON.stringify([order, time, id])).toString('base64url')
  const { errors } = await room.ask(own.READER, query, { after })
  expect(errors?.[0]?.extensions).toMatchObject({ code: 'BAD_INPUT', fields: [{ path: ['after'] }] })
})

test('nor is one with a number that no row can have', async () => {
  const after = Buffer.from(JSON.stringify(['row', 2 ** 40])).toString('base64url')
  const query =
    'query ($after: String!) { tenant { imports(first: 1) { nodes { rejections(after: $after) { nodes { row } } } } } }'
  const { errors } = await room.ask(own.READER, query, { after })
  expect(errors?.[0]?.extensions).toMatchObject({ code: 'BAD_INPUT', fields: [{ path: ['after'] }] })
})
