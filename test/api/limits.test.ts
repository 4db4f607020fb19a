import { getIntrospectionQuery } from 'graphql'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { MAX_BODY_BYTES } from '../../api/answer-graphql.ts'
import { queryLimits } from '../../api/query-limits.ts'
import { type Answer, type ApiRoom, openApiRoom } from './api-room.ts'

let room: ApiRoom
let own: Awaited<ReturnType<ApiRoom['tenant']>>
beforeAll(async () => {
  room = await openApiRoom()
  own = await room.tenant('Own')
})
afterAll(() => room[Symbol.asyncDispose]())

async function ask(query: string, accept = 'application/graphql-response+json') {
  const response = await room.post({ query }, own.ADMIN, { accept })
  const answer = (await response.json()) as Answer
  return { status: response.status, code: answer.errors?.[0]?.extensions['code'], answer }
}

const deep = (levels: number) =>
  `{ tenant { imports(first: 1) { nodes { ${'file { imports { '.repeat(levels)} id ${'} }'.repeat(levels)} } } } }`

test('a query that is as deep as screens are is answered, a deeper one is LIMITED', async () => {
  expect((await ask(deep(4))).code).toBeUndefined()
  expect(await ask(deep(5))).toMatchObject({ status: 429, code: 'LIMITED' })
  expect(await ask(deep(5), 'application/json')).toMatchObject({ status: 200, code: 'LIMITED' })
})

test('depth cannot hide in fragments', async () => {
  const query = `${Array.from({ length: 6 }, (_, n) => `fragment F${n} on Import { file { imports { ${n < 5 ? `...F${n + 1}` : 'id'} } } }`).join('\n')}
    { tenant { imports { nodes { ...F0 } } } }`
  expect((await ask(query)).code).toBe('LIMITED')
})

test('too many root fields, aliases or fields are LIMITED', async () => {
  const roots = Array.from({ length: queryLimits.rootFields + 1 }, (_, n) => `a${n}: viewer { role }`)
  expect((await ask(`{ ${roots.join(' ')} }`)).code).toBe('LIMITED')
  expect((await ask(`{ ${roots.slice(1).join(' ')} }`)).code).toBeUndefined()
  const aliases = Array.from({ length: queryLimits.aliases + 1 }, (_, n) => `a${n}: name`)
  expect((await ask(`{ tenant { ${aliases.join(' ')} } }`)).code).toBe('LIMITED')
  expect((await ask(`{ tenant { ${'name '.repeat(queryLimits.fields + 1)} } }`)).code).toBe('LIMITED')
})

test('fragments that multiply are measured, not laid open: a bomb is refused at once', async () => {
  const bomb = Array.from(
    { length: 60 },
    (_, n) => `fragment B${n} on Tenant { ...B${n + 1} ...B${n + 1} }`,
  ).join(' ')
  const started = performance.now()
  const { code } = await ask(`${bomb} fragment B60 on Tenant { name } { tenant { ...B0 } }`)
  expect(code).toBe('LIMITED')
  expect(performance.now() - started).toBeLessThan(1_000)
})

test('a query of too many tokens is LIMITED before it is read to its end', async () => {
  expect(await ask(`{ ${'a '.repeat(queryLimits.tokens)} }`)).toMatchObject({ status: 429, code: 'LIMITED' })
})

test('a body that is too large is LIMITED, with its length told or not', async () => {
  const body = JSON.stringify({ query: `{ __typename } # ${'x'.repeat(MAX_BODY_BYTES)}` })
  const stream = new Response(body).body
  for (const sent of [
    { body, length: String(body.length) },
    { body: stream, length: undefined },
  ]) {
    const response = await room.handler(
      new Request('http://localhost/graphql', {
        method: 'POST',
        headers: {
          'content-type': 'application/json',
          ...(sent.length ? { 'content-length': sent.length } : {}),
        },
        body: sent.body,
        duplex: 'half',
      } as RequestInit),
    )
    expect(response.status).toBe(413)
    expect(((await response.json()) as Answer).errors?.[0]?.extensions['code']).toBe('LIMITED')
  }
})

test('pages within pages that come to too much are LIMITED before anything is read', async () => {
  const query =
    '{ tenant { imports(first: 200) { nodes { rejections(first: 200) { nodes { row message } } } } } }'
  expect((await ask(query)).code).toBe('LIMITED')
  expect(
    (await ask('{ tenant { contacts(first: 200) { nodes { id reference agent { name } } } } }')).code,
  ).toBeUndefined()
})

test('root fields are counted together', async () => {
  const root = 'tenant { contacts(first: 200) { nodes { id reference queue agent { name } } } }'
  const roots = (count: number) =>
    `{ ${Array.from({ length: count }, (_, n) => `a${n}: ${root}`).join(' ')} }`
  expect((await ask(roots(10))).code).toBeUndefined()
  expect((await ask(roots(30))).code).toBe('LIMITED')
})

test('whoever has a token may introspect with the usual tools', async () => {
  const { answer } = await ask(getIntrospectionQuery())
  expect(answer.errors).toBeUndefined()
})

test('batches are refused', async () => {
  const response = await room.post([{ query: '{ __typename }' }], own.ADMIN)
  expect(response.status).toBe(400)
})
