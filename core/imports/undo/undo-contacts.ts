import { type SQL, sql } from 'drizzle-orm'
import type { Tx } from '../../../db/db.ts'
import { settleLinkedIn } from '../../recordings/settle-linked.ts'
import { keptColumns, PRE_IMAGES } from './pre-images.ts'

/** What became of an import's contacts. */
export interface UndoCounts {
  /** Contacts it had created, now gone. */
  removed: number
  /** Contacts it had changed, now as before. */
  restored: number
  /** Evaluated, held or changed since; left as they are. */
  kept: number
}

const preImages = sql.identifier(PRE_IMAGES)
const set = (from: string) => sql.raw(keptColumns.map(name => `${name} = ${from}.${name}`).join(', '))

/**
 * Takes an import out of its contacts. The caller holds the tenant's imports, so that none writes meanwhile. Contacts
 * are locked first, in the order of their ids, then recordings, then imports and pre-images, as everyone does.
 */
export async function undoContacts(tx: Tx, tenantId: string, importId: string): Promise<UndoCounts> {
  await lookThroughUndone(tx, tenantId, importId)
  const counts = await lockContacts(tx, tenantId, importId)
  await removeCreated(tx, tenantId)
  await restoreChanged(tx, tenantId, importId)
  await passOver(tx, tenantId, importId)
  return counts
}

/**
 * What an import that was undone left to contacts that were evaluated or on hold then is nothing to go back to: its own
 * pre-images are taken instead, as far down as there are such imports.
 */
async function lookThroughUndone(tx: Tx, tenantId: string, importId: string): Promise<void> {
  const beneath = sql`
    select p.contact_id, p.before_import_id
      from ${preImages} p
      join imports i on i.tenant_id = p.tenant_id and i.id = p.before_import_id
     where p.tenant_id = ${tenantId}::uuid and p.import_id = ${importId}::uuid
       and i.status = 'UNDONE' and i.purged_at is null`
  for (let found = 1; found > 0; ) {
    const created = await tx.execute(sql`
      delete from ${preImages} p
       using (${beneath}) b
       where p.tenant_id = ${tenantId}::uuid and p.import_id = ${importId}::uuid and p.contact_id = b.contact_id
         and not exists (select from ${preImages} q where q.tenant_id = p.tenant_id
                            and q.import_id = b.before_import_id and q.contact_id = b.contact_id)
      returning 1`)
    const deeper = await tx.execute(sql`
      with passed as (
        delete from ${preImages} q
         using (${beneath}) b
         where q.tenant_id = ${tenantId}::uuid and q.import_id = b.before_import_id and q.contact_id = b.contact_id
        returning q.*)
      update ${preImages} p set before_import_id = passed.before_import_id, ${set('passed')}
        from passed
       where p.tenant_id = ${tenantId}::uuid and p.import_id = ${importId}::uuid and p.contact_id = passed.contact_id
      returning 1`)
    found = created.length + deeper.length
  }
}

/** Whoever waits for a contact, or comes to one that waited for it, finds it as it is from here on. */
async function lockContacts(tx: Tx, tenantId: string, importId: string): Promise<UndoCounts> {
  await tx.execute(sql`
    create temp table undoing on commit drop as
    select c.id as contact_id,
           exists (select from ${preImages} p where p.tenant_id = c.tenant_id
                      and p.import_id = ${importId}::uuid and p.contact_id = c.id) as had,
           c.evaluated_at is not null or c.hold_count > 0
             or exists (select from evaluations e where e.tenant_id = c.tenant_id and e.contact_reference = c.reference
                           and e.contact_id is null and e.withdrawn_at is null) as kept
      from contacts c
     where c.tenant_id = ${tenantId}::uuid and c.import_id = ${importId}::uuid
     order by c.id
       for update of c`)
  // The statements below join with it: without statistics the planner would guess.
  await tx.execute(sql`analyze undoing`)
  const [counts] = await tx.execute<{ removed: number; restored: number; kept: number }>(sql`
    select count(*) filter (where not kept and not had)::int as removed,
           count(*) filter (where not kept and had)::int as restored,
           count(*) filter (where kept)::int as kept
      from undoing`)
  const [since] = await tx.execute<{ changed: number }>(sql`
    with locked as (
      select c.id from contacts c
       where c.tenant_id = ${tenantId}::uuid
         and c.id in (select contact_id from ${preImages}
                       where tenant_id = ${tenantId}::uuid and before_import_id = ${importId}::uuid)
       order by c.id
         for update)
    select count(*)::int as changed from locked`)
  if (!counts || !since) throw new Error('nobody counted the contacts')
  return { ...counts, kept: counts.kept + since.changed }
}

