/**
 * A file that takes the path of a recording follows it (`successor_id`), whatever it turns out to be and whatever it is
 * called later. Once one of those that followed is known to be usable, all before it are replaced by it
 * (`replaced_by_id`): a damaged version replaces none. So the order in which they are looked at does not matter.
 */
import { sql } from 'drizzle-orm'
import { type Tx, uuidArray } from '../../db/db.ts'

/**
 * Held by whoever changes which recording is usable, or puts one that may be in another's path, until the commit: two
 * of them could not see each other's change and would settle the same versions differently. Taken before any row.
 */
export const lockVersions = async (tx: Tx, tenantId: string): Promise<void> => {
  await tx.execute(sql`select pg_advisory_xact_lock(hashtextextended(${`versions ${tenantId}`}, 0))`)
}

/**
 * After these turned out to be damaged: what they followed, and left in its path as they were called otherwise, is
 * followed by the one that took that path next. Answers those that took one. The tenant's versions are locked.
 */
export const passOverMoved = async (
  tx: Tx,
  tenantId: string,
  damaged: readonly string[],
): Promise<string[]> => {
  if (damaged.length === 0) return []
  const rows = await tx.execute<{ id: string }>(sql`
    update recordings p
       set successor_id = m.next
      from (select b.id,
                   (select n.id from recordings n
                     where n.tenant_id = ${tenantId} and n.path = b.path and n.placed > b.placed and n.id <> b.id
                     order by n.placed limit 1) as next
              from recordings s
              join recordings b on b.tenant_id = s.tenant_id and b.successor_id = s.id and b.path <> s.path
             where s.tenant_id = ${tenantId} and s.id = any(${uuidArray(damaged)})) m
     where p.tenant_id = ${tenantId} and p.id = m.id and m.next is not null
    returning m.next as id`)
  return rows.map(({ id }) => id)
}

/** After these recordings became usable or took a path: settles what they replace. The tenant's versions are locked. */
export const settleVersions = async (tx: Tx, tenantId: string, ids: readonly string[]): Promise<void> => {
  if (ids.length === 0) return
  const replaced = await tx.execute<{ id: string; newest: string }>(sql`
    with recursive after as (
      select r.id as root, r.id, r.successor_id, r.usable, 0 as step
        from recordings r
       where r.tenant_id = ${tenantId} and r.id = any(${uuidArray(ids)})
       union all
      select a.root, r.id, r.successor_id, r.usable, a.step + 1
        from after a join recordings r on r.tenant_id = ${tenantId} and r.id = a.successor_id
    ), newest as (
      select distinct on (root) root, id from after where usable order by root, step desc
    ), before as (
      select n.id as newest, r.id
        from newest n join recordings r on r.tenant_id = ${tenantId} and r.successor_id = n.root
       union
      select b.newest, r.id
        from before b join recordings r on r.tenant_id = ${tenantId} and r.successor_id = b.id
    )
    select r.id, b.newest
      from before b join recordings r on r.tenant_id = ${tenantId} and r.id = b.id
     where r.replaced_by_id is distinct from b.newest
     order by r.id
       for no key update of r`)
  if (replaced.length === 0) return
  await tx.execute(sql`
    update recordings r
       set replaced_by_id = n.newest, match_due = true
      from json_to_recordset(${JSON.stringify(replaced)}::text::json) as n (id uuid, newest uuid)
     where r.tenant_id = ${tenantId} and r.id = n.id`)
}

/**
 * Before recordings are destroyed, whose rows the caller has locked: what came before them is followed by what came
 * after them. The caller does not hold the versions, which are locked before any row, so one that another holds is not
 * waited for: it goes on naming one that is gone, which counts as none when the next one takes its path.
 */
export const passOverVersions = async (tx: Tx, tenantId: string, dying: readonly string[]): Promise<void> => {
  await tx.execute(sql`
    with recursive dying as (
      select id, successor_id from recordings where tenant_id = ${tenantId} and id = any(${uuidArray(dying)})
    ), after as (
      select id as root, successor_id as next from dying
       union
      select a.root, d.successor_id from after a join dying d on d.id = a.next
    ), before as (
      select p.id, a.next
        from after a join recordings p on p.tenant_id = ${tenantId} and p.successor_id = a.root
       where not exists (select from dying d where d.id = a.next)
         and not exists (select from dying d where d.id = p.id)
         for no key update of p skip locked
    )
    update recordings p set successor_id = b.next from before b where p.tenant_id = ${tenantId} and p.id = b.id`)
}
