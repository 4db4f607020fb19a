import { sql } from 'drizzle-orm'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { foldAgentKey } from '../../core/templates/agent-key.ts'
import { tables } from '../../db/db.ts'
import { type ApiRoom, openApiRoom, STAFF_TOKEN } from './api-room.ts'
import { fillTenant } from './contacts-fixture.ts'

const { contacts } = tables

/** Reference, agent key, phone. */
const people: [string, string, string?][] = [
  ['ID0001', 'Diane', '+44 20 7946 0123'],
  ['id0002', 'dan@example.com', '020 7946 0123'],
  ['Id00%3', 'DAN Brown', '00442079460123'],
  ['x_1', 'Zoë', '(020) 7946-0999'],
  ['xy1', 'ZOË K', '079460123'],
  ['460123', 'Ivan'],
  ['ÄÖÜ-1', 'ΝΙΚΟΣ ΠΑΠΑΣ', '12345'],
  ['İzmir', 'ΟΔΥΣΣΕΑΣ', 'no number'],
  ['dan-7', 'Dan', ''],
  ['sip-1', 'S1', 'sip:+491701234567@10.1.2.3'],
  ['sip-2', 'S2', '"Room 7" <sip:+4930998877@sbc2.example.com;user=phone>'],
  ['tel-1', 'S3', 'tel:+4930555444;ext=77'],
  ['ext-1', 'S4', '030 1234567 ext. 12'],
  ['ext-2', 'S5', '(030) 7654321 x99'],
  ['ext-3', 'S6', '030/8765432#5'],
  ['fax-1', 'S7', 'Fax 030 3334445'],
  ['abroad', 'S8', '+44 (0)161 496 0000'],
  ['host', 'S9', 'x@192.168.77.1'],
]

let room: ApiRoom
let own: Awaited<ReturnType<ApiRoom['tenant']>>
let other: Awaited<ReturnType<ApiRoom['tenant']>>
beforeAll(async () => {
  room = await openApiRoom()
  own = await room.tenant('Own')
  other = await room.tenant('Other')
  for (const { tenantId } of [own, other]) {
    const { contacts: made, agents } = await fillTenant(room.database, tenantId, people.length)
    await room.database.asTenant(tenantId, async tx => {
      for (const [n, [reference, agentKey, customerPhone]] of people.entries())
        await tx
          .update(contacts)
          .set({
            reference,
            agentKey,
            agentMatch: foldAgentKey(agentKey),
            customerPhone: customerPhone ?? null,
            agentId: agents[0]?.id ?? null,
          })
          .where(sql`id = ${made[n]?.id}`)
    })
  }
})
afterAll(() => room[Symbol.asyncDispose]())

const query = `query ($t: ID, $f: ContactFilter, $first: Int, $after: String) { tenant(id: $t) {
  contacts(filter: $f, first: $first, after: $after, orderBy: OCCURRED_AT_ASC) {
    totalCount nodes { reference } pageInfo { endCursor hasNextPage } } } }`

interface Found {
  totalCount: number
  nodes: { reference: string }[]
  pageInfo: { endCursor: string | null; hasNextPage: boolean }
}

const ask = async (token: string, variables: object) =>
  (await room.data<{ tenant: { contacts: Found } }>(token, query, { ...variables })).tenant.contacts
const search = async (words: string | null, more: object = {}) => {
  const found = await ask(own.READER, { f: { search: words, ...more } })
  expect(found.totalCount).toBe(found.nodes.length)
  return found.nodes.map(contact => contact.reference)
}

