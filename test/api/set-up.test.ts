import { generateKeyPairSync } from 'node:crypto'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { tables } from '../../db/db.ts'
import { type ApiRoom, openApiRoom, STAFF_TOKEN } from './api-room.ts'

let room: ApiRoom
let own: Awaited<ReturnType<ApiRoom['tenant']>>
beforeAll(async () => {
  room = await openApiRoom()
  own = await room.tenant('Own')
  await room.database.asStaff(tx =>
    tx.insert(tables.sftpHostKeys).values({ fingerprint: 'SHA256:host', algorithm: 'ssh-ed25519' }),
  )
})
afterAll(() => room[Symbol.asyncDispose]())

test('a tenant is made with a key of the vault and a first ADMIN token, and its trail says by whom', async () => {
  const keys = await room.database.asTenant(own.tenantId, tx => tx.select().from(tables.tenantKeys))
  expect(keys).toMatchObject([{ tenantId: own.tenantId, version: 1 }])
  const { viewer, tenant } = await room.data<Record<string, object>>(
    own.ADMIN,
    '{ viewer { role name tenant { id timeZone } } tenant { auditEvents { nodes { actor action details } } } }',
  )
  expect(viewer).toEqual({ role: 'ADMIN', name: 'administrator', tenant: { id: own.id, timeZone: 'UTC' } })
  expect(tenant).toMatchObject({ auditEvents: { nodes: [{ actor: 'staff', action: 'createTenant' }] } })
})

test('an account, its keys, networks and switch; each on the trail', async () => {
  const made = await room.data<{ createSftpAccount: { id: string; username: string } }>(
    STAFF_TOKEN,
    `mutation { createSftpAccount(tenantId: "${own.id}", username: "night-batch") {
      id username host port hostKeyFingerprints enabled allowedNetworks keys { id } usedBytes
      limits { connections openHandles maxFileBytes quotaBytes } connections { at } lastLoginAt } }`,
  )
  expect(made.createSftpAccount).toEqual({
    id: expect.any(String),
    username: 'night-batch',
    host: 'sftp.test',
    port: 2022,
    hostKeyFingerprints: ['SHA256:host'],
    enabled: true,
    allowedNetworks: [],
    keys: [],
    usedBytes: 0,
    limits: { connections: 10, openHandles: 64, maxFileBytes: 40 * 2 ** 30, quotaBytes: null },
    connections: [],
    lastLoginAt: null,
  })
  const { id } = made.createSftpAccount
  const changed = await room.data<Record<string, object>>(
    own.ADMIN,
    `mutation {
      setSftpAccountEnabled(id: "${id}", enabled: false) { enabled }
      setAllowedNetworks(id: "${id}", networks: ["192.0.2.0/24"]) { allowedNetworks enabled }
      generateSshKey(accountId: "${id}", label: "batch") { privateKey key { id algorithm label } }
    }`,
  )
  expect(changed).toMatchObject({
    setSftpAccountEnabled: { enabled: false },
    setAllowedNetworks: { allowedNetworks: ['192.0.2.0/24'], enabled: false },
    generateSshKey: { key: { algorithm: 'ssh-ed25519', label: 'batch' } },
  })
  const { privateKey, key } = changed['generateSshKey'] as { privateKey: string; key: { id: string } }
  expect(privateKey).toContain('BEGIN OPENSSH PRIVATE KEY')
  await room.data(own.ADMIN, `mutation { revokeSshKey(id: "${key.id}") { revokedAt } }`)
  const { tenant } = await room.data<{
    tenant: { sftpAccounts: object[]; auditEvents: { nodes: { action: string }[] } }
  }>(
    own.READER,
    '{ tenant { sftpAccounts { username keys { fingerprint revokedAt } } auditEvents(first: 4) { nodes { action details } } } }',
  )
  expect(tenant.sftpAccounts).toMatchObject([{ keys: [{ revokedAt: expect.stringMatching(/Z$/) }] }])
  expect(tenant.auditEvents.nodes.map(event => event.action)).toEqual([
    'revokeSshKey',
    'generateSshKey',
    'setAllowedNetworks',
    'setSftpAccountEnabled',
  ])
  expect(JSON.stringify(tenant)).not.toContain('PRIVATE')
})

test('a pasted private key is refused, and stands nowhere', async () => {
  const { createSftpAccount } = await room.data<{ createSftpAccount: { id: string } }>(
    STAFF_TOKEN,
    `mutation { createSftpAccount(tenantId: "${own.id}") { id } }`,
  )
  const { privateKey } = generateKeyPairSync('ed25519')
  const { errors } = await room.ask(
    own.ADMIN,
    'mutation ($id: ID!, $key: String!) { addSshKey(accountId: $id, label: "l", publicKey: $key) { id } }',
    { id: createSftpAccount.id, key: privateKey.export({ type: 'pkcs8', format: 'pem' }) },
  )
  expect(errors?.[0]?.extensions['code']).toBe('BAD_INPUT')
})

