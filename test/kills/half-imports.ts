import type postgres from 'postgres'

/** Of the tries under way. */
export const claims = async (superuser: postgres.Sql): Promise<string[]> => {
  const rows = await superuser<
    { claim: string }[]
  >`select distinct claim from imports where status = 'RUNNING'`
  return rows.map(({ claim }) => claim)
}

/** No transaction of a killed worker lives on. */
export const quiet = async (superuser: postgres.Sql): Promise<boolean> => {
  const [found] = await superuser<{ busy: number }[]>`
    select count(*)::int as busy from pg_stat_activity
     where datname = current_database() and application_name like 'nightdrop-%'`
  return found?.busy === 0
}

/** Everything that is half of an import, by name; each finished import is in one receipt, its own or a shared one. */
export async function broken(superuser: postgres.Sql): Promise<string[]> {
  const rows = await superuser<{ what: string; count: number }[]>`
    with told as (
      select r.id, r.import_id as own, convert_from(r.body, 'UTF8')::jsonb as receipt
        from reports r where r.path like '%.json'),
    named (import_id, receipt) as (
      select own, id from told where own is not null
      union all
      select (file->'import'->>'id')::uuid, id from told, jsonb_array_elements(receipt->'files') file where own is null),
    found (what, count) as (
      select 'contacts of an import that has not ended', count(*) from contacts c
        join imports i on i.tenant_id = c.tenant_id and i.id = c.import_id where i.status <> 'COMPLETED'
      union all
      select 'contacts too many or too few',
             abs((select count(*) from contacts) - (select coalesce(sum(created), 0) from imports))
      union all
      select 'counts that do not add up', count(*) from imports
       where rows_read <> created + updated + unchanged + rejected
      union all
      select 'rejections too many or too few',
             abs((select count(*) from rejections) - (select coalesce(sum(rejected), 0) from imports))
      union all
      select 'imports with too many receipts or none', count(*) from imports i
       where (select count(*) from named n where n.import_id = i.id) <> (i.status = 'COMPLETED')::int
      union all
      select 'receipts without their text', count(*) from told
       where not exists (select from reports t, reports j where j.id = told.id and t.tenant_id = j.tenant_id
                            and t.path = regexp_replace(j.path, 'json$', 'txt'))
      union all
      select 'imports whose rejected rows were not sent back', count(*) from imports i
       where (select count(*) from reports r where r.import_id = i.id and r.path like '%.csv') <> (i.rejected > 0)::int
      union all
      select 'failures', count(*) from imports where failures > 0 or outages > 0 or status in ('FAILED', 'REFUSED')
      union all
      select 'progress of imports that have ended', count(*) from import_progress p
        join imports i on i.tenant_id = p.tenant_id and i.id = p.import_id where i.status = 'COMPLETED'
    )
    select what, count::int as count from found where count > 0`
  return rows.map(({ what, count }) => `${count} ${what}`)
}
