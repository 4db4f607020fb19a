import { sql } from 'drizzle-orm'
import { type Tx, uuidArray } from '../../db/db.ts'
import type { NamedContact, RecordingState, Standing } from './decide.ts'

/** A contact as it is, with what it has to do with recordings. */
export interface MatchedContact extends NamedContact {
  id: string
  state: RecordingState
  rows: readonly LinkRow[]
}

/** A row of `recording_links`, and the file that its recording is a version of. */
export interface LinkRow extends Standing {
  recordingId: string
}

type Row = {
  id: string
  recording_name: string | null
  screen_recording_name: string | null
  recording_match: string | null
  screen_recording_match: string | null
  recording_state: RecordingState
  guarded: boolean
  links: {
    recording_id: string
    file_id: string
    state: Standing['state']
    how: Standing['how']
    slot: Standing['slot']
    decided_at: number | null
  }[]
}

export const findContacts = async (
  tx: Tx,
  tenantId: string,
  ids: readonly string[],
): Promise<MatchedContact[]> => {
  const rows = await tx.execute<Row>(sql`
    select c.id, c.recording_name, c.screen_recording_name, c.recording_match, c.screen_recording_match,
           c.recording_state, c.evaluated_at is not null or c.hold_count > 0 as guarded,
           coalesce(l.links, '[]') as links
      from contacts c
      left join lateral (
        select json_agg(json_build_object(
                 'recording_id', l.recording_id, 'file_id', coalesce(r.replaced_by_id, r.id),
                 'state', l.state, 'how', l.how, 'slot', l.slot,
                 'decided_at', case when l.decided_by is not null then extract(epoch from l.linked_at) end)) as links
          from recording_links l
          join recordings r on r.tenant_id = l.tenant_id and r.id = l.recording_id
         where l.tenant_id = c.tenant_id and l.contact_id = c.id
      ) l on true
     where c.tenant_id = ${tenantId} and c.id = any(${uuidArray(ids)})`)
  return rows.map(row => ({
    id: row.id,
    names: { AUDIO: row.recording_name, SCREEN: row.screen_recording_name },
    keys: { AUDIO: row.recording_match, SCREEN: row.screen_recording_match },
    guarded: row.guarded,
    state: row.recording_state,
    rows: row.links.map(link => ({
      recordingId: link.recording_id,
      fileId: link.file_id,
      state: link.state,
      how: link.how,
      slot: link.slot,
      decidedAt: link.decided_at,
    })),
  }))
}
