import { getNamedType, isObjectType } from 'graphql'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { Role } from '../../../core/access/roles.ts'
import { fieldRoles, guardedTypes, nodeRoles } from '../../../schema/field-roles.ts'
import { schema } from '../../../schema/index.ts'
import { type Answer, type ApiRoom, openApiRoom, STAFF_TOKEN } from '../api-room.ts'
import { fillTenant } from '../contacts-fixture.ts'

const NOWHERE = '00000000-0000-7000-8000-000000000000'

let room: ApiRoom
let own: Awaited<ReturnType<ApiRoom['tenant']>>
let foreign: Awaited<ReturnType<ApiRoom['tenant']>>
let rows: Awaited<ReturnType<typeof fillTenant>>
let foreignRows: Awaited<ReturnType<typeof fillTenant>>
beforeAll(async () => {
  room = await openApiRoom()
  own = await room.tenant('Own')
  foreign = await room.tenant('Foreign')
  rows = await fillTenant(room.database, own.tenantId, 4)
  foreignRows = await fillTenant(room.database, foreign.tenantId, 4)
})
afterAll(() => room[Symbol.asyncDispose]())

const codesOf = (answer: Answer) => answer.errors?.map(error => error.extensions['code']) ?? []

test('the table names no field and no type that does not exist', () => {
  const unknown = Object.keys(fieldRoles).filter(name => {
    const [type = '', field = ''] = name.split('.')
    const found = schema.getType(type)
    return !(isObjectType(found) && field in found.getFields())
  })
  expect(unknown).toEqual([])
  expect(Object.keys(nodeRoles).filter(name => !schema.getType(name))).toEqual([])
})

describe('the table says what the contract says', () => {
  const rootFields = ['Query', 'Mutation', 'Subscription'].flatMap(name => {
    const type = schema.getType(name)
    if (!isObjectType(type)) return []
    return Object.values(type.getFields()).map(field => ({
      name: `${name}.${field.name}`,
      words: field.description ?? '',
    }))
  })

  test('what is described as staff’s is staff’s alone, and what is not for staff is not', () => {
    const said = rootFields.flatMap(({ name, words }) => {
      if (/^Staff( only)?[.:]/.test(words)) return [[name, ['STAFF']]]
      return words.startsWith('Not for staff') ? [[name, ['ADMIN']]] : []
    })
    expect(said.length).toBeGreaterThan(3)
    expect(said.map(([name]) => [name, fieldRoles[String(name)]])).toEqual(said)
  })

  test('a reader changes nothing, an integration records evaluations and maintains agents', () => {
    const mutationsOf = (role: Role) =>
      rootFields.flatMap(({ name }) =>
        name.startsWith('Mutation.') && fieldRoles[name]?.includes(role) ? [name.slice(9)] : [],
      )
    expect(mutationsOf('READER')).toEqual([])
    const theirs = /[eE]valuations?$|[aA]gents?$|^linkAgentKey$|^setAgentActive$/
    expect(mutationsOf('INTEGRATION').filter(name => !theirs.test(name))).toEqual([])
  })
})

/** Every type that a role can come to from the roots, by fields that it may use. */
function typesReachedBy(role: 'INTEGRATION' | 'READER'): string[] {
  const allowed = (type: string, field: string) => {
    const named = fieldRoles[`${type}.${field}`]
    return named ? named.includes(role) : !guardedTypes.has(type)
  }
  const reached = new Set<string>(
    Object.entries(nodeRoles).flatMap(([type, may]) =>
      (may as readonly string[]).includes(role) ? [type] : [],
    ),
  )
  const visit = (name: string) => {
    const type = schema.getType(name)
    if (!isObjectType(type)) return
    for (const field of Object.values(type.getFields())) {
      const next = getNamedType(field.type).name
      if (!allowed(name, field.name) || reached.has(next) || !isObjectType(schema.getType(next))) continue
      reached.add(next)
      visit(next)
    }
  }
  for (const root of ['Query', 'Mutation', 'Subscription', ...reached]) visit(root)
  return [...reached].sort()
}

