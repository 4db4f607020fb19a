import { sql } from 'drizzle-orm'
import { bytea, customType, jsonb, text, timestamp, uuid } from 'drizzle-orm/pg-core'

/** Ids are version 7: they sort by time of making. */
export const newId = () => uuid().notNull().default(sql`uuidv7()`)

export const tenantId = () => uuid().notNull()

/** Milliseconds, as JavaScript keeps them: a cursor made of a time must find its row again. */
export const moment = () => timestamp({ withTimezone: true, precision: 3, mode: 'date' })

export const madeNow = () => moment().notNull().defaultNow()

/** The transaction that wrote the row, as the server numbers them; a decimal number, as text. */
export const writtenBy = () =>
  customType<{ data: string }>({ dataType: () => 'xid8' })()
    .notNull()
    .default(sql`pg_current_xact_id()`)

export { bytea, jsonb, text, uuid }

/** A CHECK instead of an enum: enum equality is not leakproof and stays above row security. */
export const oneOf = (column: string, values: readonly string[]) =>
  sql.raw(`${column} in (${values.map(value => `'${value}'`).join(', ')})`)
