/**
 * A recording that has no contact may still be one's: of a contact that names its key, and has no recording under that
 * name, since the one that came is damaged, or has too many to choose from (core/recordings/decide.ts). It is not
 * nobody's while such a contact may claim it:
 *
 *   evaluated or on hold   for as long as the contact is there
 *   any other              if it was imported before the days of the recording were over; else contacts to come that
 *                          bear the same name would keep every recording of that name for ever
 *
 * Unless a person said that it is not the contact's.
 */
import { type SQL, sql } from 'drizzle-orm'
import { orphanedAt } from './orphans.ts'

export interface ClaimsWish {
  tenantId: string
  /** After so many a recording that is nobody's goes. */
  days: number
  /** Which recordings `r` are asked about: those that have no contact. */
  among: SQL
  /** Which contacts `c` count. */
  staying?: SQL
}

/**
 * A query for the ids of the recordings that a contact may claim. By key first: thousands of recordings and thousands of
 * contacts may have the same one, and pairs of them are only looked at where a person decided.
 */
export const claimedRecordings = ({ tenantId, days, among, staying = sql`true` }: ClaimsWish): SQL => {
  const over = sql`${orphanedAt} + make_interval(hours => ${days * 24}::int)`
  return sql`
    with claimants as materialized (
      select n.key, c.id,
             case when c.hold_count > 0 or c.evaluated_at is not null then '-infinity' else c.imported_at end as since
        from contacts c, lateral (values (c.recording_match), (c.screen_recording_match)) as n (key)
       where c.tenant_id = ${tenantId} and c.recording_state in ('MISSING', 'AMBIGUOUS') and n.key is not null
         and ${staying}
    ), keys as materialized (select key, min(since) as since from claimants group by key)
    select r.id
      from recordings r join keys k on k.key = r.match_key
     where r.tenant_id = ${tenantId} and ${among} and k.since < ${over}
       and (not exists (select from recording_links l where l.tenant_id = r.tenant_id and l.recording_id = r.id)
         or exists (select from claimants c
                     where c.key = r.match_key and c.since < ${over}
                       and not exists (select from recording_links l
                                        where l.tenant_id = r.tenant_id and l.contact_id = c.id and l.recording_id = r.id)))`
}
