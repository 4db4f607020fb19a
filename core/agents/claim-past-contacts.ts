import { sql } from 'drizzle-orm'
import type { Tx } from '../../db/db.ts'

/**
 * Links contacts that came before their agent or alias was known. A contact's template says which kind of key its
 * file writes; aliases count for each kind; a name that two agents share links nobody. Returns how many were linked.
 * Skips contacts whose rows a running import holds: that import's own job comes after its commit.
 */
export async function claimPastContacts(
  tx: Tx,
  tenantId: string,
  agentIds: readonly string[],
): Promise<number> {
  if (agentIds.length === 0) return 0
  const wanted = sql.join(
    agentIds.map(id => sql`${id}::uuid`),
    sql`, `,
  )
  const rows = await tx.execute<{ linked: number }>(sql`
    with keys as (
      select k.kind, k.key, (array_agg(k.agent_id))[1] as agent_id
        from agent_keys k
       where k.tenant_id = ${tenantId}
         and (k.kind, k.key) in (select kind, key from agent_keys where tenant_id = ${tenantId} and agent_id in (${wanted}))
       group by k.kind, k.key
      having count(*) = 1
    ), free as (
      select c.id, k.agent_id
        from keys k
        join contacts c on c.tenant_id = ${tenantId} and c.agent_id is null and c.agent_match = k.key
        join imports i on i.tenant_id = c.tenant_id and i.id = c.import_id
        join column_templates t on t.tenant_id = i.tenant_id and t.id = i.template_id
       where k.kind = 'ALIAS' or k.kind = t.agent_key
         for update of c skip locked
    ), linked as (
      update contacts c set agent_id = free.agent_id, updated_at = now()
        from free
       where c.tenant_id = ${tenantId} and c.id = free.id and c.agent_id is null
      returning 1
    )
    select count(*)::int as linked from linked`)
  return rows[0]?.linked ?? 0
}
