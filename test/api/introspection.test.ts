import { getIntrospectionQuery, parse, validate } from 'graphql'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { limitIntrospection } from '../../api/introspection-limit.ts'
import { schema } from '../../schema/index.ts'
import { type Answer, type ApiRoom, openApiRoom } from './api-room.ts'

let room: ApiRoom
let own: Awaited<ReturnType<ApiRoom['tenant']>>
beforeAll(async () => {
  room = await openApiRoom()
  own = await room.tenant('Own')
})
afterAll(() => room[Symbol.asyncDispose]())

async function ask(query: string) {
  const response = await room.post({ query }, own.READER)
  const text = await response.text()
  return { code: (JSON.parse(text) as Answer).errors?.[0]?.extensions['code'], bytes: text.length }
}
const refused = (query: string) => validate(schema, parse(query), [limitIntrospection]).length > 0
const aliases = (count: number, field: string) =>
  Array.from({ length: count }, (_, n) => `a${n}: ${field}`).join(' ')

/** As graphql-js asks with all that it can, as GraphiQL and the compilers of Apollo and Relay do. */
const everything = getIntrospectionQuery({
  specifiedByUrl: true,
  directiveIsRepeatable: true,
  schemaDescription: true,
  inputValueDeprecation: true,
  oneOf: true,
})

test('the usual tools are told the whole schema, and have room for a schema twice as large', async () => {
  for (const query of [getIntrospectionQuery(), getIntrospectionQuery({ typeDepth: 100 }), everything])
    expect((await ask(query)).code).toBeUndefined()
  const twice = everything.replace(/query IntrospectionQuery (\{.*?\n {4}\})/s, 'query One $1 query Two $1')
  expect(twice).toContain('query Two')
  expect(refused(twice)).toBe(false)
})

test('a short query has no megabytes of the schema', async () => {
  const fragment = `fragment F on __Field { ${aliases(600, 'description')} }`
  const types = aliases(5, 'types { fields { type { ofType { fields { ...F } } } } }')
  expect((await ask(`{ __schema { ${types} } } ${fragment}`)).code).toBe('LIMITED')
  const widest = `{ __schema { ${aliases(6, 'types { fields { description args { description } type { description } } }')} } }`
  const { code, bytes } = await ask(widest)
  expect(code).toBeUndefined()
  expect(bytes).toBeLessThan(4_000_000)
})

test('neither by the name of a type, said or in a variable, nor in several operations', () => {
  const below = `{ fields { ${aliases(300, 'description')} } }`
  expect(refused(`{ __type(name: "Agent") ${below} }`)).toBe(false)
  expect(refused(`query ($name: String!) { __type(name: $name) ${below} }`)).toBe(true)
  const many = (count: number) =>
    Array.from({ length: count }, (_, n) => `query Q${n} { __schema { types { fields { name } } } }`).join(
      ' ',
    )
  expect(refused(many(1))).toBe(false)
  expect(refused(many(100))).toBe(true)
})

test('fragments that multiply, or hold themselves, are counted no further than the limit', () => {
  const bomb = Array.from(
    { length: 60 },
    (_, n) => `fragment B${n} on __Type { ...B${n + 1} ...B${n + 1} }`,
  ).join(' ')
  expect(refused(`{ __schema { types { ...B0 } } } ${bomb} fragment B60 on __Type { name }`)).toBe(true)
  expect(refused('{ __schema { types { ...A } } } fragment A on __Type { ofType { ...A } ...A }')).toBe(false)
})
