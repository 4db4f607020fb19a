import { eq, ilike, inArray, or, type SQL, sql } from 'drizzle-orm'
import type { PgColumn } from 'drizzle-orm/pg-core'

/** Rows of which a column contains the words, whatever the case. For short lists: no index helps. */
export function contains(words: string | null | undefined, columns: readonly PgColumn[]): SQL | undefined {
  const wanted = words?.trim()
  if (!wanted) return undefined
  if (!canBeKept(wanted)) return nothing
  const pattern = `%${wanted.replace(/[\\%_]/g, '\\$&')}%`
  return or(...columns.map(column => ilike(column, pattern)))
}

/** The column is the text that somebody names. */
export const isText = (column: PgColumn, text: string): SQL => (canBeKept(text) ? eq(column, text) : nothing)

export const isOneOf = (column: PgColumn, texts: readonly string[]): SQL =>
  inArray(column, texts.filter(canBeKept))

/** Upper and lower case make a difference. */
export const beginsWith = (column: PgColumn, text: string): SQL =>
  canBeKept(text) ? sql`starts_with(${column}, ${text})` : nothing

/** PostgreSQL has no way to take a NUL, not even to find nothing. */
const canBeKept = (text: string): boolean => !text.includes('\0')

const nothing = sql`false`
