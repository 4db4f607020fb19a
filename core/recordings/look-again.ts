import { sql } from 'drizzle-orm'
import { type Tx, uuidArray } from '../../db/db.ts'

/**
 * After recordings of these keys were called otherwise, or destroyed. A contact whose name too many fit has no row that
 * leads from one of them to it (decide.ts), so another one of the key is due once more, and with it all contacts of the
 * key. One that somebody holds is passed over: the caller holds rows already. True when there is something for the job.
 */
export const lookAgain = async (tx: Tx, tenantId: string, keys: readonly string[]): Promise<boolean> => {
  if (keys.length === 0) return false
  const due = await tx.execute(sql`
    update recordings r
       set placed = default, match_due = true
      from (select o.id
              from (select distinct key from ${keysIn(keys)}) k
             cross join lateral (select s.id from recordings s
                                  where s.tenant_id = ${tenantId} and s.match_key = k.key
                                    and s.usable and s.replaced_by_id is null
                                  limit 1 for no key update skip locked) o) o
     where r.tenant_id = ${tenantId} and r.id = o.id
    returning 1`)
  return due.length > 0
}

/** Of recordings that are to be destroyed, those keys that a contact names which has several that fit, and may have fewer then. */
export const ambiguousKeys = async (
  tx: Tx,
  tenantId: string,
  recordingIds: readonly string[],
): Promise<string[]> => {
  if (recordingIds.length === 0) return []
  const naming = (column: 'recording_match' | 'screen_recording_match') => sql`
    exists (select from contacts c
             where c.tenant_id = ${tenantId} and c.${sql.identifier(column)} = k.key and c.recording_state = 'AMBIGUOUS')`
  const rows = await tx.execute<{ key: string }>(sql`
    select k.key from (select distinct match_key from recordings
                        where tenant_id = ${tenantId} and id = any(${uuidArray(recordingIds)})) k (key)
     where ${naming('recording_match')} or ${naming('screen_recording_match')}`)
  return rows.map(({ key }) => key)
}

const keysIn = (keys: readonly string[]) =>
  sql`json_array_elements_text(${JSON.stringify(keys)}::text::json) as k (key)`
