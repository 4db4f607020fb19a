import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import type { AgentInput } from '../../../core/agents/agent.ts'
import { setAgentActive, upsertAgents } from '../../../core/agents/agents.ts'
import { type TenantTx, tables } from '../../../db/db.ts'
import { createTestDatabase, type TestDatabase } from '../../support/database.ts'

let room: TestDatabase
let tenantId: string
beforeAll(async () => {
  room = await createTestDatabase({ max: 12 })
})
afterAll(() => room[Symbol.asyncDispose]())
beforeEach(async () => {
  tenantId = await room.createTenant()
})

const inTenant = <T>(work: (tx: TenantTx) => Promise<T>) => room.database.asTenant(tenantId, work)
const upsert = (...inputs: AgentInput[]) => inTenant(tx => upsertAgents(tx, tenantId, inputs))
const one = async (input: AgentInput) => {
  const [agent] = await upsert(input)
  if (!agent) throw new Error('no agent')
  return agent
}
const all = () => inTenant(tx => tx.select().from(tables.agents))
const keys = async () => {
  const rows = await inTenant(tx => tx.select().from(tables.agentKeys))
  return rows.map(row => `${row.kind} ${row.key}`).toSorted((a, b) => (a < b ? -1 : 1))
}
const isRefusal = (code: string, message: RegExp) =>
  expect.objectContaining({ code, message: expect.stringMatching(message) })

describe('who is meant', () => {
  test.each([
    ['external id', { externalId: ' E1 ' }],
    ['email, whatever its case', { email: 'ANA@Example.com' }],
    ['user name', { username: 'ANA' }],
    ['all three', { externalId: 'e1', email: 'ana@example.com', username: 'ana' }],
  ])('by %s', async (_, named) => {
    const ana = await one({ name: 'Ana', externalId: 'E1', email: 'ana@example.com', username: 'Ana' })
    const again = await one({ name: 'Ana Maria', ...named })
    expect(again).toMatchObject({ id: ana.id, name: 'Ana Maria' })
    expect(await all()).toHaveLength(1)
  })

  test('a known external id with an email that nobody has changes the email', async () => {
    const ana = await one({ name: 'Ana', externalId: 'E1', email: 'old@example.com' })
    expect(await one({ name: 'Ana', externalId: 'E1', email: 'new@example.com' })).toMatchObject({
      id: ana.id,
    })
    expect(await keys()).toEqual(['EMAIL new@example.com', 'EXTERNAL_ID e1', 'NAME ana'])
    // The old address is free again.
    expect((await one({ name: 'Bea', email: 'old@example.com' })).id).not.toBe(ana.id)
  })

  test('a name or an alias means nobody: two may share a name', async () => {
    const first = await one({ name: 'Jo', username: 'jo1', aliases: ['x7'] })
    const second = await one({ name: 'Jo', username: 'jo2' })
    const third = await one({ name: 'Jo' })
    expect(new Set([first.id, second.id, third.id]).size).toBe(3)
  })

  test('in one call the same agent may come twice: the last stands', async () => {
    const [a, b] = await upsert({ name: 'A', email: 'a@x' }, { name: 'B', email: 'A@X', aliases: ['bee'] })
    expect(a?.id).toBe(b?.id)
    expect((await all()).map(agent => agent.name)).toEqual(['B'])
  })
})

