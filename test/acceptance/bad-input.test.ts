import { readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { afterAll, beforeAll, expect, test } from 'vitest'
import {
  ask,
  type Customer,
  customerWith,
  endedImports,
  makeCustomer,
  type Nightdrop,
  sftpBatch,
  startNightdrop,
} from './nightdrop.ts'

// What bad input gets, from OpenSSH's client to the receipt that the sender fetches.

let nightdrop: Nightdrop
let customer: Customer
let sent = 0

const template = {
  name: 'Calls',
  filePattern: '/in/*.csv',
  dialect: {},
  agentKey: 'USERNAME',
  timeZone: 'Europe/Berlin',
  columns: [
    { header: 'Id', field: 'REFERENCE' },
    { header: 'Agent', field: 'AGENT' },
    { header: 'When', field: 'CONTACT_DATE', format: 'yyyy-MM-dd HH:mm:ss' },
    { header: 'Phone', field: 'CUSTOMER_PHONE' },
  ],
}

beforeAll(async () => {
  nightdrop = await startNightdrop()
  customer = await customerWith(nightdrop, 'bad-input', template)
  await sftpBatch(nightdrop, customer, 'mkdir in\nmkdir elsewhere\n')
}, 120_000)
afterAll(() => nightdrop?.[Symbol.asyncDispose]())

async function send(name: string, content: string | Buffer) {
  const local = join(nightdrop.folder, 'to-send')
  await writeFile(local, content)
  await sftpBatch(nightdrop, customer, `put ${local} in/${name}\n`)
  sent += 1
  const [newest] = await endedImports(nightdrop, customer.token, sent)
  if (!newest) throw new Error('no import')
  return newest
}

const reports = async (folder: string) =>
  (await sftpBatch(nightdrop, customer, `ls -1 reports/${folder}\n`)).split('\n')

const sound = 'C1,ann,2026-01-05 10:00:00,+4930123\n'

test.each([
  ['empty.csv', '', 'EMPTY'],
  ['header-only.csv', 'Id,Agent,When,Phone\n', 'NO_ROWS'],
  ['missing.csv', `Id,Agent,Phone\nC1,ann,+49\n`, 'HEADER_MISMATCH'],
  ['moved.csv', `Id,When,Agent,Phone\nC1,2026-01-05 10:00:00,ann,+49\n`, 'HEADER_MISMATCH'],
  ['renamed.csv', `Id,Agent,Started,Phone\n${sound}`, 'HEADER_MISMATCH'],
  ['extra-before.csv', `No,Id,Agent,When,Phone\n1,${sound}`, 'HEADER_MISMATCH'],
  ['semicolons.csv', `Id;Agent;When;Phone\n${sound.replaceAll(',', ';')}`, 'DIALECT_MISMATCH'],
  [
    'latin.csv',
    Buffer.from(`Id,Agent,When,Phone\nC1,J\u00fcrgen,2026-01-05 10:00:00,1\n`, 'latin1'),
    'ENCODING_MISMATCH',
  ],
])('%s is refused, with a receipt that says so', async (name, content, code) => {
  const refused = await send(name, content)
  expect(refused).toMatchObject({ status: 'REFUSED', created: 0, updated: 0, failure: { code } })
  expect(refused.rowsRead).toBe(refused.rejected)
  expect(
    (await reports('in')).some(line => line.includes(`${name}.`) && line.endsWith('.REFUSED.json')),
  ).toBe(true)
  const { tenant } = await ask<{ tenant: { contacts: { totalCount: number } } }>(
    nightdrop,
    customer.token,
    '{ tenant { contacts { totalCount } } }',
  )
  expect(tenant.contacts.totalCount).toBe(0)
})

test('bad rows are rejected one by one; what is corrected in the CSV of them can be sent again', async () => {
  const rows = [
    'C1,ann,2026-01-05 10:00:00,+4930123',
    ',ann,2026-01-05 10:00:00,1',
    'C3,,2026-01-05 10:00:00,1',
    'C4,ann,,1',
    'C5,ann,2026-02-30 10:00:00,1',
    'C6,ann,2026-03-29 02:30:00,1',
    '5.58E+12,ann,2026-01-05 10:00:00,1',
    'C8,ann,2026-01-05 10:00:00,4.9E+11',
    'C9,ann,2026-01-05 10:00:00',
    'C10,ann,2026-01-05 10:00:00,1,2,3',
    'C11,an\u0000n,2026-01-05 10:00:00,1',
    `C12,ann,2026-01-05 10:00:00,${'9'.repeat(70_000)}`,
    ...Array.from({ length: 20 }, (_, index) => `S${index},ann,2026-01-06 10:00:00,${index}`),
  ]
  const partly = await send('rows.csv', `Id,Agent,When,Phone\n${rows.join('\n')}\n`)
  // C10's cells after the agreed ones have no header, so that its row has too many cells.
  expect(partly).toMatchObject({
    status: 'COMPLETED',
    rowsRead: 32,
    created: 21,
    updated: 0,
    unchanged: 0,
    rejected: 11,
  })
  const { tenant } = await ask<{
    tenant: {
      imports: { nodes: { rejections: { nodes: { row: number; code: string; message: string }[] } }[] }
    }
  }>(
    nightdrop,
    customer.token,
    '{ tenant { imports(first: 1) { nodes { rejections { nodes { row code message } } } } } }',
  )
  const rejections = tenant.imports.nodes[0]?.rejections.nodes ?? []
  expect(rejections.map(({ row, code }) => `${row} ${code}`)).toEqual([
    '2 MISSING_VALUE',
    '3 MISSING_VALUE',
    '4 MISSING_VALUE',
    '5 BAD_DATE',
    '6 NO_SUCH_LOCAL_TIME',
    '7 SPREADSHEET_DAMAGE',
    '8 SPREADSHEET_DAMAGE',
    '9 MISSING_COLUMN',
    '10 EXTRA_COLUMN',
    '11 BAD_CHARACTER',
    '12 TOO_LONG',
  ])
  const csvName = (await reports('in')).find(line => /rows\.csv\..*\.csv$/.test(line))?.trim()
  const local = join(nightdrop.folder, 'rejected.csv')
  await sftpBatch(nightdrop, customer, `get "${csvName}" ${local}\n`)
  const lines = (await readFile(local, 'utf8')).split(/\r?\n/)
  expect(lines[0]).toBe('Id,Agent,When,Phone,nightdrop_reason')
  const corrected = [
    lines[0],
    ...lines.filter(line => line.startsWith('C5')).map(line => line.replace('02-30', '02-28')),
  ]
  const again = await send('corrected.csv', `${corrected.join('\n')}\n`)
  expect(again).toMatchObject({ status: 'COMPLETED', rowsRead: 1, created: 1, rejected: 0 })
})

test('a CSV that no template names is kept, imports nothing, and is told of', async () => {
  const local = join(nightdrop.folder, 'to-send')
  await writeFile(local, `Id,Agent,When,Phone\n${sound}`)
  await sftpBatch(nightdrop, customer, `put ${local} elsewhere/calls.csv\n`)
  for (let tries = 0; ; tries++) {
    if (
      (await reports('elsewhere').catch(() => [])).some(
        line => line.includes('calls.csv.') && line.includes('IGNORED'),
      )
    )
      break
    if (tries > 100) throw new Error('no receipt')
    await sleep(100)
  }
  const { tenant } = await ask<{
    tenant: {
      files: { nodes: { path: string; kind: string }[] }
      health: { openProblems: { message: string }[] }
    }
  }>(
    nightdrop,
    customer.token,
    '{ tenant { files(first: 1) { nodes { path kind } } health { openProblems { message } } } }',
  )
  expect(tenant.files.nodes).toEqual([{ path: '/elsewhere/calls.csv', kind: 'OTHER' }])
  expect(tenant.health.openProblems.some(problem => problem.message.includes('/elsewhere/calls.csv'))).toBe(
    true,
  )
})

test('whoever may not come in hears the same; the reason is on record', async () => {
  const stranger = await makeCustomer(nightdrop, 'stranger')
  const attempt = (username: string, keyFile: string) =>
    sftpBatch(nightdrop, { username, keyFile }, 'ls\n').then(
      () => 'let in',
      (error: { stderr: string }) => error.stderr.replaceAll(/^.*@/gm, '').trim(),
    )
  const wrongKey = await attempt(customer.username, stranger.keyFile)
  const unknown = await attempt('nobody-at-all', customer.keyFile)
  await ask(
    nightdrop,
    customer.token,
    'mutation ($id: ID!) { setSftpAccountEnabled(id: $id, enabled: false) { id } }',
    {
      id: customer.accountId,
    },
  )
  const disabled = await attempt(customer.username, customer.keyFile)
  await ask(
    nightdrop,
    customer.token,
    'mutation ($id: ID!) { setSftpAccountEnabled(id: $id, enabled: true) { id } }',
    {
      id: customer.accountId,
    },
  )
  await ask(
    nightdrop,
    customer.token,
    'mutation ($id: ID!) { setAllowedNetworks(id: $id, networks: ["203.0.113.0/24"]) { id } }',
    {
      id: customer.accountId,
    },
  )
  const foreign = await attempt(customer.username, customer.keyFile)
  expect(new Set([wrongKey, unknown, disabled, foreign]).size).toBe(1)
  expect(wrongKey).toContain('Permission denied (publickey)')

  await sleep(500)
  const { tenant } = await ask<{
    tenant: { sftpAccounts: { connections: { accepted: boolean; reason: string | null }[] }[] }
  }>(nightdrop, customer.token, '{ tenant { sftpAccounts { connections(first: 3) { accepted reason } } } }')
  const reasons = tenant.sftpAccounts[0]?.connections.map(connection => connection.reason ?? '') ?? []
  expect(reasons[0]).toContain('allowed networks')
  expect(reasons[1]).toContain('disabled')
  expect(reasons[2]).toContain('not one of this account')
  const { unattributedConnections } = await ask<{ unattributedConnections: { reason: string }[] }>(
    nightdrop,
    nightdrop.staffToken,
    '{ unattributedConnections(first: 5) { reason } }',
  )
  expect(unattributedConnections.some(connection => connection.reason.includes('nobody-at-all'))).toBe(true)
})