const template = {
  name: 'Calls',
  filePattern: '/calls/*.csv',
  dialect: { delimiter: ';' },
  columns: [
    { header: 'Id', field: 'REFERENCE' },
    { header: 'Agent', field: 'AGENT' },
    { header: 'At', field: 'CONTACT_DATE', format: 'dd.MM.yyyy HH:mm' },
    { header: 'Note', field: 'METADATA' },
  ],
  agentKey: 'USERNAME',
  timeZone: 'Europe/Berlin',
}
const createTemplate =
  'mutation ($template: ColumnTemplateInput!, $tenantId: ID) { createColumnTemplate(template: $template, tenantId: $tenantId) { id lineage version name dialect { encoding delimiter quote hasHeader } columns { position header field required format } maxRejectedShare emptyWords ambiguousTime retiredAt } }'

test('a template is made with the standard of what was left out', async () => {
  const { createColumnTemplate: made } = await room.data<{ createColumnTemplate: Record<string, unknown> }>(
    STAFF_TOKEN,
    createTemplate,
    { template, tenantId: own.id },
  )
  expect(made).toMatchObject({
    version: 1,
    dialect: { encoding: 'UTF_8', delimiter: ';', quote: '"', hasHeader: true },
    maxRejectedShare: 0.5,
    emptyWords: [],
    ambiguousTime: 'EARLIER',
    retiredAt: null,
  })
  expect(made['columns']).toMatchObject([
    { position: 1, required: true },
    {},
    {},
    { position: 4, required: false },
  ])
})

test('everything that is wrong with a template is said at once, by its paths', async () => {
  const { errors } = await room.ask(own.ADMIN, createTemplate, {
    template: { ...template, timeZone: 'Nowhere', columns: template.columns.slice(1) },
  })
  expect(errors?.[0]?.extensions['code']).toBe('BAD_INPUT')
  const fields = errors?.[0]?.extensions['fields'] as { path: string[] }[]
  expect(fields.map(field => field.path.join('.'))).toEqual(
    expect.arrayContaining(['template.timeZone', 'template.columns']),
  )
})

test('agents are made and changed by a partner, with their aliases and counts', async () => {
  const ask = (agents: object[]) =>
    room.data<{ upsertAgents: object[] }>(
      own.INTEGRATION,
      'mutation ($agents: [AgentInput!]!) { upsertAgents(agents: $agents) { name email aliases active contactCount } }',
      { agents },
    )
  const made = await ask([
    { name: 'Ann', email: 'ann@example.com', aliases: ['a.one', 'a.two'] },
    { name: 'Bob', username: 'bob' },
  ])
  expect(made.upsertAgents).toEqual([
    { name: 'Ann', email: 'ann@example.com', aliases: ['a.one', 'a.two'], active: true, contactCount: 0 },
    { name: 'Bob', email: null, aliases: [], active: true, contactCount: 0 },
  ])
  const again = await ask([{ name: 'Ann B.', email: 'ANN@example.com' }])
  expect(again.upsertAgents).toMatchObject([{ name: 'Ann B.', aliases: ['a.one', 'a.two'] }])
  const { tenant } = await room.data<{ tenant: { agents: { totalCount: number; nodes: object[] } } }>(
    own.INTEGRATION,
    '{ tenant { agents(search: "B") { totalCount nodes { name } } } }',
  )
  expect(tenant.agents).toEqual({ totalCount: 2, nodes: [{ name: 'Ann B.' }, { name: 'Bob' }] })
})

test('root fields of one mutation commit for themselves: the first stays when the second is refused', async () => {
  const answer = await room.ask(
    own.ADMIN,
    `mutation {
      updateTenant(settings: { name: "Renamed" }) { name }
      createApiToken(name: "", role: READER) { token }
    }`,
  )
  expect(answer.errors?.[0]?.extensions['code']).toBe('BAD_INPUT')
  const { tenant } = await room.data<{ tenant: { name: string } }>(own.READER, '{ tenant { name } }')
  expect(tenant.name).toBe('Renamed')
})

test('what is refused leaves nothing, on the trail neither', async () => {
  const count = () => room.database.asTenant(own.tenantId, tx => tx.$count(tables.auditEvents))
  const before = await count()
  await room.ask(own.ADMIN, 'mutation { upsertAgents(agents: [{ name: "New" }, { name: "" }]) { id } }')
  expect(await count()).toBe(before)
  const found = await room.data<{ tenant: { agents: { totalCount: number } } }>(
    own.READER,
    '{ tenant { agents(search: "New") { totalCount } } }',
  )
  expect(found.tenant.agents.totalCount).toBe(0)
})
