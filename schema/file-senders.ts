import { type GraphQLInputType, type GraphQLSchema, getNamedType, isInputObjectType } from 'graphql'
import type { Role } from '../core/access/roles.ts'
import { rolesOf } from './field-roles.ts'

/** Roles that may use a field which takes a file: of everyone else no file needs to be read. */
export function fileSendersOf(schema: GraphQLSchema): ReadonlySet<Role> {
  const mutation = schema.getMutationType()
  const fields = Object.values(mutation?.getFields() ?? {})
  const taking = fields.filter(({ args }) => args.some(({ type }) => holdsFile(type, new Set())))
  return new Set(taking.flatMap(field => rolesOf(`${mutation?.name}.${field.name}`) ?? []))
}

function holdsFile(type: GraphQLInputType, seen: Set<string>): boolean {
  const named = getNamedType(type)
  if (!isInputObjectType(named) || seen.has(named.name)) return named.name === 'File'
  seen.add(named.name)
  return Object.values(named.getFields()).some(field => holdsFile(field.type, seen))
}
