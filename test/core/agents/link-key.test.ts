import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest'
import { upsertAgents } from '../../../core/agents/agents.ts'
import { linkAgentKey } from '../../../core/agents/link-key.ts'
import { tables } from '../../../db/db.ts'
import { createTestDatabase, type TestDatabase } from '../../support/database.ts'

let room: TestDatabase
let tenantId: string
let ann: string
beforeAll(async () => {
  room = await createTestDatabase()
})
afterAll(() => room[Symbol.asyncDispose]())
beforeEach(async () => {
  tenantId = await room.createTenant()
  const [first] = await room.database.asTenant(tenantId, tx =>
    upsertAgents(tx, tenantId, [{ name: 'Ann' }, { name: 'Bob', aliases: ['bobby'] }]),
  )
  ann = first?.id ?? ''
})

const link = (agentKey: string, agentId = ann) =>
  room.database.asTenant(tenantId, tx => linkAgentKey(tx, tenantId, agentKey, agentId))
const aliases = () =>
  room.database.asTenant(tenantId, async tx => {
    const keys = await tx.select().from(tables.agentKeys)
    return keys.filter(key => key.kind === 'ALIAS').map(key => [key.agentId === ann, key.key, key.given])
  })

test('adds an alias, as it is folded in contacts; again changes nothing', async () => {
  expect(await link(' Ext. 4711 ')).toMatchObject({ id: ann, name: 'Ann' })
  await link('EXT. 4711')
  expect(await aliases()).toEqual(
    expect.arrayContaining([
      [true, 'ext. 4711', 'Ext. 4711'],
      [false, 'bobby', 'bobby'],
    ]),
  )
  expect(await aliases()).toHaveLength(2)
})

test('a key that is another agent’s alias is CONFLICT, and theirs it stays', async () => {
  await expect(link('BOBBY')).rejects.toMatchObject({
    code: 'CONFLICT',
    message: '"BOBBY" is already a key of the agent Bob.',
  })
  expect(await aliases()).toEqual([[false, 'bobby', 'bobby']])
})

test('a key of nothing, and an agent that is not there', async () => {
  for (const key of ['', '  ', 'a\u0000b', 'k'.repeat(321)])
    await expect(link(key)).rejects.toMatchObject({ code: 'BAD_INPUT', fields: [{ path: ['agentKey'] }] })
  const other = await room.createTenant()
  await expect(room.database.asTenant(other, tx => linkAgentKey(tx, other, 'x', ann))).rejects.toMatchObject({
    code: 'NOT_FOUND',
  })
})

test.each([['EMAIL'], ['USERNAME'], ['EXTERNAL_ID'], ['NAME']])(
  'another agent’s %s is no alias, since it would mean both and link nobody',
  async kind => {
    await room.database.asTenant(tenantId, tx =>
      upsertAgents(tx, tenantId, [
        { name: 'name', email: 'email@x', username: 'username', externalId: 'external_id' },
      ]),
    )
    const key = kind === 'EMAIL' ? 'Email@x' : kind
    await expect(link(key)).rejects.toMatchObject({
      code: 'CONFLICT',
      message: `"${key}" is already a key of the agent name.`,
    })
  },
)

test('an alias is no email, user name or external id of another agent', async () => {
  await link('diane@x')
  for (const input of [{ email: 'diane@x' }, { username: 'Diane@x' }, { externalId: 'diane@x' }])
    await expect(
      room.database.asTenant(tenantId, tx => upsertAgents(tx, tenantId, [{ name: 'Diane', ...input }])),
    ).rejects.toMatchObject({ code: 'CONFLICT', message: expect.stringContaining('a key of the agent Ann') })
})
