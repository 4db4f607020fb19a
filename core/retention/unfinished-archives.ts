import { sql } from 'drizzle-orm'
import { type Tx, uuidArray } from '../../db/db.ts'
import { isArchive } from '../imports/packed/archive-names.ts'
import type { RawFile } from './raw-files.ts'

/**
 * Archives that are sent again so as to be made good, as files are of which nothing was kept: something was left in
 * them, or one of their contact files is as if it never had come. Entries bear both times of their archive, and are
 * known by them after their own bytes are gone.
 */
export async function unfinishedArchives(
  tx: Tx,
  tenantId: string,
  files: readonly RawFile[],
): Promise<Set<string>> {
  const ids = files.flatMap(({ id, path, imports }) => (isArchive(imports.at(-1)?.path ?? path) ? [id] : []))
  const [oldest] = ids.toSorted()
  if (oldest === undefined) return new Set()
  const rows = await tx.execute<{ id: string }>(sql`
    with archives as materialized (
      select id, started_at, stored_at from uploaded_files
       where tenant_id = ${tenantId} and id = any(${uuidArray(ids)})
    ), entries as materialized (
      select a.id as archive_id, e.id
        from archives a join uploaded_files e on e.started_at = a.started_at and e.stored_at = a.stored_at and e.id > a.id
       where e.tenant_id = ${tenantId} and e.id > ${oldest}::uuid
    )
    select a.id
      from archives a
      join lateral (select i.problems from imports i
                     where i.tenant_id = ${tenantId} and i.file_id = a.id and i.status = 'COMPLETED'
                     order by i.ordinal desc limit 1) last on true
     where exists (select from jsonb_array_elements(last.problems) p where p ->> 'code' = 'NO_TEMPLATE')
     union
    select e.archive_id
      from entries e
      join lateral (select i.status from imports i
                     where i.tenant_id = ${tenantId} and i.file_id = e.id
                     order by i.ordinal desc limit 1) last on true
     where last.status in ('REFUSED', 'FAILED', 'UNDONE')`)
  return new Set(rows.map(({ id }) => id))
}
