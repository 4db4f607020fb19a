/**
 * A recording that has no contact may still be one's: of a contact that names its key, and has no recording under that
 * name, since the one that came is damaged, or has too many to choose from (core/recordings/decide.ts). It is not
 * nobody's while such a contact may claim it:
 *
 *   evaluated or on hold   for as long as the contact is there, also where a recording is linked to it that fits no
 *                          better: matching adds nothing to what such a contact has, unless it fits better
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
      select n.key, ${ANY} as folder, c.id,
             case when ${isGuarded} then '-infinity' else c.imported_at end as since
        from contacts c, lateral (values (c.recording_match), (c.screen_recording_match)) as n (key)
       where c.tenant_id = ${tenantId} and c.recording_state in ('MISSING', 'AMBIGUOUS') and n.key is not null
         and ${staying}
       union all
      ${haveOne('AUDIO', { tenantId, among, staying })}
       union all
      ${haveOne('SCREEN', { tenantId, among, staying })}
    ), keys as materialized (select key || '/' || folder as place, min(since) as since from claimants group by 1),
    asked as materialized (
      select r.id, r.match_key as key, f.folder, ${over} as over,
             exists (select from recording_links l where l.tenant_id = r.tenant_id and l.recording_id = r.id) as decided
        from recordings r, lateral (values (${ANY}), (${folderIn(sql`r.path`)})) f (folder)
       where r.tenant_id = ${tenantId} and ${among}
    )
    select distinct a.id
      from asked a join keys k on k.place = a.key || '/' || a.folder
     where k.since < a.over
       and (not a.decided
         or exists (select from claimants c
                     where c.key = a.key and c.folder = a.folder and c.since < a.over
                       and not exists (select from recording_links l
                                        where l.tenant_id = ${tenantId} and l.contact_id = c.id and l.recording_id = a.id)))`
}

/** In place of a folder's name. */
const ANY = sql`''`

const isGuarded = sql`(c.evaluated_at is not null or c.hold_count > 0)`

/** The last folder of a path, whichever slash divides it, without case; `ANY` where it has none. */
const folderIn = (path: SQL) =>
  sql`coalesce(lower(substring(${path} from '([^/\\\\]+)[/\\\\]+[^/\\\\]*$')), ${ANY})`

const columns = {
  AUDIO: { name: sql`c.recording_name`, key: sql`c.recording_match` },
  SCREEN: { name: sql`c.screen_recording_name`, key: sql`c.screen_recording_match` },
}

/**
 * Evaluated and held contacts that have a recording. Whatever has the key may fit as well as that one; but where that
 * one fits by its folder only what lies in a folder of that name does, and where a person decided nothing does.
 */
const haveOne = (
  slot: 'AUDIO' | 'SCREEN',
  { tenantId, among, staying }: Required<Omit<ClaimsWish, 'days'>>,
): SQL => {
  const { name, key } = columns[slot]
  const own = sql`l.tenant_id = c.tenant_id and l.contact_id = c.id and l.state = 'LINKED' and l.slot = ${slot}`
  return sql`
    select ${key}, case when exists (
             select from recording_links l join recordings o on o.tenant_id = l.tenant_id and o.id = l.recording_id
              where ${own} and l.how = 'PATH' and o.match_key = ${key}) then ${folderIn(name)} else ${ANY} end, c.id, '-infinity'
      from (select distinct r.match_key from recordings r where r.tenant_id = ${tenantId} and ${among}) n
      join contacts c on c.tenant_id = ${tenantId} and ${key} = n.match_key
     where c.recording_state = 'LINKED' and ${isGuarded} and ${staying}
       and not exists (select from recording_links l where ${own} and l.decided_by is not null)`
}
