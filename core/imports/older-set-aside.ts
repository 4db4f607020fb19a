import { sql } from 'drizzle-orm'
import type { Tx } from '../../db/db.ts'
import type { ClaimedImport } from './ports.ts'

/** An older file is set aside, and was not read again since: it may be, after this one. */
export async function olderIsSetAside(tx: Tx, { tenantId, fileMark }: ClaimedImport): Promise<boolean> {
  const [older] = await tx.execute(sql`
    select from imports i
     where i.tenant_id = ${tenantId}::uuid and i.status = 'FAILED' and i.set_aside_at is not null
       and coalesce(i.file_mark, i.ordinal) < ${fileMark} and not i.dry_run
       and not exists (select from imports j where j.tenant_id = i.tenant_id and j.file_id = i.file_id
                          and j.ordinal > i.ordinal and j.status not in ('QUEUED', 'RUNNING', 'FAILED'))
     limit 1`)
  return older !== undefined
}
