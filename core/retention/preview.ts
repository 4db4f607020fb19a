import { sql } from 'drizzle-orm'
import type { Tx } from '../../db/db.ts'
import { claimedRecordings } from './claims.ts'
import { clockColumn, isOverdue } from './due-contacts.ts'
import { contactsAreIn, isMatched, orphanedAt } from './orphans.ts'
import { cutoffs, type RetentionTerms } from './rule.ts'

/** What a rule would delete if it ran now, and on each of the next 30 nights. */
export interface RetentionPreview {
  contacts: number
  recordings: number
  /** Of the recordings. */
  bytes: number
  oldest: Date | null
  /** Ids of the oldest contacts that would go. */
  sample: string[]
  days: { day: string; contacts: number; bytes: number }[]
}

const SAMPLE = 10
const DAYS = 30

export async function previewRule(
  tx: Tx,
  tenantId: string,
  rule: RetentionTerms,
  now: Date,
): Promise<RetentionPreview> {
  const due = cutoffs(rule, now)
  const at = clockColumn(rule.clock)
  const overdue = sql`c.tenant_id = ${tenantId} and ${isOverdue(due)}`
  const [counts] = await tx.execute<{ contacts: number; oldest: string | null }>(
    sql`select count(*)::int as contacts, min(${at})::text as oldest from contacts c where ${overdue}`,
  )
  const sample = await tx.execute<{ id: string }>(
    sql`select c.id from contacts c where ${overdue} order by ${at}, c.id limit ${SAMPLE}`,
  )
  const nights = await deletionsByNight(tx, tenantId, rule, now)
  const recordings = await dyingRecordings(tx, tenantId, rule, now)
  return {
    contacts: counts?.contacts ?? 0,
    recordings: recordings.count,
    bytes: recordings.bytes,
    oldest: counts?.oldest ? new Date(counts.oldest) : null,
    sample: sample.map(row => row.id),
    days: nights,
  }
}

/** When each contact `c` is due; null when the rule never deletes it. */
const dueMoment = (rule: RetentionTerms) => {
  const days = (of: number | null) =>
    of === null ? sql`null::interval` : sql`make_interval(days => ${of}::int)`
  return sql`case when c.hold_count = 0 then ${clockColumn(rule.clock)} +
      case when c.evaluated_at is null then ${days(rule.deleteAfterDays)} else ${days(rule.deleteEvaluatedAfterDays)} end end`
}

/**
 * When each recording is due: with the last of its contacts, or, of nobody's, so many days after it came, or came to be
 * so. Never while a contact may claim it that stays when the rule runs now.
 */
const recordingsDue = (tenantId: string, rule: RetentionTerms, now: Date) => sql`
  select f.size, case when bool_or(l.contact_id is not null) then
           case when bool_and(${dueMoment(rule)} is not null) then max(${dueMoment(rule)}) end
         when k.id is null then ${orphanedAt} + make_interval(days => ${rule.deleteAfterDays}::int) end as due,
         bool_or(l.contact_id is not null) or ${isMatched} and ${contactsAreIn(tenantId)} as settled
    from recordings r
    join uploaded_files f on f.tenant_id = r.tenant_id and f.id = r.file_id
    left join recording_links l on l.tenant_id = r.tenant_id and l.recording_id = r.id and l.state <> 'REJECTED'
    left join contacts c on c.tenant_id = l.tenant_id and c.id = l.contact_id
    left join (${claimed(tenantId, rule, now)}) k on k.id = r.id
   where r.tenant_id = ${tenantId}
   group by r.tenant_id, r.id, f.size, k.id`

const claimed = (tenantId: string, rule: RetentionTerms, now: Date) =>
  claimedRecordings({
    tenantId,
    days: rule.deleteAfterDays ?? 0,
    among: sql`r.linked_at is null`,
    staying: sql`not (${isOverdue(cutoffs(rule, now))})`,
  })

/** Of nobody's only those that a sweep would take at this moment. */
async function dyingRecordings(tx: Tx, tenantId: string, rule: RetentionTerms, now: Date) {
  if (!rule.enabled) return { count: 0, bytes: 0 }
  const [row] = await tx.execute<{ count: number; bytes: string }>(sql`
    select count(*)::int as count, coalesce(sum(size), 0)::bigint as bytes
      from (${recordingsDue(tenantId, rule, now)}) d where due < ${now.toISOString()}::timestamptz and settled`)
  return { count: row?.count ?? 0, bytes: Number(row?.bytes ?? 0) }
}

/** The next 30 nights of the tenant, each with what is due by its beginning and was not by the one before. */
async function deletionsByNight(tx: Tx, tenantId: string, rule: RetentionTerms, now: Date) {
  const at = sql`${now.toISOString()}::timestamptz`
  const contacts = rule.enabled
    ? sql`select ${dueMoment(rule)} as due, 0::bigint as size, 1 as contacts from contacts c where c.tenant_id = ${tenantId}`
    : sql`select null::timestamptz as due, 0::bigint as size, 0 as contacts where false`
  const recordings = rule.enabled
    ? sql`select due, size, 0 as contacts from (${recordingsDue(tenantId, rule, now)}) d`
    : sql`select null::timestamptz as due, 0::bigint as size, 0 as contacts where false`
  const rows = await tx.execute<{ day: string; contacts: number; bytes: string }>(sql`
    with days as (
      select d.day::date as day, (d.day::date + make_interval(hours => t.night_hour)) at time zone t.time_zone as began
        from tenants t, generate_series((${at} at time zone t.time_zone)::date, (${at} at time zone t.time_zone)::date + ${DAYS}::int, interval '1 day') d (day)
       where t.id = ${tenantId}
    ), nights as (
      select day, began, row_number() over (order by began) - 1 as before from days where began > ${at} order by began limit ${DAYS}
    ), doomed as (
      -- How many nights have begun by then: one look at each row, however many there are.
      select width_bucket(due, (select array_agg(began order by began) from nights)) as nights_before,
             sum(contacts)::int as contacts, sum(size)::bigint as bytes
        from (${contacts} union all ${recordings}) d
       where due is not null
       group by 1
    )
    select n.day::text, coalesce(d.contacts, 0) as contacts, coalesce(d.bytes, 0) as bytes
      from nights n left join doomed d on d.nights_before = n.before
     order by n.day`)
  return rows.map(({ day, contacts: count, bytes }) => ({ day, contacts: count, bytes: Number(bytes) }))
}
