import {
  type GraphQLField,
  type GraphQLInputType,
  getNamedType,
  getNullableType,
  isInputObjectType,
  isListType,
  isObjectType,
} from 'graphql'
import type { nodeRoles } from '../../../schema/field-roles.ts'
import { schema } from '../../../schema/index.ts'

export type NodeType = keyof typeof nodeRoles

/** An id among arguments: of a node of that type, which the walk through the table puts in. */
export class IdOf {
  readonly type: NodeType
  /** Made for this one call, which changes it for good. */
  readonly fresh: boolean

  constructor(type: NodeType, fresh: boolean) {
    this.type = type
    this.fresh = fresh
  }
}

export const id = (type: NodeType) => new IdOf(type, false)
export const fresh = (type: NodeType) => new IdOf(type, true)

/** A file sent along in a multipart request. */
export class Upload {
  readonly name: string
  readonly content: string

  constructor(name: string, content: string) {
    this.name = name
    this.content = content
  }
}

/** What a caller is told: data, or the code of the only error. */
export type Outcome = 'data' | 'null' | (string & {})

/** One field's use: arguments that a sound client sends, every one of them, null where it would leave it out. */
export interface Call {
  arguments: Record<string, unknown>
  /** Of the answer; `{ __typename }` where there is something to select. */
  select?: string
  /** What whoever may use it is told, when that is no data. */
  answers?: Outcome
  /** What an id of another tenant answers, by its path among the arguments, where it is not the rule. */
  foreign?: Record<string, Outcome>
}

export type Calls = Record<string, Call>

const paging = ['first', 'after', 'last', 'before']

export function fieldNamed(name: string): GraphQLField<unknown, unknown> {
  const [typeName = '', fieldName = ''] = name.split('.')
  const type = schema.getType(typeName)
  const field = isObjectType(type) ? type.getFields()[fieldName] : undefined
  if (!field) throw new Error(`There is no field ${name}.`)
  return field
}

/** What a call does not say about its field: arguments it leaves out, ids that it names no type of. */
export function gapsOf(name: string, call: Call): string[] {
  return fieldNamed(name).args.flatMap(argument => {
    if (paging.includes(argument.name)) return []
    if (!(argument.name in call.arguments)) return [`${name}(${argument.name}) is not among the arguments`]
    return pathsOfIds(argument.type, argument.name).flatMap(path =>
      valueAt(call.arguments, path) instanceof IdOf ? [] : [`${name}(${path}) is an id of no type`],
    )
  })
}

/** Where an input holds ids: `filter.agentId`, `contactIds.0`. */
function pathsOfIds(type: GraphQLInputType, path: string): string[] {
  const nullable = getNullableType(type)
  if (isListType(nullable)) return pathsOfIds(nullable.ofType, `${path}.0`)
  if (isInputObjectType(nullable))
    return Object.values(nullable.getFields()).flatMap(field =>
      pathsOfIds(field.type, `${path}.${field.name}`),
    )
  return nullable.name === 'ID' ? [path] : []
}

const valueAt = (value: unknown, path: string): unknown =>
  path.split('.').reduce<unknown>((at, key) => (at as Record<string, unknown> | null)?.[key], value)

/** Every id among the arguments, by its path. */
export function idsIn(value: unknown, path: readonly string[] = []): { path: string; id: IdOf }[] {
  if (value instanceof IdOf) return [{ path: path.join('.'), id: value }]
  if (typeof value !== 'object' || value === null || value instanceof Upload) return []
  return Object.entries(value).flatMap(([key, inner]) => idsIn(inner, [...path, key]))
}

/** The field with its arguments as variables, and what is selected below it. */
export function writtenCall(name: string, call: Call): { variables: string; field: string } {
  const field = fieldNamed(name)
  const given = field.args.filter(argument => argument.name in call.arguments)
  const composite = 'getFields' in getNamedType(field.type)
  const select = call.select ?? (composite ? '{ __typename }' : '')
  return {
    variables: given.map(({ name, type }) => `$${name}: ${String(type)}`).join(', '),
    field: `${field.name}${given.length > 0 ? `(${given.map(({ name }) => `${name}: $${name}`).join(', ')})` : ''} ${select}`,
  }
}
