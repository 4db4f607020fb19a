import { sql } from 'drizzle-orm'
import type { Database, Tx } from '../../db/db.ts'

/** A transaction's share: a million contacts in one would be cut off by the statement's time limit, again and again. */
const SHARE = 20_000

/**
 * Links contacts that came before their agent or alias was known, or that an import could not link since it could not
 * see the agent yet; share by share, each committed for itself. With `agentIds`, only those agents' keys are looked
 * at. Answers how many were linked.
 */
export async function claimPastContacts(
  database: Database,
  tenantId: string,
  {
    agentIds,
    signal,
    share = SHARE,
  }: { agentIds?: readonly string[]; signal?: AbortSignal; share?: number } = {},
): Promise<number> {
  let claimed = 0
  for (;;) {
    signal?.throwIfAborted()
    const linked = await database.asTenant(tenantId, tx => claimShare(tx, tenantId, agentIds, share))
    claimed += linked
    if (linked < share) return claimed
  }
}

/**
 * As the merge links: a contact's template says which kind of key its file writes, aliases count for each kind, and a
 * key that means two people links nobody, unless it is one's name and alias. Passes over rows that a running import holds: its own job comes after it.
 */
async function claimShare(
  tx: Tx,
  tenantId: string,
  agentIds: readonly string[] | undefined,
  share: number,
): Promise<number> {
  const ids =
    agentIds &&
    sql.join(
      agentIds.map(id => sql`${id}::uuid`),
      sql`, `,
    )
  const ofThese =
    ids &&
    sql`where k.key in (select key from agent_keys where tenant_id = ${tenantId}::uuid and agent_id in (${ids}))`
  if (agentIds?.length === 0) return 0
  const rows = await tx.execute<{ linked: number }>(sql`
    with meanings as (
      select t.kind, k.key, k.agent_id, count(*) as meanings, count(*) over (partition by t.kind, k.key) as agents
        from (values ('EMAIL'), ('USERNAME'), ('EXTERNAL_ID'), ('NAME')) as t (kind)
        join agent_keys k on k.tenant_id = ${tenantId}::uuid and k.kind in (t.kind, 'ALIAS')
       ${ofThese ?? sql``}
       group by t.kind, k.key, k.agent_id
    ), answering as (
      select kind, key, agent_id from meanings where agents = 1 or meanings = 2
    ), free as (
      select c.id, a.agent_id
        from answering a
        join contacts c on c.tenant_id = ${tenantId}::uuid and c.agent_id is null and c.agent_match = a.key
        join imports i on i.tenant_id = c.tenant_id and i.id = c.import_id
        join column_templates t on t.tenant_id = i.tenant_id and t.id = i.template_id and t.agent_key = a.kind
       limit ${share}
         for update of c skip locked
    ), linked as (
      update contacts c set agent_id = free.agent_id, updated_at = now()
        from free
       where c.tenant_id = ${tenantId}::uuid and c.id = free.id and c.agent_id is null
      returning 1
    )
    select count(*)::int as linked from linked`)
  return rows[0]?.linked ?? 0
}
