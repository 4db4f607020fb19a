import { isObjectType } from 'graphql'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { roles } from '../../../core/access/roles.ts'
import { fieldRoles, guardedTypes } from '../../../schema/field-roles.ts'
import { schema } from '../../../schema/index.ts'
import { type AccessRoom, allButOne, allOf, type IdAt, idOfNothing, openAccessRoom } from './access-room.ts'
import { send } from './ask.ts'
import { type Call, gapsOf, idsIn, type Outcome, writtenCall } from './call.ts'
import { innerCalls } from './calls/inner-fields.ts'

/** How every role comes to a thing of a guarded type, below its tenant. */
const ways: Record<string, (inner: string, contact: string) => string> = {
  Tenant: inner => inner,
  Import: (inner, contact) => `contact(reference: "${contact}") { import { ${inner} } }`,
  UploadedFile: (inner, contact) => `contact(reference: "${contact}") { import { file { ${inner} } } }`,
}
const guarded = [...guardedTypes].filter(name => !['Query', 'Mutation', 'Subscription'].includes(name))

const fieldsOf = (typeName: string) => {
  const type = schema.getType(typeName)
  return isObjectType(type) ? Object.keys(type.getFields()).map(field => `${typeName}.${field}`) : []
}
const callOf = (name: string): Call => innerCalls[name] ?? { arguments: {} }

let room: AccessRoom
let contact = ''
beforeAll(async () => {
  room = await openAccessRoom()
  contact = await room.own.referenceOfContact()
})
afterAll(() => room[Symbol.asyncDispose]())

test('every field of a guarded type has its roles, a way to it, and a call where it takes arguments', () => {
  const names = guarded.flatMap(fieldsOf)
  expect([
    ...guarded.filter(name => !(name in ways)).map(name => `no way to ${name}`),
    ...names.filter(name => !(name in fieldRoles)).map(name => `${name} has no roles`),
    ...names.flatMap(name => gapsOf(name, callOf(name))),
    ...Object.keys(innerCalls)
      .filter(name => !names.includes(name))
      .map(name => `${name} has a call and is no field`),
  ]).toEqual([])
})

describe.each(guarded)('%s', typeName => {
  test.each(fieldsOf(typeName))('%s', async name => {
    const { own, foreign, tokenOf } = room
    const call = callOf(name)
    const { variables, field } = writtenCall(name, call)
    const signature = ['$tenant: ID', variables].filter(Boolean).join(', ')
    const query = `query (${signature}) { answer: tenant(id: $tenant) { ${ways[typeName]?.(field, contact)} } }`
    const seen: Record<string, Outcome> = {}
    const expected: Record<string, Outcome> = {}
    for (const role of roles) {
      const tenant = role === 'STAFF' ? own.tenant.id : null
      const use = async (idAt: IdAt) =>
        await send(room.url, tokenOf(role), query, { ...(await room.filled(call, idAt)), tenant })
      seen[role] = (await use(allOf(own))).outcome
      expected[role] = fieldRoles[name]?.includes(role) ? 'data' : 'FORBIDDEN'
      for (const { path } of idsIn(call.arguments)) {
        const theirs = await use(allButOne(own, path, id => foreign.idFor(id)))
        expect([role, path, theirs]).toEqual([role, path, await use(allButOne(own, path, idOfNothing))])
      }
    }
    expect(seen).toEqual(expected)
  })
})
