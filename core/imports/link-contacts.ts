import { sql } from 'drizzle-orm'
import type { Tx } from '../../db/db.ts'

/**
 * Links every contact of the tenant that an agent answers to by now, as the merge would have. An import cannot see the
 * agents that are made while it runs, and they cannot see its contacts: this runs after each commit. Rows that another
 * import holds are passed over: that one runs it again when it is done. Answers how many were linked.
 */
export async function linkContacts(tx: Tx, tenantId: string): Promise<number> {
  const [row] = await tx.execute<{ linked: number }>(sql`
    with answering as (
      select t.kind, k.key, (array_agg(k.agent_id))[1] as agent_id
        from (values ('EMAIL'), ('USERNAME'), ('EXTERNAL_ID'), ('NAME')) as t (kind)
        join agent_keys k on k.tenant_id = ${tenantId}::uuid and k.kind in (t.kind, 'ALIAS')
       group by t.kind, k.key
      having count(distinct k.agent_id) = 1
    ), free as (
      select c.id, a.agent_id
        from answering a
        join contacts c on c.tenant_id = ${tenantId}::uuid and c.agent_id is null and c.agent_match = a.key
        join imports i on i.tenant_id = c.tenant_id and i.id = c.import_id
        join column_templates t on t.tenant_id = i.tenant_id and t.id = i.template_id and t.agent_key = a.kind
         for update of c skip locked
    ), linked as (
      update contacts c set agent_id = free.agent_id, updated_at = now()
        from free
       where c.tenant_id = ${tenantId}::uuid and c.id = free.id and c.agent_id is null
      returning 1
    )
    select count(*)::int as linked from linked`)
  return row?.linked ?? 0
}
