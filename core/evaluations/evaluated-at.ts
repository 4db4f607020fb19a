import { sql } from 'drizzle-orm'
import { type Tx, uuidArray } from '../../db/db.ts'

/** Brings into line when contacts were evaluated first. The caller has locked them, and evaluations are its to write. */
export async function settleEvaluatedAt(
  tx: Pick<Tx, 'execute'>,
  tenantId: string,
  contactIds: readonly string[],
): Promise<void> {
  if (contactIds.length === 0) return
  await tx.execute(sql`
    with settled as (
      select named.id,
             (select min(e.evaluated_at) from evaluations e
               where e.tenant_id = ${tenantId} and e.contact_id = named.id and e.withdrawn_at is null) as first
        from unnest(${uuidArray(contactIds)}) as named (id)
    )
    update contacts c set evaluated_at = settled.first
      from settled
     where c.tenant_id = ${tenantId} and c.id = settled.id and c.evaluated_at is distinct from settled.first`)
}
