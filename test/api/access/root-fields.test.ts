import { isObjectType } from 'graphql'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { roles } from '../../../core/access/roles.ts'
import { fieldRoles } from '../../../schema/field-roles.ts'
import { schema } from '../../../schema/index.ts'
import { STAFF_TOKEN } from '../api-room.ts'
import { type AccessRoom, allButOne, allOf, idOfNothing, openAccessRoom } from './access-room.ts'
import { type Call, gapsOf, idsIn, type Outcome } from './call.ts'
import { rootCalls } from './calls/all.ts'

let room: AccessRoom
beforeAll(async () => {
  room = await openAccessRoom()
})
afterAll(() => room[Symbol.asyncDispose]())

const rootFields = ['Query', 'Mutation', 'Subscription'].flatMap(name => {
  const type = schema.getType(name)
  return isObjectType(type) ? Object.keys(type.getFields()).map(field => `${name}.${field}`) : []
})

test('every root field has a call, with all its arguments and ids', () => {
  const uncalled = rootFields.filter(name => !(name in rootCalls))
  const gone = Object.keys(rootCalls).filter(name => !rootFields.includes(name))
  const called = Object.entries(rootCalls).filter(([name]) => rootFields.includes(name))
  expect([
    ...uncalled.map(name => `${name} has no call in test/api/access/calls/`),
    ...gone.map(name => `${name} has a call and is no field`),
    ...called.flatMap(([name, call]) => gapsOf(name, call)),
  ]).toEqual([])
})

/** Each role with what is its own, and with another tenant's thing in each place where an id is given. */
test.each(rootFields)('%s', async name => {
  const call: Call = rootCalls[name] ?? { arguments: {} }
  const { own, foreign, tokenOf } = room
  const places = idsIn(call.arguments).map(({ path }) => path)
  const seen: Record<string, Outcome> = {}
  const expected: Record<string, Outcome> = {}

  seen['nobody'] = (await room.use(undefined, name, call, allOf(own))).outcome
  expected['nobody'] = 'UNAUTHENTICATED'
  for (const role of roles) {
    const may = fieldRoles[name]?.includes(role) ?? false
    seen[role] = (await room.use(tokenOf(role), name, call, allOf(own))).outcome
    expected[role] = may ? (call.answers ?? 'data') : 'FORBIDDEN'
    for (const place of role === 'STAFF' ? [] : places) {
      const row = `${role}, ${place} of another tenant`
      const inPlace = (other: Parameters<typeof allButOne>[2]) =>
        room.use(tokenOf(role), name, call, allButOne(own, place, other))
      const theirs = await inPlace(id => foreign.idFor(id))
      seen[row] = theirs.outcome
      expected[row] = may ? (call.foreign?.[place] ?? rule(name)) : 'FORBIDDEN'
      expect([row, theirs]).toEqual([row, await inPlace(idOfNothing)])
    }
  }
  if (places.length > 0) {
    seen['STAFF, all of another tenant'] = (await room.use(STAFF_TOKEN, name, call, allOf(foreign))).outcome
    expected['STAFF, all of another tenant'] = expected['STAFF'] ?? ''
  }
  expect(seen).toEqual(expected)
})

/** What is another tenant's is not there. */
const rule = (name: string): Outcome => (name.startsWith('Query.') ? 'null' : 'NOT_FOUND')
