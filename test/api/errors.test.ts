import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { type Answer, type ApiRoom, openApiRoom, STAFF_TOKEN } from './api-room.ts'

let room: ApiRoom
let own: Awaited<ReturnType<ApiRoom['tenant']>>
beforeAll(async () => {
  room = await openApiRoom()
  own = await room.tenant('Own')
})
afterAll(() => room[Symbol.asyncDispose]())

const GRAPHQL = { accept: 'application/graphql-response+json' }

async function refused(body: unknown, token?: string, headers: Record<string, string> = GRAPHQL) {
  const response = await room.post(body, token, headers)
  const answer = (await response.json()) as Answer
  return { response, status: response.status, error: answer.errors?.[0], answer }
}

test('no JSON, no query, no GraphQL and no such field are BAD_INPUT', async () => {
  for (const body of ['{', '{}', { query: '{' }, { query: '{ nothing }' }, { query: '{ viewer }' }]) {
    const { status, error } = await refused(body, own.ADMIN)
    expect([status, error?.extensions['code']]).toEqual([400, 'BAD_INPUT'])
    expect(error?.extensions['fields']).toEqual([])
  }
})

test('a variable of the wrong kind is BAD_INPUT and says where', async () => {
  const query = 'mutation ($agents: [AgentInput!]!) { upsertAgents(agents: $agents) { id } }'
  const { status, error } = await refused(
    { query, variables: { agents: [{ name: 'a' }, { name: 5 }] } },
    own.ADMIN,
  )
  expect(status).toBe(400)
  expect(error?.extensions).toEqual({
    code: 'BAD_INPUT',
    fields: [{ path: ['agents', '1', 'name'], message: expect.stringContaining('String') }],
  })
})

test('a refused input is BAD_INPUT with its paths, and 200 since it ran', async () => {
  const query =
    'mutation { createTenant(input: { name: " ", slug: "Ä", timeZone: "Mars/Base" }) { tenant { id } } }'
  const { status, error, answer } = await refused({ query }, STAFF_TOKEN)
  expect(status).toBe(200)
  expect(answer.data).toBeNull()
  expect(error?.path).toEqual(['createTenant'])
  const fields = error?.extensions['fields'] as { path: string[] }[]
  expect(fields.map(field => field.path)).toEqual([
    ['input', 'name'],
    ['input', 'timeZone'],
    ['input', 'slug'],
  ])
})

test('a date that does not exist is BAD_INPUT', async () => {
  const query = 'query ($filter: ContactFilter) { tenant { contacts(filter: $filter) { totalCount } } }'
  for (const filter of [
    { occurredFrom: '2026-02-30T00:00:00Z' },
    { occurredOn: '2026-02-30' },
    { agentId: 'x' },
  ]) {
    const { error } = await refused({ query, variables: { filter } }, own.ADMIN)
    expect(error?.extensions['code']).toBe('BAD_INPUT')
    expect(error?.extensions['fields']).toMatchObject([{ path: ['filter', Object.keys(filter)[0]] }])
  }
})

test('what exists already is CONFLICT, and nothing of the attempt is left', async () => {
  const slug = `twice-${Date.now()}`
  const query = `mutation { createTenant(input: { name: "x", slug: "${slug}" }) { tenant { id } } }`
  expect((await refused({ query }, STAFF_TOKEN)).error).toBeUndefined()
  expect((await refused({ query }, STAFF_TOKEN)).error?.extensions['code']).toBe('CONFLICT')
  const { tenants } = await room.data<{ tenants: { totalCount: number } }>(
    STAFF_TOKEN,
    `{ tenants(search: "${slug}") { totalCount } }`,
  )
  expect(tenants.totalCount).toBe(1)
})

