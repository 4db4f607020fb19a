import { type SQL, sql } from 'drizzle-orm'

/** Any number of ids as one parameter: `id = any(${uuidArray(ids)})`. */
export const uuidArray = (ids: readonly string[]): SQL => sql`${`{${ids.join(',')}}`}::uuid[]`
