import { sql } from 'drizzle-orm'
import { type Tx, tables, uuidArray } from '../../db/db.ts'
import { recordingKey } from './recording-names.ts'
import { type NamedFile, queueRecordings } from './recording-rows.ts'
import { lockVersions } from './versions.ts'

const { recordings } = tables

/**
 * Before files come on record as older versions of these recordings, and before any row is changed: nothing becomes
 * usable meanwhile, and nothing else comes between them and what was before them.
 */
export const lockFollowers = async (tx: Tx, tenantId: string, ids: readonly string[]): Promise<void> => {
  if (ids.length === 0) return
  await lockVersions(tx, tenantId)
  await tx.execute(sql`
    select id from recordings
     where tenant_id = ${tenantId} and (id = any(${uuidArray(ids)}) or successor_id = any(${uuidArray(ids)}))
     order by id
       for no key update`)
}

/**
 * A recording that is put on record after one that came later by its path: it comes right before that one, and behind
 * those that are older than itself. What replaces that one, or that one if it is usable, replaces it as well.
 */
export const addOlderRecording = async (
  tx: Tx,
  tenantId: string,
  { id: fileId, path }: NamedFile,
  followerId: string,
): Promise<void> => {
  const [made] = await tx.execute<{ id: string }>(sql`
    insert into ${recordings} (tenant_id, file_id, path, match_key, successor_id, replaced_by_id)
    select tenant_id, ${fileId}::uuid, ${path}, ${recordingKey(path)}, id,
           coalesce(replaced_by_id, case when usable then id end)
      from recordings
     where tenant_id = ${tenantId} and id = ${followerId}::uuid
    returning id`)
  if (made === undefined) throw new Error('The recording was not put on record')
  await tx.execute(sql`
    update recordings p
       set successor_id = ${made.id}::uuid
      from uploaded_files f, uploaded_files own
     where p.tenant_id = ${tenantId} and p.successor_id = ${followerId}::uuid and p.id <> ${made.id}::uuid
       and f.tenant_id = p.tenant_id and f.id = p.file_id
       and own.tenant_id = p.tenant_id and own.id = ${fileId}::uuid
       and f.stored_at <= own.stored_at`)
  await queueRecordings(tx, tenantId)
}