describe('what contradicts is CONFLICT, and keeps nothing', () => {
  beforeEach(async () => {
    await upsert(
      { name: 'Ana', externalId: 'E1', email: 'ana@x', aliases: ['boss'] },
      { name: 'Bob', externalId: 'E2', email: 'bob@x', username: 'bob' },
    )
  })

  test.each<[string, AgentInput, RegExp]>([
    [
      'id of one, email of the other',
      { name: 'N', externalId: 'E1', email: 'bob@x' },
      /fits 2 agents \(.*Ana.*Bob|Bob.*Ana/,
    ],
    ['email of one, user name of the other', { name: 'N', email: 'ana@x', username: 'BOB' }, /fits 2 agents/],
    [
      'an alias that another has',
      { name: 'Bob', externalId: 'E2', aliases: ['BOSS'] },
      /"BOSS" is already a key of the agent Ana/,
    ],
    [
      'a new agent with such an alias',
      { name: 'Cy', aliases: ['ok', ' boss '] },
      /already a key of the agent Ana/,
    ],
  ])('%s', async (_, input, words) => {
    const before = [await all(), await keys()]
    await expect(upsert({ name: 'Fine', email: 'fine@x' }, input)).rejects.toEqual(
      isRefusal('CONFLICT', words),
    )
    expect([await all(), await keys()]).toEqual(before)
  })
})

describe('what is left out stays', () => {
  test('null, empty and blank are left out; aliases only grow', async () => {
    const ana = await one({
      name: 'Ana',
      externalId: 'E1',
      email: 'ana@x',
      username: 'ana',
      aliases: ['one', 'ONE', 'two'],
    })
    const same = await one({ name: 'Ana', externalId: 'E1', email: null, username: '  ', aliases: null })
    expect(same).toEqual(ana)
    await one({ name: 'Ana', email: 'ana@x', externalId: '', aliases: ['three'] })
    const kept = (await inTenant(tx => tx.select().from(tables.agentKeys))).filter(
      key => key.kind === 'ALIAS',
    )
    expect(kept.map(({ given }) => given).toSorted()).toEqual(['one', 'three', 'two'])
    expect(await keys()).toEqual([
      'ALIAS one',
      'ALIAS three',
      'ALIAS two',
      'EMAIL ana@x',
      'EXTERNAL_ID e1',
      'NAME ana',
      'USERNAME ana',
    ])
  })

  test('an inactive agent stays so', async () => {
    const { id } = await one({ name: 'Ana', username: 'ana' })
    await inTenant(tx => setAgentActive(tx, tenantId, id, false))
    expect(await one({ name: 'Ana', username: 'ana' })).toMatchObject({ id, active: false })
  })

  test('a blank user name is none: it makes no key that others meet', async () => {
    await upsert({ name: 'A', username: ' ' }, { name: 'B', username: '\t' })
    expect(await keys()).toEqual(['NAME a', 'NAME b'])
  })
})

test('every faulty input is named by its place', async () => {
  const long = 'x'.repeat(321)
  await expect(
    upsert(
      { name: ' ' },
      { name: 'ok', email: 'no address' },
      { name: 'nul\0', username: 'a\0b', externalId: long, aliases: ['fine', ''] },
    ),
  ).rejects.toEqual(
    expect.objectContaining({
      code: 'BAD_INPUT',
      fields: [
        ['0', 'name'],
        ['1', 'email'],
        ['2', 'name'],
        ['2', 'username'],
        ['2', 'externalId'],
        ['2', 'aliases'],
      ].map(path => expect.objectContaining({ path: ['agents', ...path] })),
    }),
  )
  expect(await all()).toEqual([])
})

test('1,000 at once and no more', async () => {
  const many = (count: number) =>
    Array.from({ length: count }, (_, i) => ({ name: `A ${i}`, username: `a${i}` }))
  await expect(upsert(...many(1_001))).rejects.toEqual(isRefusal('LIMITED', /At most 1000/))
  const started = performance.now()
  expect(await upsert(...many(1_000))).toHaveLength(1_000)
  expect(performance.now() - started).toBeLessThan(20_000)
})

test('agents of another tenant are out of reach', async () => {
  const { id } = await one({ name: 'Ana', email: 'ana@x', aliases: ['boss'] })
  const other = await room.createTenant()
  const asOther = <T>(work: (tx: TenantTx) => Promise<T>) => room.database.asTenant(other, work)
  const [twin] = await asOther(tx =>
    upsertAgents(tx, other, [{ name: 'Ana', email: 'ana@x', aliases: ['boss'] }]),
  )
  expect(twin?.id).not.toBe(id)
  await expect(asOther(tx => setAgentActive(tx, other, id, false))).rejects.toEqual(
    isRefusal('NOT_FOUND', /^This agent/),
  )
})

describe('races', () => {
  test('the same agent upserted by ten at once is one agent', async () => {
    const made = await Promise.all(
      Array.from({ length: 10 }, (_, i) =>
        one({ name: `Ana ${i}`, email: 'ana@x', aliases: [`alias ${i}`] }),
      ),
    )
    expect(new Set(made.map(agent => agent.id)).size).toBe(1)
    expect(await all()).toHaveLength(1)
    expect((await keys()).filter(key => key.startsWith('ALIAS'))).toHaveLength(10)
  })

  test('two batches that name the same agents in opposite order both end', async () => {
    const batch = Array.from({ length: 20 }, (_, i) => ({ name: `A ${i}`, username: `a${i}` }))
    await Promise.all([upsert(...batch), upsert(...batch.toReversed())])
    expect(await all()).toHaveLength(20)
  })
})