describe('tokens', () => {
  test('a bad one is 401 with WWW-Authenticate, whatever is accepted', async () => {
    for (const headers of [GRAPHQL, { accept: 'application/json' }])
      for (const authorization of ['Bearer ndt_nobodys', 'Basic eDp5', 'Bearer ']) {
        const { response, error } = await refused({ query: '{ __typename }' }, undefined, {
          ...headers,
          authorization,
        })
        expect(response.status).toBe(401)
        expect(response.headers.get('www-authenticate')).toMatch(/^Bearer/)
        expect(error?.extensions['code']).toBe('UNAUTHENTICATED')
      }
  })

  test('none at all is UNAUTHENTICATED for each root field, and no 401', async () => {
    const { response, answer } = await refused({ query: '{ a: tenant { id } b: tenant { id } }' })
    expect(response.status).toBe(200)
    expect(response.headers.get('www-authenticate')).toBeNull()
    expect(answer.errors?.map(error => error.extensions['code'])).toEqual([
      'UNAUTHENTICATED',
      'UNAUTHENTICATED',
    ])
  })

  test('strangers are told nothing of the schema', async () => {
    const schema = await refused({ query: '{ __schema { queryType { name } } }' })
    expect(schema.error?.extensions['code']).toBe('UNAUTHENTICATED')
    const { error } = await refused({ query: '{ viewr { role } }' })
    expect(error?.message).not.toContain('Did you mean')
    const known = await refused({ query: '{ viewr { role } }' }, own.READER)
    expect(known.error?.message).toContain('Did you mean "viewer"')
  })
})

describe('what goes wrong on our side', () => {
  test('is INTERNAL, names the request id and nothing of the cause', async () => {
    await using broken = await openApiRoom()
    const tenant = await broken.tenant('Broken')
    await broken.database.asStaff(tx => tx.execute('select 1'))
    const { default: postgres } = await import('postgres')
    const superuser = postgres(broken.db.superuserUrl, { max: 1 })
    await superuser`alter table agents rename column email to e_mail`
    await superuser.end()
    const response = await broken.post({ query: '{ tenant { agents { nodes { email } } } }' }, tenant.ADMIN, {
      'x-request-id': 'night-7',
    })
    expect(response.status).toBe(200)
    expect(response.headers.get('x-request-id')).toBe('night-7')
    const text = await response.text()
    expect(JSON.parse(text).errors[0]).toMatchObject({
      message: expect.stringContaining('night-7'),
      extensions: { code: 'INTERNAL', requestId: 'night-7' },
    })
    expect(text).not.toMatch(/select|e_mail|does not exist|postgres|stack/i)
  })

  test('a lock that something else holds is LIMITED with Retry-After', async () => {
    const { default: postgres } = await import('postgres')
    const blocker = postgres(room.db.superuserUrl, { max: 1 })
    const agent = await room.data<{ upsertAgents: { id: string }[] }>(
      own.ADMIN,
      'mutation { upsertAgents(agents: [{ name: "Held", username: "held" }]) { id } }',
    )
    await blocker.begin(async sql => {
      await sql`select 1 from agents where username = 'held' for update`
      const { response, error } = await refused(
        { query: `mutation { setAgentActive(id: "${agent.upsertAgents[0]?.id}", active: false) { id } }` },
        own.ADMIN,
      )
      expect(error?.extensions['code']).toBe('LIMITED')
      expect(response.headers.get('retry-after')).toBe('5')
    })
    await blocker.end()
  })
})

test('a request id is made where none was given, or none that can be quoted', async () => {
  for (const headers of [{}, { 'x-request-id': 'a b' }, { 'x-request-id': 'x'.repeat(65) }]) {
    const response = await room.post({ query: '{ __typename }' }, undefined, headers)
    expect(response.headers.get('x-request-id')).toMatch(/^[0-9a-f-]{36}$/)
  }
})

test('other origins are not let in', async () => {
  const response = await room.post({ query: '{ __typename }' }, undefined, { origin: 'https://evil.test' })
  expect([...response.headers.keys()].filter(name => name.startsWith('access-control'))).toEqual([])
  const preflight = await room.handler(
    new Request('http://localhost/graphql', {
      method: 'OPTIONS',
      headers: { origin: 'https://evil.test', 'access-control-request-method': 'POST' },
    }),
  )
  expect(preflight.status).toBe(405)
  expect(preflight.headers.get('access-control-allow-origin')).toBeNull()
})

test('what one caller was told of a query is not told to the next, who may know less or more', async () => {
  const query = '{ __schema { queryType { name } } viewr { role } }'
  const messages = async (token?: string) =>
    (await refused({ query }, token)).answer.errors?.map(error => error.message).join(' ')
  for (const _ of [1, 2]) {
    expect(await messages()).toMatch(/those who send a token/)
    expect(await messages()).not.toMatch(/Did you mean/)
    expect(await messages(own.ADMIN)).toMatch(/Did you mean "viewer"/)
    expect(await messages(own.ADMIN)).not.toMatch(/those who send a token/)
  }
})
