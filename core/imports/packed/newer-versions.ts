import { sql } from 'drizzle-orm'
import { type Tx, tables } from '../../../db/db.ts'
import type { NewerVersion } from '../../files/upload.ts'
import type { ClaimedImport } from '../ports.ts'

const { uploadedFiles, recordings, imports } = tables

/**
 * What was completed under these paths after the archive came by its name, the oldest of each, recordings first: an
 * archive that is unpacked late, since it was set aside or refused at first, or was removed while it waited, only adds
 * older versions to them. The paths' locks are held.
 */
export async function newerVersions(
  tx: Tx,
  { tenantId, fileId, dryRun }: ClaimedImport,
  paths: readonly string[],
): Promise<Map<string, NewerVersion>> {
  const rows = await tx.execute<{ path: string; recording_id: string | null }>(sql`
    select distinct on (f.path) f.path, r.id as recording_id
      from ${uploadedFiles} f
      left join ${recordings} r on r.tenant_id = f.tenant_id and r.file_id = f.id
     where f.tenant_id = ${tenantId} and f.status = 'STORED'
       and f.path in (select json_array_elements_text(${JSON.stringify(paths)}::text::json))
       and f.stored_at > (select min(i.queued_at) from ${imports} i
                           where i.tenant_id = ${tenantId} and i.file_id = ${fileId}::uuid and i.dry_run = ${dryRun})
     order by f.path, r.id is null, f.stored_at, f.id`)
  return new Map(rows.map(({ path, recording_id: recordingId }) => [path, { recordingId }]))
}
