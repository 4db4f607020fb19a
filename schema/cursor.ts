import { badInput } from '../core/refusal.ts'
import { hasFourDigitYear } from './instant.ts'

/** What a column of an order holds, so that a cursor can be read back and checked; a number is an `integer`. */
export type KeyKind = 'time' | 'uuid' | 'number' | 'text'
export type KeyValue = Date | string | number

const UUID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/

/** A place in an order: the values that its columns have there. Opaque to clients, and good for its own order only. */
export function encodeCursor(order: string, values: readonly KeyValue[]): string {
  const plain = values.map(value => (value instanceof Date ? +value : value))
  return Buffer.from(JSON.stringify([order, ...plain])).toString('base64url')
}

export function decodeCursor(
  text: string,
  order: string,
  kinds: readonly KeyKind[],
  argument: string,
): KeyValue[] {
  const parts = parse(text)
  const values = parts.slice(1).map((part, index) => readBack(part, kinds[index]))
  if (parts[0] !== order || values.length !== kinds.length || values.some(value => value === undefined))
    throw badInput([{ path: [argument], message: `This is no cursor of this list and order.` }])
  return values as KeyValue[]
}

function parse(text: string): unknown[] {
  try {
    const parsed: unknown = JSON.parse(Buffer.from(text, 'base64url').toString())
    return Array.isArray(parsed) ? parsed : []
  } catch {
    return []
  }
}

function readBack(part: unknown, kind: KeyKind | undefined): KeyValue | undefined {
  switch (kind) {
    case 'time':
      return Number.isSafeInteger(part) ? instantOf(new Date(part as number)) : undefined
    case 'number':
      return Number.isInteger(part) && Math.abs(part as number) < 2 ** 31 ? (part as number) : undefined
    case 'uuid':
      return typeof part === 'string' && UUID.test(part) ? part : undefined
    case 'text':
      return typeof part === 'string' && !part.includes('\0') ? part : undefined
    case undefined:
      return undefined
  }
}

/** None when there is no such instant, or none that the database is asked about. */
const instantOf = (instant: Date): Date | undefined => (hasFourDigitYear(instant) ? instant : undefined)
