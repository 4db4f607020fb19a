import { sql } from 'drizzle-orm'
import type { Tx } from '../../db/db.ts'
import type { ClaimedImport } from './ports.ts'
import type { FileFault } from './problem.ts'

/** Of files that are refused again by whatever template reads them. */
const FOR_GOOD: readonly FileFault[] = ['EMPTY', 'NO_ROWS', 'NOT_CSV', 'TOO_LARGE']

/**
 * Of an older file nothing is kept, since it was set aside, refused or undone, and its bytes are there: it may be read
 * again, after this one.
 */
export async function olderMayReturn(tx: Tx, { tenantId, fileMark }: ClaimedImport): Promise<boolean> {
  const forGood = sql.join(
    FOR_GOOD.map(code => sql`${code}`),
    sql`, `,
  )
  const [older] = await tx.execute(sql`
    select from imports i
     where i.tenant_id = ${tenantId}::uuid and i.status in ('REFUSED', 'FAILED', 'UNDONE') and i.purged_at is null
       and coalesce(i.file_mark, i.ordinal) < ${fileMark} and not i.dry_run
       and (i.status <> 'FAILED' or i.set_aside_at is not null)
       and (i.status <> 'REFUSED' or i.failure ->> 'code' not in (${forGood}))
       and exists (select from uploaded_files f where f.tenant_id = i.tenant_id and f.id = i.file_id
                      and f.object_id is not null)
       and not exists (select from imports j where j.tenant_id = i.tenant_id and j.file_id = i.file_id
                          and j.ordinal > i.ordinal and j.status not in ('QUEUED', 'RUNNING', 'FAILED'))
     limit 1`)
  return older !== undefined
}
