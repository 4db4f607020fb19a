import { sql } from 'drizzle-orm'
import { type Tx, uuidArray } from '../../db/db.ts'

/** Of files that are purged, whenever they were written. Answers the vault objects that they named. */
export async function deleteReportsOf(
  tx: Tx,
  tenantId: string,
  fileIds: readonly string[],
): Promise<string[]> {
  const gone = await tx.execute<{ object_id: string | null }>(sql`
    delete from reports where tenant_id = ${tenantId} and file_id = any(${uuidArray(fileIds)}) returning object_id`)
  return gone.flatMap(({ object_id }) => (object_id === null ? [] : [object_id]))
}

type OldReport = { id: string; object_id: string | null; import_id: string | null }

/**
 * Whatever became of their files: some were never kept, some wait. The import that names a report's object names it no
 * more. Nobody is waited for: what another holds is found again.
 */
export async function deleteOldReports(
  tx: Tx,
  tenantId: string,
  before: Date,
  limit: number,
): Promise<{ count: number; objects: string[] }> {
  const old = await tx.execute<OldReport>(sql`
    select id, object_id, import_id from reports
     where tenant_id = ${tenantId} and created_at < ${before.toISOString()}::timestamptz
     order by created_at limit ${limit} for update skip locked`)
  if (old.length === 0) return { count: 0, objects: [] }
  const naming = old.flatMap(({ object_id, import_id }) =>
    object_id === null || import_id === null ? [] : [import_id],
  )
  const held = await tx.execute<{ id: string }>(sql`
    select id from imports where tenant_id = ${tenantId} and id = any(${uuidArray(naming)}) for update skip locked`)
  const free = new Set<string | null>(held.map(({ id }) => id))
  const gone = old.filter(({ object_id, import_id }) => object_id === null || free.has(import_id))
  const objects = gone.flatMap(({ object_id }) => (object_id === null ? [] : [object_id]))
  await tx.execute(sql`
    update imports set rejected_csv_id = null
     where tenant_id = ${tenantId} and id = any(${uuidArray([...free].flatMap(id => id ?? []))})
       and rejected_csv_id = any(${uuidArray(objects)})`)
  await tx.execute(sql`
    delete from reports where tenant_id = ${tenantId} and id = any(${uuidArray(gone.map(({ id }) => id))})`)
  return { count: gone.length, objects }
}
