import type { RetentionRoom } from './retention-room.ts'

/** Whatever a room fills of a tenant. */
const everything = [
  'vault_objects',
  'object_removals',
  'uploaded_files',
  'recordings',
  'contacts',
  'recording_links',
  'evaluations',
  'tombstones',
  'destructions',
  'retention_runs',
]

/** What a backup would bring back: the rows of a tenant, put in again as they were. */
export async function backup(room: RetentionRoom) {
  const { superuser } = room
  const rows = new Map<string, string>()
  for (const table of everything) {
    const [found] = await superuser<{ rows: string | null }[]>`
      select json_agg(t)::text as rows from ${superuser(table)} t where tenant_id = ${room.tenantId}`
    rows.set(table, found?.rows ?? '[]')
  }
  return async () => {
    for (const table of everything.toReversed())
      await superuser`delete from ${superuser(table)} where tenant_id = ${room.tenantId}`
    for (const table of everything) {
      const columns = await superuser<{ name: string }[]>`
        select attname as name from pg_attribute where attrelid = ${table}::regclass and attnum > 0 and attgenerated = '' and not attisdropped`
      const names = columns.map(column => `"${column.name}"`).join(', ')
      await superuser.unsafe(
        `insert into ${table} (${names}) overriding system value select ${names} from json_populate_recordset(null::${table}, $1::text::json)`,
        [rows.get(table) ?? '[]'],
      )
    }
  }
}
