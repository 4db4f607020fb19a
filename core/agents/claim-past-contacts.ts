import { sql } from 'drizzle-orm'
import { enqueue, type Tx } from '../../db/db.ts'

/** A statement's share: a million contacts in one would be cut off by the statement's time limit, again and again. */
const MOST = 20_000

/**
 * Links contacts that came before their agent or alias was known, as the merge would have: a contact's template says
 * which kind of key its file writes, aliases count for each kind, and a key that means two people links nobody. Links
 * at most `most`, queues itself for the rest, and returns how many it linked. Skips contacts whose rows a running
 * import holds: that import's own job comes after its commit.
 */
export async function claimPastContacts(
  tx: Tx,
  tenantId: string,
  agentIds: readonly string[],
  most = MOST,
): Promise<number> {
  if (agentIds.length === 0) return 0
  const wanted = sql.join(
    agentIds.map(id => sql`${id}::uuid`),
    sql`, `,
  )
  const rows = await tx.execute<{ linked: number }>(sql`
    with answering as (
      select t.kind, k.key, (array_agg(k.agent_id))[1] as agent_id
        from (values ('EMAIL'), ('USERNAME'), ('EXTERNAL_ID'), ('NAME')) as t (kind)
        join agent_keys k on k.tenant_id = ${tenantId}::uuid and k.kind in (t.kind, 'ALIAS')
       where k.key in (select key from agent_keys where tenant_id = ${tenantId}::uuid and agent_id in (${wanted}))
       group by t.kind, k.key
      having count(distinct k.agent_id) = 1
    ), free as (
      select c.id, a.agent_id
        from answering a
        join contacts c on c.tenant_id = ${tenantId}::uuid and c.agent_id is null and c.agent_match = a.key
        join imports i on i.tenant_id = c.tenant_id and i.id = c.import_id
        join column_templates t on t.tenant_id = i.tenant_id and t.id = i.template_id and t.agent_key = a.kind
       limit ${most}
         for update of c skip locked
    ), linked as (
      update contacts c set agent_id = free.agent_id, updated_at = now()
        from free
       where c.tenant_id = ${tenantId}::uuid and c.id = free.id and c.agent_id is null
      returning 1
    )
    select count(*)::int as linked from linked`)
  const linked = rows[0]?.linked ?? 0
  if (linked === most) await enqueue(tx, 'link-agents', { tenantId, agentIds: [...agentIds] })
  return linked
}
