import { mkdir, readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { Stack } from '../stack.ts'
import { type Ask, askAs } from './graphql.ts'
import { people } from './sample-night.ts'

/** A tenant that was set up as customer success and its administrator would. */
export interface Customer {
  slug: string
  ask: Ask
  token: string
  /** Where the demo, as the customer, keeps its private key and token. */
  folder: string
  keyFile: string
  privateKey: string
  account: { host: string; port: number; username: string; hostKeyFingerprints: string[] }
}

const template = {
  name: 'Nightly calls',
  filePattern: '/nightly/*.csv',
  dialect: { delimiter: ';' },
  agentKey: 'USERNAME',
  timeZone: 'Europe/Berlin',
  columns: [
    { header: 'Call ID', field: 'REFERENCE' },
    { header: 'Agent', field: 'AGENT' },
    { header: 'Start', field: 'CONTACT_DATE', format: 'dd/MM/yyyy HH:mm:ss' },
    { header: 'Duration', field: 'DURATION', format: 'h:mm:ss' },
    { header: 'Direction', field: 'DIRECTION' },
    { header: 'Number', field: 'CUSTOMER_PHONE' },
    { header: 'Queue', field: 'QUEUE' },
    { header: 'Recording', field: 'RECORDING' },
    { header: 'Notes', field: 'METADATA' },
  ],
}

export async function setUpCustomer(stack: Stack): Promise<Customer> {
  const data = stack.env['DATA_DIR'] ?? './data'
  const staff = askAs(
    stack.api,
    stack.env['STAFF_TOKEN'] ?? (await readFile(join(data, 'staff-token'), 'utf8')).trim(),
  )
  const slug = `demo-${Date.now().toString(36)}`
  const { createTenant } = await staff<{
    createTenant: { tenant: { id: string }; adminToken: { token: string } }
  }>(
    `mutation ($input: CreateTenantInput!) { createTenant(input: $input) { tenant { id } adminToken { token } } }`,
    { input: { name: 'Demo Contact Centre', slug, timeZone: 'Europe/Berlin' } },
  )
  const token = createTenant.adminToken.token
  const ask = askAs(stack.api, token)
  await ask(`mutation ($agents: [AgentInput!]!) { upsertAgents(agents: $agents) { id } }`, {
    agents: people.map(([username, name]) => ({ name, username, email: `${username}@demo.example` })),
  })
  await ask(
    `mutation ($template: ColumnTemplateInput!) { createColumnTemplate(template: $template) { id } }`,
    {
      template,
    },
  )
  const { createSftpAccount } = await staff<{ createSftpAccount: Customer['account'] & { id: string } }>(
    `mutation ($tenantId: ID!) { createSftpAccount(tenantId: $tenantId) { id host port username hostKeyFingerprints } }`,
    { tenantId: createTenant.tenant.id },
  )
  const { generateSshKey } = await ask<{ generateSshKey: { privateKey: string } }>(
    `mutation ($id: ID!) { generateSshKey(accountId: $id, label: "demo") { privateKey } }`,
    { id: createSftpAccount.id },
  )
  const folder = join(data, 'demo', slug)
  const keyFile = join(folder, 'id_ed25519')
  await mkdir(folder, { recursive: true, mode: 0o700 })
  await writeFile(keyFile, generateSshKey.privateKey, { mode: 0o600 })
  await writeFile(join(folder, 'token'), `${token}\n`, { mode: 0o600 })
  return {
    slug,
    ask,
    token,
    folder,
    keyFile,
    privateKey: generateSshKey.privateKey,
    account: createSftpAccount,
  }
}
