import { readFile } from 'node:fs/promises'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { type ImportRoom, openImportRoom, phonenowTemplate } from './import-room.ts'

const agents = ['Becky', 'Dan', 'Diane', 'Greg', 'Jim', 'Joe', 'Martha', 'Stewart']
const file = new URL('../../../../shared/data/phonenow-calls.csv', import.meta.url)
const body = await readFile(file).catch(() => undefined)

let room: ImportRoom
beforeAll(async () => {
  room = await openImportRoom({ templates: [phonenowTemplate] })
})
afterAll(() => room?.[Symbol.asyncDispose]())

test.skipIf(!body)(
  `a real export becomes contacts, linked to its agents (needs ${file.pathname})`,
  async () => {
    for (const name of agents) await room.addAgent(name)
    const id = await room.upload('/calls/january.csv', body ?? '')
    await room.run()
    expect(await room.import(id)).toMatchObject({
      status: 'COMPLETED',
      failure: null,
      rowsRead: 5e3,
      created: 5e3,
      updated: 0,
      unchanged: 0,
      rejected: 0,
      unlinkedAgents: 0,
      claim: null,
    })
    const contacts = await room.contacts()
    expect(contacts).toHaveLength(5000)
    expect(new Set(contacts.map(contact => contact.agentId)).size).toBe(8)
    expect(contacts[0]).toMatchObject({
      reference: 'ID0001',
      agentKey: 'Diane',
      occurredAt: new Date('2021-01-01T08:12:58Z'),
      occurredAtText: '2021-01-01 9:12:58',
      queue: 'Contract related',
      durationSeconds: 143,
      metadata: {
        'Answered (Y/N)': 'Y',
        'Satisfaction rating': '3',
        'Speed of answer in seconds': '109',
      },
    })
  },
)

test.skipIf(!body)('sent again, nothing is rewritten', async () => {
  const before = await room.rowVersions()
  const id = await room.upload('/calls/january.csv', body ?? '')
  await room.run()
  expect(await room.import(id)).toMatchObject({ status: 'COMPLETED', rowsRead: 5000, unchanged: 5000 })
  expect(await room.rowVersions()).toEqual(before)
})
