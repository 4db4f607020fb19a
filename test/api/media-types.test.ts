import { afterAll, beforeAll, expect, test } from 'vitest'
import { type Answer, type ApiRoom, openApiRoom } from './api-room.ts'

let room: ApiRoom
let own: Awaited<ReturnType<ApiRoom['tenant']>>
beforeAll(async () => {
  room = await openApiRoom()
  own = await room.tenant('Own')
})
afterAll(() => room[Symbol.asyncDispose]())

const QUERY = '{ viewer { role } }'

async function ask(query: string, headers: Record<string, string>) {
  const response = await room.post({ query }, own.ADMIN, headers)
  const text = await response.text()
  const answer = (text.startsWith('{') ? JSON.parse(text) : {}) as Answer
  return { status: response.status, type: response.headers.get('content-type'), answer, text }
}

test.each(['text/plain', 'multipart/mixed; boundary=x', 'application/xml'])(
  'a body that is %s is BAD_INPUT in words',
  async type => {
    const { status, answer, ...told } = await ask(QUERY, { 'content-type': type })
    expect([status, told.type]).toEqual([415, 'application/json; charset=utf-8'])
    expect(answer.errors?.[0]).toMatchObject({ extensions: { code: 'BAD_INPUT', fields: [] } })
    expect(answer.errors?.[0]?.message).toContain('application/json')
  },
)

test.each(['text/html', 'image/png, text/plain;q=0.5', 'text/html;q=0.9'])(
  'an answer as %s is BAD_INPUT in words, and a mutation does not run',
  async accept => {
    const name = `never ${accept.length}`
    const mutation = `mutation { createApiToken(name: "${name}", role: READER) { token } }`
    const { status, answer } = await ask(mutation, { accept })
    expect(status).toBe(406)
    expect(answer.errors?.[0]).toMatchObject({ extensions: { code: 'BAD_INPUT', fields: [] } })
    const { tenant } = await room.data<{ tenant: { apiTokens: { name: string }[] } }>(
      own.ADMIN,
      '{ tenant { apiTokens { name } } }',
    )
    expect(tenant.apiTokens.map(token => token.name)).not.toContain(name)
  },
)

test('a subscription that may only be answered at once is BAD_INPUT in words', async () => {
  const { status, answer } = await ask('subscription { imports { status } }', { accept: 'application/json' })
  expect(status).toBe(406)
  expect(answer.errors?.[0]?.extensions['code']).toBe('BAD_INPUT')
})

test.each([
  '*/*',
  'application/*',
  'application/json; charset=utf-8',
  'text/html, */*;q=0.1',
  'application/graphql-response+json;q=0.9, text/html',
  'APPLICATION/JSON',
  'text/event-stream',
])('an answer as %s is answered', async accept => {
  const { status, text } = await ask(QUERY, { accept })
  expect(status).toBe(200)
  expect(text).toContain('"ADMIN"')
})
