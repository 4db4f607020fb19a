import { ilike, or, type SQL } from 'drizzle-orm'
import type { PgColumn } from 'drizzle-orm/pg-core'

/** Rows of which a column contains the words, whatever the case. For short lists: no index helps. */
export function contains(words: string | null | undefined, columns: readonly PgColumn[]): SQL | undefined {
  const wanted = words?.trim()
  if (!wanted) return undefined
  const pattern = `%${wanted.replace(/[\\%_]/g, '\\$&')}%`
  return or(...columns.map(column => ilike(column, pattern)))
}
