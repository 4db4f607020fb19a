import type postgres from 'postgres'

export interface Overdue {
  contacts: number
  /** Each is linked to one of the first contacts. */
  recordings: number
  /** Every so many contacts one is evaluated, and one held; none by default. */
  sparedEvery?: number
  /** In references and paths, so that a tenant can be filled again. */
  name?: string
}

/**
 * Contacts that a rule of 30 days deletes, with recordings whose objects are rows alone: made as superuser, by the
 * hundred thousand.
 */
export async function fillOverdue(
  superuser: postgres.Sql,
  tenantId: string,
  { contacts, recordings, sparedEvery = 0, name = 'call' }: Overdue,
): Promise<void> {
  await superuser`
    insert into contacts (tenant_id, id, reference, reference_hash, occurred_at, occurred_at_text, agent_key, agent_match, customer_phone,
                          queue, recording_name, recording_match, recording_state, metadata, digest, import_id, row_number, file_mark,
                          imported_at, evaluated_at, hold_count)
    select ${tenantId}::uuid, uuidv7(), ${name}::text || n, md5(${name}::text || n)::uuid, now() - interval '40 days', '2026-01-01 10:00:00',
           'agent' || n % 500, 'agent' || n % 500, '+4930' || 1000000 + n, 'sales',
           case when n <= ${recordings}::int then ${name}::text || n || '.wav' end, case when n <= ${recordings}::int then ${name}::text || n end,
           case when n <= ${recordings}::int then 'LINKED' else 'NONE_NAMED' end, '{"wrap up": "done"}', md5(n::text)::uuid, uuidv7(), n, 1,
           now() - interval '40 days',
           case when ${sparedEvery}::int > 0 and n % nullif(${sparedEvery}::int, 0) = 0 then now() end,
           case when ${sparedEvery}::int > 0 and n % nullif(${sparedEvery}::int, 0) = 1 then 1 else 0 end
      from generate_series(1, ${contacts}::int) n`
  await superuser`
    with objects as (
      insert into vault_objects (tenant_id, storage_key, wrapped_key, key_version, commitment, size, sha256)
      select ${tenantId}::uuid, 'objects/' || md5(random()::text), decode(repeat(md5(n::text), 4), 'hex'), 1, decode(md5(n::text), 'hex'), 1000000, sha256(n::text::bytea)
        from generate_series(1, ${recordings}::int) n
      returning id
    ), files as (
      insert into uploaded_files (tenant_id, path, kind, status, listed, size, object_id, stored_at)
      select ${tenantId}::uuid, '/rec/' || ${name}::text || row_number() over () || '.wav', 'RECORDING', 'STORED', true, 1000000, id, now() from objects
      returning id, path
    )
    insert into recordings (tenant_id, file_id, path, match_key, usable, inspected_at, match_due, linked_at)
    select ${tenantId}::uuid, id, path, split_part(split_part(path, '/', 3), '.', 1), true, now(), false, now() from files`
  // The planner would else know nothing of what was just made.
  await superuser`analyze contacts, recordings`
  await superuser`
    insert into recording_links (tenant_id, contact_id, recording_id, state, how, slot)
    select c.tenant_id, c.id, r.id, 'LINKED', 'NAME', 'AUDIO'
      from contacts c join recordings r on r.tenant_id = c.tenant_id and r.match_key = c.recording_match
     where c.tenant_id = ${tenantId}
        on conflict do nothing`
}

/** A rule that makes them overdue, as if it had been confirmed long ago. */
export const ruleOf30Days = (superuser: postgres.Sql, tenantId: string) => superuser`
  insert into retention_rules (tenant_id, enabled, delete_after_days, clock, changed_at, changed_by)
  values (${tenantId}, true, 30, 'IMPORTED_AT', '2026-01-01', 'test')`
