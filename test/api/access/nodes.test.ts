import { afterAll, beforeAll, expect, test } from 'vitest'
import { roles } from '../../../core/access/roles.ts'
import { nodeRoles } from '../../../schema/field-roles.ts'
import { type AccessRoom, allOf, type IdAt, idOfNothing, openAccessRoom } from './access-room.ts'
import type { NodeType } from './call.ts'
import { type Call, id, type Outcome } from './call.ts'

let room: AccessRoom
beforeAll(async () => {
  room = await openAccessRoom()
})
afterAll(() => room[Symbol.asyncDispose]())

/** The classic hole: one door to everything that has an id. */
test.each(Object.keys(nodeRoles) as NodeType[])('node and nodes of a %s', async type => {
  const { own, foreign, tokenOf } = room
  const one: Call = { arguments: { id: id(type) } }
  const many: Call = { arguments: { ids: [id(type)] } }
  const both = async (token: string | undefined, idAt: IdAt) => {
    const outcomes = [
      (await room.use(token, 'Query.node', one, idAt)).outcome,
      (await room.use(token, 'Query.nodes', many, idAt)).outcome,
    ]
    return outcomes[0] === outcomes[1] ? outcomes[0] : outcomes.join(' and ')
  }
  const seen: Record<string, Outcome | undefined> = { nobody: await both(undefined, allOf(own)) }
  const expected: Record<string, Outcome> = { nobody: 'UNAUTHENTICATED' }
  for (const role of roles) {
    const may = (nodeRoles[type] as readonly string[]).includes(role)
    const foreigners = role === 'STAFF' ? 'data' : 'null'
    seen[role] = await both(tokenOf(role), allOf(own))
    expected[role] = may ? 'data' : 'FORBIDDEN'
    seen[`${role}, of another tenant`] = await both(tokenOf(role), allOf(foreign))
    expected[`${role}, of another tenant`] = may ? foreigners : 'FORBIDDEN'
    seen[`${role}, of nothing`] = await both(tokenOf(role), (_, id) => idOfNothing(id))
    expected[`${role}, of nothing`] = may ? 'null' : 'FORBIDDEN'
  }
  expect(seen).toEqual(expected)
})
