import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { halfCharacters } from '../../api/well-formed.ts'
import { fc } from '../support/properties.ts'
import { type ApiRoom, openApiRoom, STAFF_TOKEN } from './api-room.ts'

const HALF = 'a\ud83db'

let room: ApiRoom
let own: Awaited<ReturnType<ApiRoom['tenant']>>
beforeAll(async () => {
  room = await openApiRoom()
  own = await room.tenant('Own')
})
afterAll(() => room[Symbol.asyncDispose]())

describe('half a character in a text is BAD_INPUT, and nothing of it is kept', () => {
  test.each<[string, string, Record<string, unknown>, string[]]>([
    [
      'createApiToken',
      '($name: String!) { createApiToken(name: $name, role: READER) { token } }',
      { name: HALF },
      ['name'],
    ],
    [
      'updateTenant',
      '($s: TenantSettingsInput!) { updateTenant(settings: $s) { id } }',
      { s: { name: HALF } },
      ['s', 'name'],
    ],
    [
      'upsertAgents',
      '($agents: [AgentInput!]!) { upsertAgents(agents: $agents) { id } }',
      { agents: [{ name: 'Ann' }, { name: 'Bob', externalId: HALF, aliases: ['b', HALF] }] },
      ['agents', '1', 'externalId'],
    ],
    [
      'linkAgentKey',
      '($id: ID!, $key: String!) { linkAgentKey(agentId: $id, agentKey: $key) { id } }',
      { id: HALF, key: 'x' },
      ['id'],
    ],
  ])('%s', async (_, mutation, variables, path) => {
    const response = await room.post({ query: `mutation ${mutation}`, variables }, own.ADMIN, {
      accept: 'application/graphql-response+json',
    })
    expect(response.status).toBe(400)
    const answer = (await response.json()) as { errors: { extensions: object }[] }
    expect(answer.errors[0]?.extensions).toMatchObject({ code: 'BAD_INPUT' })
    expect(answer.errors[0]?.extensions).toHaveProperty('fields.0.path', path)
  })

  test('in a tenant and in what a query looks for', async () => {
    for (const [token, query, variables] of [
      [
        STAFF_TOKEN,
        'mutation ($i: CreateTenantInput!) { createTenant(input: $i) { tenant { id } } }',
        { i: { name: HALF, slug: 'half' } },
      ],
      [own.READER, 'query ($s: String!) { tenant { agents(search: $s) { totalCount } } }', { s: HALF }],
    ] as const)
      expect((await room.ask(token, query, variables)).errors?.[0]?.extensions['code']).toBe('BAD_INPUT')
  })

  test('in a literal', async () => {
    for (const written of [`"${HALF}"`, '"a\\uD83Db"', `"""${HALF}"""`]) {
      const query = `mutation { createApiToken(name: ${written}, role: READER) { token } }`
      expect((await room.ask(own.ADMIN, query)).errors?.[0]?.extensions['code']).toBe('BAD_INPUT')
    }
  })

  test('and whole ones are taken', async () => {
    const { createApiToken } = await room.data<{ createApiToken: { apiToken: { name: string } } }>(
      own.ADMIN,
      'mutation ($name: String!) { createApiToken(name: $name, role: READER) { apiToken { name } } }',
      { name: 'a 😀 b' },
    )
    expect(createApiToken.apiToken.name).toBe('a 😀 b')
  })
})

test('whatever the variables are, faults are found where there are some, by their paths', () => {
  fc.assert(
    fc.property(
      fc.jsonValue({ stringUnit: 'binary' }),
      fc.array(fc.string(), { maxLength: 3 }),
      (value, path) => {
        fc.pre(!path.includes('sound') && !path.includes('__proto__'))
        expect(halfCharacters({ value })).toEqual([])
        const inner = path.reduceRight<unknown>((below, name) => ({ [name]: below, sound: value }), HALF)
        expect(halfCharacters({ value: inner }).map(fault => fault.path)).toEqual([['value', ...path]])
      },
    ),
  )
})

test('variables as deep as a body can have them are looked through', () => {
  const deep = JSON.parse(`${'['.repeat(400_000)}"\\ud83d"${']'.repeat(400_000)}`) as unknown
  expect(halfCharacters({ deep })).toHaveLength(1)
})