test('an integration reaches contacts, recordings, evaluations, agents, and whence a contact came; nothing beside them', () => {
  expect(typesReachedBy('INTEGRATION')).toEqual([
    'Agent',
    'AgentConnection',
    'AgentEdge',
    'AgentImport',
    'Contact',
    'ContactConnection',
    'ContactEdge',
    'Evaluation',
    'EvaluationResult',
    'Import',
    'PageInfo',
    'Playback',
    'Problem',
    'Recording',
    'RecordingConnection',
    'RecordingEdge',
    'Tenant',
    'UnknownAgent',
    'UploadedFile',
    'Viewer',
  ])
})

test('a secret that is answered once is answered to nobody who only reads', () => {
  const secrets = ['CreatedApiToken', 'GeneratedSshKey']
  expect(typesReachedBy('READER').filter(name => secrets.includes(name))).toEqual([])
})

test('an integration reads by which file a contact came; asking for its rows or bytes is FORBIDDEN', async () => {
  const read = (inner: string) =>
    room.ask(own.INTEGRATION, `{ tenant { contact(reference: "r-0") { reference import { ${inner} } } } }`)
  expect(await read('status finishedAt rowsRead file { path size storedAt }')).toMatchObject({
    data: {
      tenant: { contact: { reference: 'r-0', import: { rowsRead: 4, file: { path: '/calls.csv' } } } },
    },
  })
  for (const inner of ['rejectedCsvUrl', 'rejections { nodes { value } }', 'file { downloadUrl }'])
    expect([inner, ...codesOf(await read(inner))]).toEqual([inner, 'FORBIDDEN'])
})

describe('another tenant', () => {
  test('cannot be changed: what a mutation was refused for changed nothing', async () => {
    const agent = room.nodeId('Agent', foreignRows.agents[0]?.id ?? '')
    await room.ask(own.ADMIN, `mutation { setAgentActive(id: "${agent}", active: false) { id } }`)
    const still = await room.data<{ node: { active: boolean } }>(
      foreign.ADMIN,
      `{ node(id: "${agent}") { ... on Agent { active } } }`,
    )
    expect(still.node.active).toBe(true)
  })

  test('is not reached by filters', async () => {
    const count = async (filter: object) =>
      (
        await room.data<{ tenant: { contacts: { totalCount: number } } }>(
          own.READER,
          'query ($filter: ContactFilter) { tenant { contacts(filter: $filter) { totalCount } } }',
          { filter },
        )
      ).tenant.contacts.totalCount
    expect(await count({ agentId: room.nodeId('Agent', rows.agents[0]?.id ?? '') })).toBe(1)
    expect(await count({ agentId: room.nodeId('Agent', foreignRows.agents[0]?.id ?? '') })).toBe(0)
    expect(await count({ importId: room.nodeId('Import', foreignRows.run.id) })).toBe(0)
  })
})

test('a node of a type that a role may not have is FORBIDDEN whether it exists or not', async () => {
  for (const id of [rows.run.id, NOWHERE]) {
    const answer = await room.ask(own.INTEGRATION, `{ node(id: "${room.nodeId('Import', id)}") { id } }`)
    expect(codesOf(answer)).toEqual(['FORBIDDEN'])
  }
})

test('staff name the tenant; without one it is BAD_INPUT', async () => {
  const answer = await room.ask(STAFF_TOKEN, 'mutation { upsertAgents(agents: []) { id } }')
  expect(answer.errors?.[0]?.extensions).toMatchObject({
    code: 'BAD_INPUT',
    fields: [{ path: ['tenantId'] }],
  })
  expect(codesOf(await room.ask(STAFF_TOKEN, '{ tenant { id } }'))).toEqual(['BAD_INPUT'])
})
