import { sql } from 'drizzle-orm'
import type { Database, StaffTx, TenantTx } from '../../db/db.ts'
import { dueByErasures } from './last-trace.ts'
import { ruleInForce } from './rule.ts'
import { shareRule } from './rule-lock.ts'
import { openRun, queueRun } from './run.ts'

/**
 * A tenant's night is a local date, and begins at the tenant's night hour on it. It is due once that moment has come,
 * until a run bears that date: an hour that daylight saving skips or doubles, an outage of hours or days, or a change
 * of zone neither loses a night nor repeats one. A rule counts for the nights that began after it was set.
 */
export interface DueNight {
  tenantId: string
  /** yyyy-MM-dd */
  night: string
}

/** Tenants with something to do: a rule that deletes, or raw files, reports and memories whose time is over. */
export async function dueNights(tx: StaffTx, now: Date): Promise<DueNight[]> {
  const at = sql`${now.toISOString()}::timestamptz`
  const rows = await tx.execute<{ tenant_id: string; night: string }>(sql`
    with begun as (
      select t.id as tenant_id, t.time_zone, t.night_hour, t.tombstone_days,
             greatest(${at} - make_interval(days => t.raw_file_days), ${dueByErasures(sql`t.id`, at)}) as raw_before,
             (${at} at time zone t.time_zone)::date
               - case when extract(hour from ${at} at time zone t.time_zone) < t.night_hour then 1 else 0 end as night
        from tenants t
    ), nights as (
      select b.*, (b.night + make_interval(hours => b.night_hour)) at time zone b.time_zone as began from begun b
    )
    select n.tenant_id, n.night::text
      from nights n
      left join lateral (
        select enabled, changed_at, delete_after_days from retention_rules r
         where r.tenant_id = n.tenant_id order by r.ordinal desc limit 1
      ) rule on true
     where n.began <= ${at}
       and (rule.changed_at is null or rule.changed_at <= n.began)
       and not exists (select from retention_runs r where r.tenant_id = n.tenant_id and (r.night = n.night or r.finished_at is null))
       and (rule.enabled
         or exists (select from uploaded_files f
                     where f.tenant_id = n.tenant_id and f.kind <> 'RECORDING' and f.object_id is not null
                       and f.stored_at < n.raw_before)
         or exists (select from imports i
                     where i.tenant_id = n.tenant_id and i.purged_at is null
                       and i.finished_at < n.raw_before)
         or exists (select from reports r
                     where r.tenant_id = n.tenant_id and r.created_at < n.raw_before)
         or exists (select from uploaded_files d
                     where d.tenant_id = n.tenant_id and d.status = 'DISCARDED' and starts_with(d.path, '/')
                       and d.stored_at < n.raw_before and not d.receipt_due)
         or exists (select from tombstones s
                     where s.tenant_id = n.tenant_id and s.seen_at < ${at} - make_interval(days => n.tombstone_days) and s.seen_at > '-infinity'))`)
  return rows.map(({ tenant_id: tenantId, night }) => ({ tenantId, night }))
}

/** Begins the runs of all nights that are due, and sees to those that were begun and not ended. Answers how many began. */
export async function beginNights(database: Database, now: Date): Promise<number> {
  const { due, open } = await database.asStaff(async tx => ({
    due: await dueNights(tx, now),
    open: await tx.execute<{ tenant_id: string; id: string }>(
      sql`select tenant_id, id from retention_runs where finished_at is null`,
    ),
  }))
  let begun = 0
  for (const { tenantId, night } of due)
    if (await database.asTenant(tenantId, tx => beginNight(tx, tenantId, night, now))) begun += 1
  for (const { tenant_id: tenantId, id: runId } of open)
    await database.asTenant(tenantId, tx => queueRun(tx, tenantId, runId))
  return begun
}

/** The rule may have been set since the night was found to be due: it has the time until the next one to be set right. */
async function beginNight(tx: TenantTx, tenantId: string, night: string, now: Date): Promise<boolean> {
  await shareRule(tx, tenantId)
  const { changedAt } = await ruleInForce(tx, tenantId)
  const [row] = await tx.execute<{ earlier: boolean }>(sql`
    select ${changedAt?.toISOString() ?? '-infinity'}::timestamptz
             <= (${night}::date + make_interval(hours => night_hour)) at time zone time_zone as earlier
      from tenants where id = ${tenantId}`)
  return row?.earlier === true && (await openRun(tx, tenantId, { now, night })).begun
}
