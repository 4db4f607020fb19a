import { GraphQLError, Kind, type ValueNode, valueFromASTUntyped } from 'graphql'
import { SentFile } from '../core/setup/sent-file.ts'
import { builder } from './builder.ts'
import { hasFourDigitYear } from './instant.ts'

export type Json = string | number | boolean | null | Json[] | JsonObject
export type JsonObject = { [name: string]: Json }

const DATE_TIME = /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}(:\d{2}(\.\d{1,9})?)?(Z|[+-]\d{2}:\d{2})$/i

function parseDateTime(value: unknown): Date {
  if (typeof value !== 'string' || !DATE_TIME.test(value))
    throw new GraphQLError('A DateTime is ISO 8601 with offset, such as 2026-01-02T03:04:05Z.')
  const date = new Date(value)
  // JavaScript turns 30 February into 2 March.
  const day = Number(value.slice(8, 10))
  if (Number.isNaN(+date) || new Date(`${value.slice(0, 10)}T00:00:00Z`).getUTCDate() !== day)
    throw new GraphQLError(`${value} is no date that exists.`)
  if (!hasFourDigitYear(date)) throw new GraphQLError(`${value} lies outside the years 1 to 9999 in UTC.`)
  return date
}

builder.scalarType('DateTime', {
  serialize: value => value.toISOString(),
  parseValue: parseDateTime,
  parseLiteral: (node: ValueNode) => parseDateTime(node.kind === Kind.STRING ? node.value : undefined),
})

builder.scalarType('BigInt', {
  serialize: value => (Number.isSafeInteger(value) ? value : String(value)),
  parseValue(value) {
    const number = typeof value === 'string' && /^-?\d+$/.test(value) ? Number(value) : value
    if (typeof number !== 'number' || !Number.isSafeInteger(number))
      throw new GraphQLError('A BigInt is a whole number, or one in a string.')
    return number
  },
})

builder.scalarType('JSON', {
  serialize: value => value,
  parseValue: value => value as JsonObject,
  parseLiteral: node => valueFromASTUntyped(node) as JsonObject,
})

builder.scalarType('File', {
  serialize() {
    throw new GraphQLError('A file is never answered.')
  },
  parseValue: fileOf,
  parseLiteral: () => fileOf(undefined),
})

function fileOf(value: unknown): SentFile {
  if (value instanceof SentFile) return value
  throw new GraphQLError(
    'A File is a part of a multipart request (graphql-multipart-request-spec), named by a variable.',
  )
}