/** Contacts that the import created, with all that is theirs. Recordings stay, and may be another contact's. */
async function removeCreated(tx: Tx, tenantId: string): Promise<void> {
  const these = sql`select contact_id from undoing where not kept and not had`
  await tx.execute(sql`
    create temp table left_alone on commit drop as
    select r.id from recordings r
     where r.tenant_id = ${tenantId}::uuid
       and r.id in (select recording_id from recording_links where tenant_id = ${tenantId}::uuid and contact_id in (${these}))
     order by r.id
       for update`)
  for (const table of ['recording_links', 'evaluations', 'held_contacts', PRE_IMAGES, 'contacts'])
    await tx.execute(sql`
      delete from ${sql.identifier(table)} t
       using (${these}) gone
       where t.tenant_id = ${tenantId}::uuid and ${idIn(table)} = gone.contact_id`)
  await settleLinkedIn(tx, tenantId, sql`select id from left_alone`, 'BEGIN_ANEW')
}

const idIn = (table: string): SQL => (table === 'contacts' ? sql`t.id` : sql`t.contact_id`)

/**
 * Contacts that the import changed are what they were. Recordings are found by a job, as after an import: what a contact
 * has already stays while it names the same, and the imports that it goes back to are to be looked at once more.
 */
async function restoreChanged(tx: Tx, tenantId: string, importId: string): Promise<void> {
  const before = sql`
    undoing u join ${preImages} p on p.tenant_id = ${tenantId}::uuid and p.import_id = ${importId}::uuid
                                 and p.contact_id = u.contact_id and not u.kept`
  await tx.execute(sql`
    update imports i set linked_at = null
      from (select distinct p.before_import_id as id from ${before}) b
     where i.tenant_id = ${tenantId}::uuid and i.id = b.id and i.status = 'COMPLETED'`)
  await tx.execute(sql`
    update contacts c
       set ${set('p')}, import_id = p.before_import_id, updated_at = now(),
           recording_state = case when c.recording_match is not distinct from p.recording_match
                                   and c.screen_recording_match is not distinct from p.screen_recording_match
                                   and c.recording_name is not distinct from p.recording_name
                                   and c.screen_recording_name is not distinct from p.screen_recording_name
                                  then c.recording_state
                                  when p.recording_match is null and p.screen_recording_match is null then 'NONE_NAMED'
                                  else 'MISSING' end
      from ${before}
     where c.tenant_id = ${tenantId}::uuid and c.id = u.contact_id`)
  await tx.execute(sql`
    delete from ${preImages} p
     using undoing u
     where p.tenant_id = ${tenantId}::uuid and p.import_id = ${importId}::uuid
       and p.contact_id = u.contact_id and not u.kept`)
}

/** Contacts that a later import changed: that one's pre-image no longer leads to this import. */
async function passOver(tx: Tx, tenantId: string, importId: string): Promise<void> {
  const later = sql`p.tenant_id = ${tenantId}::uuid and p.before_import_id = ${importId}::uuid`
  await tx.execute(sql`
    with passed as (
      delete from ${preImages} q
       using ${preImages} p
       where ${later} and q.tenant_id = p.tenant_id and q.import_id = ${importId}::uuid and q.contact_id = p.contact_id
      returning q.*)
    update ${preImages} p set before_import_id = passed.before_import_id, ${set('passed')}
      from passed
     where ${later} and p.contact_id = passed.contact_id`)
  await tx.execute(sql`delete from ${preImages} p where ${later}`)
}
