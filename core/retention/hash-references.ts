import { sql } from 'drizzle-orm'
import type { Tx } from '../../db/db.ts'
import type { TenantHashes } from '../vault/keyed-hashes.ts'

/** Contacts of the first release, which kept no keyed hash, are given theirs. Answers whether there may be more. */
export async function hashOldReferences(
  tx: Tx,
  tenantId: string,
  hashes: TenantHashes,
  most = 5_000,
): Promise<boolean> {
  const rows = await tx.execute<{ id: string; reference: string }>(sql`
    select id, reference from contacts
     where tenant_id = ${tenantId} and reference_hash is null
     order by id limit ${most} for update skip locked`)
  if (rows.length === 0) return false
  const hashed = JSON.stringify(rows.map(({ id, reference }) => ({ id, hash: hashes.reference(reference) })))
  await tx.execute(sql`
    update contacts c set reference_hash = h.hash
      from jsonb_to_recordset(${hashed}::text::jsonb) as h (id uuid, hash uuid)
     where c.tenant_id = ${tenantId} and c.id = h.id`)
  return rows.length === most
}
