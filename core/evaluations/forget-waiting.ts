import { sql } from 'drizzle-orm'
import { type Tx, uuidArray } from '../../db/db.ts'
import type { TenantHashes } from '../vault/keyed-hashes.ts'
import { takeTurn } from './evaluation-turns.ts'

/**
 * Evaluations that wait for contacts which are about to be destroyed: they would wait for ever, and keep the reference.
 * The contacts are locked by the caller.
 */
export async function forgetWaitingFor(
  tx: Tx,
  tenantId: string,
  contactIds: readonly string[],
): Promise<void> {
  const rows = await tx.execute<{ reference: string }>(sql`
    select distinct e.contact_reference as reference
      from evaluations e
      join contacts c on c.tenant_id = e.tenant_id and c.reference = e.contact_reference
     where e.tenant_id = ${tenantId} and e.contact_id is null and e.withdrawn_at is null
       and c.id = any(${uuidArray(contactIds)})`)
  await forget(
    tx,
    tenantId,
    rows.map(row => row.reference),
  )
}

/** Evaluations that wait for contacts which are known by the keyed hashes of their references alone. */
export async function forgetWaitingOf(
  tx: Tx,
  tenantId: string,
  hashes: TenantHashes,
  referenceHashes: readonly string[],
): Promise<void> {
  const rows = await tx.execute<{ reference: string }>(sql`
    select distinct contact_reference as reference from evaluations
     where tenant_id = ${tenantId} and contact_id is null and withdrawn_at is null`)
  const gone = new Set(referenceHashes)
  const references = rows.map(row => row.reference).filter(reference => gone.has(hashes.reference(reference)))
  await forget(tx, tenantId, references)
}

async function forget(tx: Tx, tenantId: string, references: readonly string[]): Promise<void> {
  if (references.length === 0) return
  await takeTurn(tx, tenantId)
  await tx.execute(sql`
    delete from evaluations
     where tenant_id = ${tenantId} and contact_id is null and withdrawn_at is null
       and contact_reference = any(array(select json_array_elements_text(${JSON.stringify(references)}::text::json)))`)
}
