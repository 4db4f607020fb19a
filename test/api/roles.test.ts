import { getNamedType, isObjectType } from 'graphql'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { Role } from '../../core/access/roles.ts'
import { schema } from '../../schema/index.ts'
import { fieldRoles, guardedTypes, nodeRoles } from '../../schema/roles.ts'
import { type ApiRoom, openApiRoom, STAFF_TOKEN } from './api-room.ts'
import { fillTenant } from './contacts-fixture.ts'

const NOWHERE = '00000000-0000-7000-8000-000000000000'
const allRoles: Role[] = ['STAFF', 'ADMIN', 'READER', 'INTEGRATION']

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

const tokenOf = (role: Role) => (role === 'STAFF' ? STAFF_TOKEN : own[role])

/** Calls of every root field that pass validation; what they name does not exist, so nothing changes. */
const calls: Record<string, string> = {
  'Query.node': 'query { node(id: "none") { id } }',
  'Query.nodes': 'query { nodes(ids: []) { id } }',
  'Query.viewer': 'query { viewer { role } }',
  'Query.tenant': 'query ($tenant: ID) { tenant(id: $tenant) { id } }',
  'Query.tenants': 'query { tenants { nodes { id } } }',
  'Query.unattributedConnections': 'query { unattributedConnections { at } }',
  'Mutation.createTenant': 'mutation { createTenant(input: { name: "", slug: "-" }) { tenant { id } } }',
  'Mutation.inviteAdministrator':
    'mutation ($tenant: ID!) { inviteAdministrator(tenantId: $tenant, name: "") { url } }',
  'Mutation.updateTenant':
    'mutation ($tenant: ID) { updateTenant(id: $tenant, settings: { timeZone: "no" }) { id } }',
  'Mutation.createColumnTemplate':
    'mutation ($tenant: ID) { createColumnTemplate(tenantId: $tenant, template: { name: "", dialect: {}, columns: [], agentKey: EMAIL, timeZone: "no" }) { id } }',
  'Mutation.createSftpAccount':
    'mutation ($tenant: ID!) { createSftpAccount(tenantId: $tenant, username: "!") { id } }',
  'Mutation.setSftpAccountEnabled': 'mutation { setSftpAccountEnabled(id: "x", enabled: true) { id } }',
  'Mutation.setAllowedNetworks': 'mutation { setAllowedNetworks(id: "x", networks: []) { id } }',
  'Mutation.addSshKey': 'mutation { addSshKey(accountId: "x", label: "l", publicKey: "k") { id } }',
  'Mutation.generateSshKey': 'mutation { generateSshKey(accountId: "x", label: "l") { privateKey } }',
  'Mutation.revokeSshKey': 'mutation { revokeSshKey(id: "x") { id } }',
  'Mutation.upsertAgents':
    'mutation ($tenant: ID) { upsertAgents(tenantId: $tenant, agents: [{ name: "" }]) { id } }',
  'Mutation.setAgentActive': 'mutation { setAgentActive(id: "x", active: true) { id } }',
  'Mutation.setRetentionRule':
    'mutation ($tenant: ID) { setRetentionRule(tenantId: $tenant, rule: { enabled: true }) { enabled } }',
  'Mutation.runRetentionSweep': 'mutation { runRetentionSweep(tenantId: "x") { id } }',
  'Mutation.eraseContacts': 'mutation { eraseContacts(ids: ["x"], reason: "r") { id } }',
  'Mutation.recordEvaluation':
    'mutation ($tenant: ID) { recordEvaluation(tenantId: $tenant, evaluation: { evaluationReference: "" }) { status } }',
  'Mutation.recordEvaluations':
    'mutation ($tenant: ID) { recordEvaluations(tenantId: $tenant, evaluations: [{ evaluationReference: "" }]) { status } }',
  'Mutation.withdrawEvaluation':
    'mutation ($tenant: ID) { withdrawEvaluation(tenantId: $tenant, evaluationReference: "none") { status } }',
  'Mutation.placeLegalHold': 'mutation { placeLegalHold(contactIds: ["x"], reason: "r") { id } }',
  'Mutation.releaseLegalHold': 'mutation { releaseLegalHold(id: "x") { id } }',
  'Mutation.createApiToken':
    'mutation ($tenant: ID) { createApiToken(tenantId: $tenant, name: "", role: READER) { token } }',
  'Mutation.revokeApiToken': 'mutation { revokeApiToken(id: "x") { id } }',
  'Subscription.importProgress': 'subscription { importProgress(id: "x") { id } }',
}

/** Arguments that fields of a tenant cannot do without. */
const needed: Record<string, string> = {
  contact: '(reference: "r-0")',
  retentionPreview: '(rule: { enabled: false })',
}

const rootFields = ['Query', 'Mutation', 'Subscription'].flatMap(name => {
  const type = schema.getType(name)
  return isObjectType(type) ? Object.keys(type.getFields()).map(field => `${name}.${field}`) : []
})

const codesOf = (answer: { errors?: { extensions: Record<string, unknown> }[] }) =>
  answer.errors?.map(error => error.extensions['code']) ?? []

test('every root field is called below', () => {
  expect(Object.keys(calls).sort()).toEqual(rootFields.sort())
})

test('the table names no field that does not exist', () => {
  const unknown = Object.keys(fieldRoles).filter(name => {
    const [type = '', field = ''] = name.split('.')
    const found = schema.getType(type)
    return !(isObjectType(found) && field in found.getFields())
  })
  expect(unknown).toEqual([])
  expect(Object.keys(nodeRoles).filter(name => !schema.getType(name))).toEqual([])
})

