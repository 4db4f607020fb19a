import {
  type GraphQLInputType,
  getNullableType,
  isEnumType,
  isInputObjectType,
  isListType,
  isRequiredInputField,
} from 'graphql'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { fieldRoles } from '../../../schema/field-roles.ts'
import { type AccessRoom, allOf, openAccessRoom } from './access-room.ts'
import { send } from './ask.ts'
import { fieldNamed, writtenCall } from './call.ts'
import { rootCalls } from './calls/all.ts'
import { innerCalls } from './calls/inner-fields.ts'

const NUL = 'a\u0000b'

let room: AccessRoom
beforeAll(async () => {
  room = await openAccessRoom()
})
afterAll(() => room[Symbol.asyncDispose]())

type Damaged = { path: string; value: unknown }

/** A sound value again and again, each time with a NUL in another one of its texts. */
function* damaged(type: GraphQLInputType, value: unknown, path: string): Generator<Damaged> {
  const nullable = getNullableType(type)
  if (isListType(nullable)) {
    const [first] = Array.isArray(value) ? (value as unknown[]) : []
    for (const inner of damaged(nullable.ofType, first, `${path}.0`)) yield { ...inner, value: [inner.value] }
  } else if (isInputObjectType(nullable)) {
    const base = (value ?? sound(nullable)) as Record<string, unknown>
    for (const field of Object.values(nullable.getFields()))
      for (const inner of damaged(field.type, base[field.name], `${path}.${field.name}`))
        yield { ...inner, value: { ...base, [field.name]: inner.value } }
  } else if (nullable.name === 'String' || nullable.name === 'ID') yield { path, value: NUL }
  else if (nullable.name === 'JSON') yield { path, value: { [NUL]: NUL } }
}

/** The least that an input asks for. */
function sound(type: GraphQLInputType): unknown {
  const nullable = getNullableType(type)
  if (isListType(nullable)) return []
  if (isEnumType(nullable)) return nullable.getValues()[0]?.name
  if (isInputObjectType(nullable))
    return Object.fromEntries(
      Object.values(nullable.getFields())
        .filter(isRequiredInputField)
        .map(field => [field.name, sound(field.type)]),
    )
  return { Int: 1, Boolean: false, DateTime: '2026-01-01T00:00:00Z' }[nullable.name] ?? 'x'
}

const calls = { ...rootCalls, ...innerCalls }

test.each(Object.keys(calls))('a NUL in a text of %s is never a fault of ours', async name => {
  const call = calls[name] ?? { arguments: {} }
  const inner = name in innerCalls
  const operation = inner ? 'query' : (name.split('.')[0]?.toLowerCase() ?? '')
  const staff = !inner && !fieldRoles[name]?.includes('ADMIN')
  const outcomes: Record<string, string> = {}
  for (const argument of fieldNamed(name).args) {
    const { variables, field } = writtenCall(name, {
      ...call,
      arguments: { [argument.name]: null, ...call.arguments },
    })
    const query = `${operation} (${variables}) { answer: ${inner ? `tenant { ${field} }` : field} }`
    const base = await room.filled(call, allOf(room.own))
    for (const { path, value } of damaged(argument.type, base[argument.name], argument.name)) {
      const values = { ...(await room.filled(call, allOf(room.own))), [argument.name]: value }
      const { outcome } = await send(room.url, room.tokenOf(staff ? 'STAFF' : 'ADMIN'), query, values)
      outcomes[path] = outcome
    }
  }
  expect(Object.entries(outcomes).filter(([, outcome]) => outcome.includes('INTERNAL'))).toEqual([])
})

test.each([
  ['auditEvents', 'filter: { actor: $text }'],
  ['auditEvents', 'filter: { subject: $text }'],
  ['contacts', 'filter: { references: [$text] }'],
  ['contacts', 'filter: { queue: [$text] }'],
  ['files', 'filter: { pathBeginsWith: $text }'],
  ['agents', 'search: $text'],
])('nothing is found by a text with a NUL: %s(%s)', async (field, condition) => {
  const query = `query ($text: String!) { answer: tenant { ${field}(${condition}) { nodes { id } } } }`
  const { told } = await send(room.url, room.own.tenant.ADMIN, query, { text: NUL })
  expect(told).toEqual({ [field]: { nodes: [] } })
})

test('names that nobody can see whole are BAD_INPUT', async () => {
  for (const name of [NUL, 'a\u001b[31mb']) {
    const query = 'mutation ($name: String!) { answer: updateTenant(settings: { name: $name }) { id } }'
    const { told } = await send(room.url, room.own.tenant.ADMIN, query, { name })
    expect(told).toMatchObject([
      { extensions: { code: 'BAD_INPUT', fields: [{ path: ['settings', 'name'] }] } },
    ])
  }
})
