import { AsyncResource } from 'node:async_hooks'
import { and, eq } from 'drizzle-orm'
import { describe, expect, test } from 'vitest'
import type { AgentInput } from '../../../core/agents/agent.ts'
import { upsertAgents } from '../../../core/agents/agents.ts'
import { claimPastContacts } from '../../../core/agents/claim-past-contacts.ts'
import { linkAgentKey } from '../../../core/agents/link-key.ts'
import { unknownAgents } from '../../../core/agents/unknown-agents.ts'
import { unlinkAgentKey } from '../../../core/agents/unlink-key.ts'
import type { ColumnTemplate } from '../../../core/templates/template.ts'
import { type Database, tables } from '../../../db/db.ts'
import { HEADER, row, smallTemplate } from '../../support/contact-files.ts'
import { type ImportRoom, openImportRoom } from '../imports/import-room.ts'

const kinds = ['EMAIL', 'USERNAME', 'EXTERNAL_ID', 'NAME'] as const

/** One template for each kind of key, each reading a folder of its own. */
const templates: ColumnTemplate[] = kinds.map(agentKey => ({
  ...smallTemplate,
  name: agentKey,
  filePattern: `/${agentKey}/*.csv`,
  agentKey,
}))

const add = (room: ImportRoom, ...inputs: AgentInput[]) =>
  room.inTenant(tx => upsertAgents(tx, room.tenantId, inputs))
const claim = (room: ImportRoom, agentIds: string[], share?: number) =>
  claimPastContacts(room.database, room.tenantId, { agentIds, ...(share ? { share } : {}) })
const linked = async (room: ImportRoom) =>
  Object.fromEntries((await room.contacts()).map(each => [each.reference, each.agentId]))

/** Files of each kind of template that call an agent by these words; references are `<kind> <word>`. */
async function send(room: ImportRoom, ...words: string[]) {
  for (const kind of kinds)
    await room.upload(`/${kind}/a.csv`, HEADER + words.map(word => row(`${kind} ${word}`, word)).join(''))
  await room.run()
}

test('contacts are claimed by the kind of key their template names, and by aliases whatever it names', async () => {
  await using room = await openImportRoom({ templates })
  await send(room, 'ana@x', 'ana', 'e1', 'Ana Maria', 'boss', 'stranger')
  const [ana] = await add(room, {
    name: 'Ana Maria',
    email: 'ANA@x',
    username: 'Ana',
    externalId: 'E1',
    aliases: ['Boss'],
  })
  const id = ana?.id ?? ''
  expect(await claim(room, [id])).toBe(8)
  const found = Object.entries(await linked(room)).filter(([, agent]) => agent === id)
  expect(new Set(found.map(([reference]) => reference))).toEqual(
    new Set([
      'EMAIL ana@x',
      'USERNAME ana',
      'EXTERNAL_ID e1',
      'NAME Ana Maria',
      ...kinds.map(kind => `${kind} boss`),
    ]),
  )
  expect(await claim(room, [id])).toBe(0)
})

test('of two agents of one name the key is linked to the one it is said to mean, now and by later imports', async () => {
  await using room = await openImportRoom({ templates })
  await send(room, 'jo')
  const [, two] = await add(room, { name: 'Jo', externalId: '1' }, { name: 'JO', externalId: '2' })
  const id = two?.id ?? ''
  await room.inTenant(tx => linkAgentKey(tx, room.tenantId, 'jo', id))
  expect(await claim(room, [id])).toBe(4)
  await room.upload('/NAME/later.csv', HEADER + row('later', 'jo'))
  await room.run()
  expect(await linked(room)).toMatchObject({ 'NAME jo': id, later: id })
})

test('an alias that is taken away takes its contacts with it, and they go to whom the key means then', async () => {
  await using room = await openImportRoom({ templates })
  await send(room, 'diane@x', 'greg')
  const [greg] = await add(room, { name: 'Greg', username: 'greg', aliases: ['diane@x'] })
  await claim(room, [greg?.id ?? ''])
  const unlink = () => unlinkAgentKey(room.database, room.tenantId, 'Diane@x')
  expect(await unlink()).toEqual({ agentId: greg?.id, contacts: 4 })
  expect(await linked(room)).toMatchObject({ 'EMAIL diane@x': null, 'USERNAME greg': greg?.id })
  await add(room, { name: 'Diane', externalId: '9', email: 'diane@x' })
  const [now] = (await room.inTenant(tx => tx.select().from(tables.agents))).filter(
    agent => agent.email === 'diane@x',
  )
  await claim(room, [now?.id ?? ''])
  expect(await linked(room)).toMatchObject({ 'EMAIL diane@x': now?.id, 'USERNAME diane@x': null })
  await expect(unlink()).rejects.toMatchObject({ code: 'NOT_FOUND' })
})

