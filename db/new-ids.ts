import { sql } from 'drizzle-orm'
import type { Tx } from './database.ts'

/** Ids for rows that are named before they are written, of the kind that tables give by themselves (tables/columns.ts). */
export async function newIds(tx: Tx, count: number): Promise<string[]> {
  const rows = await tx.execute<{ id: string }>(sql`select uuidv7() as id from generate_series(1, ${count})`)
  return rows.map(row => row.id)
}
