import { sql } from 'drizzle-orm'
import type { Tx } from '../../db/db.ts'

/**
 * Whoever changes which version a path lists holds that path's lock until the commit, and the tenant's tree's in
 * common with all others who do; whoever changes folders holds the tree's alone. Paths in order, so that nobody waits
 * in a circle.
 */
export const lockPaths = async (tx: Tx, tenantId: string, paths: readonly string[]): Promise<void> => {
  const names = [...new Set(paths)].sort()
  const locks = names.map(
    path => sql`pg_advisory_xact_lock(hashtextextended(${`file ${tenantId} ${path}`}, 0))`,
  )
  const tree = sql`pg_advisory_xact_lock_shared(hashtextextended(${`tree ${tenantId}`}, 0))`
  await tx.execute(sql`select ${sql.join([tree, ...locks], sql`, `)}`)
}

/** Those of the paths whose lock is had at once, and held until the commit; none while folders are changed. */
export const tryLockPaths = async (
  tx: Tx,
  tenantId: string,
  paths: readonly string[],
): Promise<Set<string>> => {
  const rows = await tx.execute<{ path: string }>(sql`
    select path
      from (select pg_try_advisory_xact_lock_shared(hashtextextended(${`tree ${tenantId}`}, 0)) as free) tree,
           json_array_elements_text(${JSON.stringify(paths)}::text::json) as path
     where case when free then pg_try_advisory_xact_lock(hashtextextended(${`file ${tenantId} `} || path, 0)) end`)
  return new Set(rows.map(({ path }) => path))
}

export const lockTree = async (tx: Tx, tenantId: string): Promise<void> => {
  await tx.execute(sql`select pg_advisory_xact_lock(hashtextextended(${`tree ${tenantId}`}, 0))`)
}