describe.each(rootFields)('%s', name => {
  test.each(allRoles)('as %s', async role => {
    const variables = role === 'STAFF' || calls[name]?.includes('$tenant: ID!') ? { tenant: own.id } : {}
    const codes = codesOf(await room.ask(tokenOf(role), calls[name] ?? '', variables))
    if (fieldRoles[name]?.includes(role)) expect(codes).not.toContain('FORBIDDEN')
    else expect(codes).toEqual(['FORBIDDEN'])
  })

  test('without a token', async () => {
    expect(codesOf(await room.ask(undefined, calls[name] ?? '', { tenant: own.id }))).toEqual([
      'UNAUTHENTICATED',
    ])
  })
})

test.each(allRoles)('fields of a tenant as %s', async role => {
  const tenant = schema.getType('Tenant')
  if (!isObjectType(tenant)) throw new Error('no tenant type')
  for (const field of Object.values(tenant.getFields())) {
    const inner = isObjectType(getNamedType(field.type)) ? '{ __typename }' : ''
    const args = needed[field.name] ?? ''
    const id = role === 'STAFF' ? `(id: "${own.id}")` : ''
    const codes = codesOf(await room.ask(tokenOf(role), `{ tenant${id} { ${field.name}${args} ${inner} } }`))
    const expected = fieldRoles[`Tenant.${field.name}`]?.includes(role) ? [] : ['FORBIDDEN']
    expect([field.name, ...codes]).toEqual([field.name, ...expected])
  }
})

test('an integration reaches contacts, their evaluations and agents, and nothing beside them', () => {
  const allowed = (type: string, field: string) => {
    const roles = fieldRoles[`${type}.${field}`]
    return roles ? roles.includes('INTEGRATION') : !guardedTypes.has(type)
  }
  const reached = new Set<string>(
    Object.entries(nodeRoles).flatMap(([type, roles]) => (roles.includes('INTEGRATION') ? [type] : [])),
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
  for (const root of ['Query', ...reached]) visit(root)
  expect([...reached].sort()).toEqual([
    'Agent',
    'AgentConnection',
    'AgentEdge',
    'Contact',
    'ContactConnection',
    'ContactEdge',
    'Evaluation',
    'EvaluationResult',
    'PageInfo',
    'Problem',
    'Tenant',
    'UnknownAgent',
    'Viewer',
  ])
})

describe('another tenant', () => {
  const things = () =>
    [
      ['Tenant', foreign.tenantId],
      ['Contact', foreignRows.contacts[0]?.id],
      ['Agent', foreignRows.agents[0]?.id],
      ['Import', foreignRows.run.id],
      ['UploadedFile', foreignRows.file.id],
    ] as const

  test('has no nodes: null without an error, as what does not exist', async () => {
    for (const [type, id] of things()) {
      const ids = [room.nodeId(type, id ?? ''), room.nodeId(type, NOWHERE)]
      expect(await room.ask(own.ADMIN, 'query ($ids: [ID!]!) { nodes(ids: $ids) { id } }', { ids })).toEqual({
        data: { nodes: [null, null] },
      })
    }
  })

  test('cannot be named: tenant is null, a mutation NOT_FOUND in the same words as for nothing', async () => {
    expect(await room.ask(own.ADMIN, `{ tenant(id: "${foreign.id}") { name } }`)).toEqual({
      data: { tenant: null },
    })
    const words = async (id: string) =>
      (await room.ask(own.ADMIN, `mutation { updateTenant(id: "${id}", settings: { name: "x" }) { id } }`))
        .errors
    const [there] = (await words(foreign.id)) ?? []
    const [nothing] = (await words(room.nodeId('Tenant', NOWHERE))) ?? []
    expect(there?.extensions['code']).toBe('NOT_FOUND')
    expect(there).toEqual(nothing)
  })

  test('mutations on what is theirs say what they say of nothing, and change nothing', async () => {
    const agent = foreignRows.agents[0]?.id ?? ''
    const ask = async (token: string, id: string) =>
      (
        await room.ask(
          token,
          `mutation { setAgentActive(id: "${room.nodeId('Agent', id)}", active: false) { id } }`,
        )
      ).errors
    expect(await ask(own.ADMIN, agent)).toEqual(await ask(own.ADMIN, NOWHERE))
    expect(await ask(STAFF_TOKEN, NOWHERE)).toEqual(await ask(own.ADMIN, NOWHERE))
    const still = await room.data<{ node: { active: boolean } }>(
      foreign.ADMIN,
      `{ node(id: "${room.nodeId('Agent', agent)}") { ... on Agent { active } } }`,
    )
    expect(still.node.active).toBe(true)
  })

  test('is not reached by filters, references or a subscription', async () => {
    const filter = { agentId: room.nodeId('Agent', foreignRows.agents[0]?.id ?? '') }
    const found = await room.data<{ tenant: { contacts: { totalCount: number } } }>(
      own.READER,
      'query ($filter: ContactFilter) { tenant { contacts(filter: $filter) { totalCount } } }',
      { filter },
    )
    expect(found.tenant.contacts.totalCount).toBe(0)
    const codes = codesOf(
      await room.ask(
        own.READER,
        `subscription { importProgress(id: "${room.nodeId('Import', foreignRows.run.id)}") { id } }`,
      ),
    )
    expect(codes).toEqual(['NOT_FOUND'])
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