describe('the beginning of the reference or the agent key, whatever the case', () => {
  test.each([
    ['ID000', ['ID0001', 'id0002']],
    ['id00', ['ID0001', 'id0002', 'Id00%3']],
    ['0001', []],
    ['äö', ['ÄÖÜ-1']],
    ['ÄÖÜ-1', ['ÄÖÜ-1']],
    ['İZ', ['İzmir']],
    ['dan', ['id0002', 'Id00%3', 'dan-7']],
    ['DAN@EXAMPLE', ['id0002']],
    ['dan ', ['id0002', 'Id00%3', 'dan-7']],
    ['zoë', ['x_1', 'xy1']],
    ['ZOE\u0308 k', ['xy1']],
    ['ΝΙΚΟΣ', ['ÄÖÜ-1']],
    ['ΟΔΥΣ', ['İzmir']],
    ['nobody', []],
  ])('%s', async (words, references) => {
    expect(await search(words)).toEqual(references)
  })

  test('what stands for anything elsewhere stands for itself', async () => {
    expect(await search('x_')).toEqual(['x_1'])
    expect(await search('id00%')).toEqual(['Id00%3'])
    expect(await search('%')).toEqual([])
    expect(await search(`' or true --`)).toEqual([])
    expect(await search('\\')).toEqual([])
  })
})

describe('the last six or more digits of the phone, however it was written', () => {
  test.each([
    ['460123', ['ID0001', 'id0002', 'Id00%3', 'xy1', '460123']],
    ['46-01.23', ['ID0001', 'id0002', 'Id00%3', 'xy1']],
    ['7946 0123', ['ID0001', 'id0002', 'Id00%3', 'xy1']],
    ['+44 20 7946 0123', ['ID0001', 'Id00%3']],
    ['0044 20 7946 0123', ['ID0001', 'Id00%3']],
    ['020 7946 0123', ['ID0001', 'id0002', 'Id00%3']],
    ['+44 (0)20 7946\u20130123', ['ID0001', 'Id00%3']],
    ['(020)79460999', ['x_1']],
    ['60123', []],
    ['46012', ['460123']],
    ['12345', []],
    ['20794601', []],
    ['460123a', []],
    ['+49 170 1234567', ['sip-1']],
    ['1234567', ['sip-1', 'ext-1']],
    ['030 998877', ['sip-2']],
    ['998877', ['sip-2']],
    ['030 555444', ['tel-1']],
    ['7654321', ['ext-2']],
    ['8765432', ['ext-3']],
    ['3334445', ['fax-1']],
    ['+44 161 496 0000', ['abroad']],
    ['0161 496 0000', ['abroad']],
    ['192168771', ['host']],
    ['123456712', []],
  ])('%s', async (words, references) => {
    expect(await search(words)).toEqual(references)
  })
})

test('blank words narrow nothing, and a search narrows what other filters find', async () => {
  for (const words of ['', '  ', null]) expect(await search(words)).toHaveLength(people.length)
  expect(await search('460123', { references: ['id0002', 'x_1'] })).toEqual(['id0002'])
  expect(await search('dan', { evaluated: true })).toEqual([])
})

test('one that fits in two ways is found once, and pages go through all that fit', async () => {
  await room.database.asTenant(own.tenantId, tx =>
    tx.update(contacts).set({ agentMatch: '460123' }).where(sql`reference = '460123'`),
  )
  const seen: string[] = []
  for (let after: string | null = null, more = true; more; ) {
    const found: Found = await ask(own.READER, { f: { search: '460123' }, first: 2, after })
    seen.push(...found.nodes.map(contact => contact.reference))
    ;({ endCursor: after, hasNextPage: more } = found.pageInfo)
  }
  expect(seen).toEqual(['ID0001', 'id0002', 'Id00%3', 'xy1', '460123'])
})

test('staff search in the tenant that they name', async () => {
  const found = await ask(STAFF_TOKEN, { t: other.id, f: { search: 'id00' } })
  expect(found).toMatchObject({ totalCount: 3 })
})

test('words that nothing can hold are BAD_INPUT', async () => {
  for (const words of ['x'.repeat(513), 'nul \0', 'lost \ufffd']) {
    const [error] = (await room.ask(own.READER, query, { f: { search: words } })).errors ?? []
    expect(error?.extensions).toMatchObject({ code: 'BAD_INPUT', fields: [{ path: ['filter', 'search'] }] })
  }
})