describe('a key that means two people links nobody', () => {
  test('two of one name, until one is called otherwise', async () => {
    await using room = await openImportRoom({ templates })
    await send(room, 'jo')
    const [one, two] = await add(room, { name: 'Jo', externalId: '1' }, { name: 'JO', externalId: '2' })
    expect(await claim(room, [one?.id ?? '', two?.id ?? ''])).toBe(0)
    expect(await claim(room, [two?.id ?? ''])).toBe(0)
    await add(room, { name: 'Joanna', externalId: '1' })
    expect(await claim(room, [two?.id ?? ''])).toBe(1)
    expect((await linked(room))['NAME jo']).toBe(two?.id)
  })

  test('the alias of one that is the name of another, who came later', async () => {
    await using room = await openImportRoom({ templates })
    await send(room, 'bob')
    const [ana, bob] = await add(room, { name: 'Ana', aliases: ['bob'] }, { name: 'Bob', username: 'robert' })
    await claim(room, [ana?.id ?? '', bob?.id ?? ''])
    expect(await linked(room)).toEqual({
      'EMAIL bob': ana?.id,
      'USERNAME bob': ana?.id,
      'EXTERNAL_ID bob': ana?.id,
      'NAME bob': null,
    })
  })

  test('but an alias that is the agent’s own user name is no riddle', async () => {
    await using room = await openImportRoom({ templates })
    await send(room, 'bob')
    const [bob] = await add(room, { name: 'Robert', username: 'bob', aliases: ['bob'] })
    expect(await claim(room, [bob?.id ?? ''])).toBe(4)
  })
})

test('only those who were named claim, only what is free, and only in their tenant', async () => {
  await using room = await openImportRoom({ templates })
  await using foreign = await openImportRoom({ templates })
  for (const each of [room, foreign]) await send(each, 'ana', 'bob')
  const [ana, bob] = await add(room, { name: 'A', username: 'ana' }, { name: 'B', username: 'bob' })
  expect(await claim(room, [ana?.id ?? ''])).toBe(1)
  expect((await linked(room))['USERNAME bob']).toBeNull()
  const stolen = await claim(foreign, [bob?.id ?? ''])
  expect(stolen).toBe(0)
  expect(new Set(Object.values(await linked(foreign)))).toEqual(new Set([null]))
  expect(await claim(room, [])).toBe(0)
})

test('rows that another transaction holds are passed over at once, and claimed later', async () => {
  await using room = await openImportRoom({ templates })
  await send(room, 'ana')
  await room.upload('/USERNAME/b.csv', HEADER + row('second', 'ana'))
  await room.run()
  const [ana] = await add(room, { name: 'A', username: 'ana' })
  const { contacts } = tables
  const outside = new AsyncResource('another process')
  const took = await room.inTenant(async tx => {
    const held = and(eq(contacts.tenantId, room.tenantId), eq(contacts.reference, 'second'))
    await tx.select().from(contacts).where(held).for('update')
    const started = performance.now()
    const count = await new Promise<number>((resolve, reject) => {
      // Outside this transaction's context, as another process would be.
      void outside.runInAsyncScope(() => claim(room, [ana?.id ?? '']).then(resolve, reject))
    })
    return { count, ms: performance.now() - started }
  })
  expect(took.count).toBe(1)
  expect(took.ms).toBeLessThan(2_000)
  expect((await linked(room))['second']).toBeNull()
  expect(await claim(room, [ana?.id ?? ''])).toBe(1)
})

test('many contacts are claimed in shares, each committed for itself; a stop in between loses none', async () => {
  await using room = await openImportRoom({ templates })
  const rows = Array.from({ length: 25 }, (_, i) => row(`R${i}`, 'ana')).join('')
  await room.upload('/USERNAME/a.csv', HEADER + rows)
  await room.run()
  const [ana] = await add(room, { name: 'A', username: 'ana' })
  const stop = new AbortController()
  let shares = 0
  const stopping: Database = {
    ...room.database,
    asTenant: async (tenantId, work) => {
      const linked = await room.database.asTenant(tenantId, work)
      shares += 1
      if (shares === 2) stop.abort(new Error('the worker stops'))
      return linked
    },
  }
  const agentIds = [ana?.id ?? '']
  const stopped = claimPastContacts(stopping, room.tenantId, { agentIds, signal: stop.signal, share: 10 })
  await expect(stopped).rejects.toThrow('the worker stops')
  expect(Object.values(await linked(room)).filter(agent => agent !== null)).toHaveLength(20)
  expect(await claim(room, agentIds, 10)).toBe(5)
})

test('unknown agents come most frequent first, as the file wrote them', async () => {
  await using room = await openImportRoom({ templates })
  const named = ['Zed', 'zed', 'ZED ', 'ana', 'Ana', 'bob', 'known']
  await room.upload('/USERNAME/a.csv', HEADER + named.map((word, i) => row(`R${i}`, word)).join(''))
  await room.run()
  const [known] = await add(room, { name: 'K', username: 'known' })
  await claim(room, [known?.id ?? ''])
  const ask = (first: number) => room.inTenant(tx => unknownAgents(tx, room.tenantId, first))
  const seen = await ask(10)
  expect(seen.map(each => [each.agentKey.trim().toLowerCase(), each.contactCount])).toEqual([
    ['zed', 3],
    ['ana', 2],
    ['bob', 1],
  ])
  for (const each of seen) expect(Math.abs(each.lastSeenAt.getTime() - Date.now())).toBeLessThan(120_000)
  expect(await ask(2)).toEqual(seen.slice(0, 2))
  expect(await ask(0)).toEqual([])
})
