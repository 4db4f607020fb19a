import { afterAll, beforeAll, expect, test } from 'vitest'
import { createStaffToken, revokeStaffToken } from '../../core/access/staff-token.ts'
import { type Answer, type ApiRoom, openApiRoom } from './api-room.ts'

let room: ApiRoom
let own: Awaited<ReturnType<ApiRoom['tenant']>>
beforeAll(async () => {
  room = await openApiRoom()
  own = await room.tenant('Own')
})
afterAll(() => room[Symbol.asyncDispose]())

interface Made {
  createApiToken: { token: string; apiToken: { id: string } }
}
const newAdmin = async () =>
  (
    await room.data<Made>(
      own.ADMIN,
      'mutation { createApiToken(name: "leaked", role: ADMIN) { token apiToken { id } } }',
    )
  ).createApiToken

const trail = async () =>
  (
    await room.data<{ tenant: { auditEvents: { nodes: { action: string; details: { name?: string } }[] } } }>(
      own.ADMIN,
      '{ tenant { auditEvents(first: 5) { nodes { action details } } } }',
    )
  ).tenant.auditEvents.nodes

/** A request whose token is known before its body comes; `meanwhile` happens in between. */
async function askSlowly(token: string, query: string, meanwhile: () => Promise<unknown>): Promise<Answer> {
  const body = new ReadableStream<Uint8Array>(
    {
      async pull(controller) {
        await meanwhile()
        controller.enqueue(Buffer.from(JSON.stringify({ query })))
        controller.close()
      },
    },
    { highWaterMark: 0 },
  )
  const response = await room.handler(
    new Request('http://localhost/graphql', {
      method: 'POST',
      headers: { 'content-type': 'application/json', authorization: `Bearer ${token}` },
      body,
      duplex: 'half',
    } as RequestInit),
  )
  expect(response.status).toBe(200)
  return (await response.json()) as Answer
}

test('what a mutation has still to do is not done once its token is revoked, and makes no heir', async () => {
  const { token, apiToken } = await newAdmin()
  const answer = await room.ask(
    token,
    `mutation {
      before: updateTenant(settings: { name: "Before" }) { id }
      revokeApiToken(id: "${apiToken.id}") { revokedAt }
      heir: createApiToken(name: "heir", role: ADMIN) { token }
      after: updateTenant(settings: { name: "After" }) { id }
    }`,
  )
  expect(answer.errors?.map(({ path, extensions }) => [path?.[0], extensions['code']])).toEqual([
    ['heir', 'UNAUTHENTICATED'],
  ])
  expect(answer.data).toBeNull()
  expect((await trail()).map(({ action }) => action)).toEqual([
    'revokeApiToken',
    'updateTenant',
    'createApiToken',
    'createTenant',
  ])
})

test('a request whose token is revoked while its body comes changes nothing', async () => {
  const { token, apiToken } = await newAdmin()
  const answer = await askSlowly(
    token,
    'mutation { createApiToken(name: "heir", role: ADMIN) { token } }',
    () => room.data(own.ADMIN, `mutation { revokeApiToken(id: "${apiToken.id}") { id } }`),
  )
  expect(answer).toMatchObject({ data: null, errors: [{ extensions: { code: 'UNAUTHENTICATED' } }] })
  expect((await trail()).some(({ details }) => details.name === 'heir')).toBe(false)
})

test('neither does one of staff, for a tenant or for all', async () => {
  for (const query of [
    `mutation { createApiToken(tenantId: "${own.id}", name: "heir", role: ADMIN) { token } }`,
    'mutation { createTenant(input: { name: "Heir", slug: "heir" }) { adminToken { token } } }',
  ]) {
    const { apiToken, token } = await room.database.asStaff(tx =>
      createStaffToken(tx, { name: 'ann' }, new Date()),
    )
    const answer = await askSlowly(token, query, () =>
      room.database.asStaff(tx => revokeStaffToken(tx, apiToken.id, new Date())),
    )
    expect(answer).toMatchObject({ data: null, errors: [{ extensions: { code: 'UNAUTHENTICATED' } }] })
  }
  const rows = await room.database.asStaff(tx => tx.query.tenants.findMany({ where: { slug: 'heir' } }))
  expect(rows).toEqual([])
})
