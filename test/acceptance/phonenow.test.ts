import { existsSync } from 'node:fs'
import { copyFile, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import {
  ask,
  type Customer,
  customerWith,
  endedImports,
  type Nightdrop,
  sftpBatch,
  startNightdrop,
} from './nightdrop.ts'

const sample = join(import.meta.dirname, '../../../shared/data/phonenow-calls.csv')
const people = ['Diane', 'Becky', 'Stewart', 'Greg', 'Jim', 'Martha', 'Dan', 'Joe']

const template = {
  name: 'PhoneNow calls',
  filePattern: '/nightly/*.csv',
  dialect: {},
  agentKey: 'USERNAME',
  timeZone: 'Europe/London',
  columns: [
    ['Call Id', 'REFERENCE'],
    ['Agent', 'AGENT'],
    ['Date', 'CONTACT_DAY', 'yyyy-MM-dd'],
    ['Time', 'CONTACT_TIME', 'H:mm:ss'],
    ['Topic', 'QUEUE'],
    ['Answered (Y/N)', 'DISPOSITION'],
    ['Resolved', 'METADATA'],
    ['Speed of answer in seconds', 'METADATA'],
    ['AvgTalkDuration', 'DURATION', 'h:mm:ss'],
    ['Satisfaction rating', 'METADATA'],
  ].map(([header, field, format]) => ({ header, field, ...(format ? { format } : {}) })),
}

describe.skipIf(!existsSync(sample))(
  'a real export, by OpenSSH (needs ../shared/data/phonenow-calls.csv)',
  () => {
    let nightdrop: Nightdrop
    let customer: Customer
    beforeAll(async () => {
      nightdrop = await startNightdrop()
      customer = await customerWith(nightdrop, 'phonenow', template)
      await ask(
        nightdrop,
        customer.token,
        'mutation ($a: [AgentInput!]!) { upsertAgents(agents: $a) { id } }',
        {
          a: people.map(name => ({ name: `${name} of PhoneNow`, username: name })),
        },
      )
    }, 120_000)
    afterAll(() => nightdrop?.[Symbol.asyncDispose]())

    test('becomes 5,000 contacts of 8 agents and a receipt that adds up', async () => {
      await copyFile(sample, join(nightdrop.folder, 'calls.csv'))
      await sftpBatch(
        nightdrop,
        customer,
        `mkdir nightly\nput ${nightdrop.folder}/calls.csv nightly/calls.csv\n`,
      )
      const [first] = await endedImports(nightdrop, customer.token, 1)
      expect(first).toMatchObject({
        status: 'COMPLETED',
        rowsRead: 5000,
        created: 5000,
        updated: 0,
        unchanged: 0,
        rejected: 0,
        unlinkedAgents: 0,
        failure: null,
      })
      const { tenant } = await ask<{
        tenant: {
          contacts: { totalCount: number }
          contact: Record<string, unknown>
          agents: { nodes: { contactCount: number }[] }
        }
      }>(
        nightdrop,
        customer.token,
        `{ tenant {
          contacts { totalCount }
          contact(reference: "ID0001") { occurredAt occurredAtText agentKey agent { name } durationSeconds queue disposition metadata }
          agents { nodes { contactCount } }
      } }`,
      )
      expect(tenant.contacts.totalCount).toBe(5000)
      expect(tenant.contact).toEqual({
        occurredAt: '2021-01-01T09:12:58.000Z',
        occurredAtText: '2021-01-01 9:12:58',
        agentKey: 'Diane',
        agent: { name: 'Diane of PhoneNow' },
        durationSeconds: 143,
        queue: 'Contract related',
        disposition: 'Y',
        metadata: { Resolved: 'Y', 'Speed of answer in seconds': '109', 'Satisfaction rating': '3' },
      })
      expect(tenant.agents.nodes).toHaveLength(8)
      expect(tenant.agents.nodes.reduce((sum, agent) => sum + agent.contactCount, 0)).toBe(5000)
    })

    test('leaves a receipt where the sender can fetch it', async () => {
      const listing = await sftpBatch(nightdrop, customer, 'ls -1 reports/nightly\n')
      const [name] = /reports\/nightly\/calls\.csv\.\S+\.OK\.json/.exec(listing) ?? []
      expect(name).toBeDefined()
      const local = join(nightdrop.folder, 'receipt.json')
      await sftpBatch(nightdrop, customer, `get ${name} ${local}\n`)
      const receipt = JSON.parse(await readFile(local, 'utf8')) as { import: Record<string, number> }
      const { rowsRead, created, updated, unchanged, rejected } = receipt.import
      expect({ rowsRead, created, updated, unchanged, rejected }).toEqual({
        rowsRead: 5000,
        created: 5000,
        updated: 0,
        unchanged: 0,
        rejected: 0,
      })
    })

    test('sent again changes nothing', async () => {
      await sftpBatch(nightdrop, customer, `put ${nightdrop.folder}/calls.csv nightly/calls.csv\n`)
      const [second] = await endedImports(nightdrop, customer.token, 2)
      expect(second).toMatchObject({
        status: 'COMPLETED',
        rowsRead: 5000,
        created: 0,
        updated: 0,
        unchanged: 5000,
        rejected: 0,
      })
    })
  },
)
