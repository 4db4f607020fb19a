import { sql } from 'drizzle-orm'
import { type Tx, uuidArray } from '../../db/db.ts'
import { MOST_ALIKE } from '../recordings/name-fit.ts'

/** Recordings that are not linked to some contacts, and may be theirs all the same. */
export interface Claimed {
  /** Nobody else's, by all that is known. */
  theirs: string[]
  /** So many may be another's as well. */
  doubtful: number
}

/**
 * What contacts that are to be erased may claim: candidates for them; recordings without a contact that bear a name
 * under which they have none; damaged versions of what is linked to them. Not what another contact names or has, and
 * not what more than MOST_ALIKE of a name are: those are doubtful. The caller has locked the contacts. All their
 * recordings are locked, in order, those that are linked to them as well.
 */
export async function lockClaimed(tx: Tx, tenantId: string, contactIds: readonly string[]): Promise<Claimed> {
  const before = await findClaimed(tx, tenantId, contactIds)
  const ids = before.filter(({ doubtful }) => !doubtful).map(({ id }) => id)
  await tx.execute(sql`
    select r.id from recordings r
     where r.tenant_id = ${tenantId}
       and r.id in (select recording_id from recording_links
                     where tenant_id = ${tenantId} and contact_id = any(${uuidArray(contactIds)}) and state <> 'REJECTED'
                     union all select unnest(${uuidArray(ids)}))
     order by r.id
       for update of r`)
  const locked = new Set(ids)
  // Once more: until the lock was had another contact may have come to have one of them.
  const found = await findClaimed(tx, tenantId, contactIds)
  const theirs = found.filter(({ id, doubtful }) => !doubtful && locked.has(id)).map(({ id }) => id)
  return { theirs, doubtful: found.length - theirs.length }
}

async function findClaimed(tx: Tx, tenantId: string, contactIds: readonly string[]) {
  const these = uuidArray(contactIds)
  return await tx.execute<{ id: string; doubtful: boolean }>(sql`
    with named as (
      select c.id, n.key
        from contacts c, lateral (values ('AUDIO', c.recording_match), ('SCREEN', c.screen_recording_match)) as n (slot, key)
       where c.tenant_id = ${tenantId} and c.id = any(${these}) and n.key is not null
         and not exists (select from recording_links l
                          where l.tenant_id = c.tenant_id and l.contact_id = c.id and l.slot = n.slot and l.state = 'LINKED')
    ), by_name as materialized (
      select distinct r.id, r.match_key
        from named n join recordings r on r.tenant_id = ${tenantId} and r.match_key = n.key and r.linked_at is null
       where not exists (select from recording_links l
                          where l.tenant_id = r.tenant_id and l.contact_id = n.id and l.recording_id = r.id)
    ), crowded as (
      select match_key from by_name group by match_key having count(*) > ${MOST_ALIKE}::int
    ), linked as (
      select l.state, r.id, r.path, r.match_key
        from recording_links l join recordings r on r.tenant_id = l.tenant_id and r.id = l.recording_id
       where l.tenant_id = ${tenantId} and l.contact_id = any(${these})
    ), claimed as materialized (
      select id, match_key from by_name
       union select id, match_key from linked where state = 'CANDIDATE'
       union select r.id, r.match_key
               from linked l join recordings r on r.tenant_id = ${tenantId} and r.path = l.path
              where l.state = 'LINKED' and not r.usable and r.linked_at is null
    ), others as materialized (
      -- A key at a time: thousands of recordings may have the same.
      select k.match_key
        from (select distinct match_key from claimed) k
       where exists (select from contacts c where c.tenant_id = ${tenantId} and c.recording_match = k.match_key
                                              and c.id <> all(${these}))
          or exists (select from contacts c where c.tenant_id = ${tenantId} and c.screen_recording_match = k.match_key
                                              and c.id <> all(${these}))
    )
    select c.id,
           c.match_key in (select match_key from others)
             or c.id in (select id from by_name where match_key in (select match_key from crowded))
             or exists (select from recording_links l
                         where l.tenant_id = ${tenantId} and l.recording_id = c.id and l.state <> 'REJECTED'
                           and l.contact_id <> all(${these})) as doubtful
      from claimed c`)
}
