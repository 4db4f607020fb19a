import { type SQL, sql } from 'drizzle-orm'
import type { Tx } from '../../db/db.ts'
import type { AgentKey } from '../templates/template.ts'

/**
 * Which agent answers to which folded key, for files that name agents by `kind`; aliases count for each kind. A key
 * that means two people links nobody, unless it is one's name and alias: then somebody said who is meant.
 */
export const answeringAgents = (tenantId: string, kind: AgentKey): SQL => sql`
  select key, agent_id
    from (select key, agent_id, count(*) as meanings, count(*) over (partition by key) as agents
            from agent_keys
           where tenant_id = ${tenantId}::uuid and kind in (${kind}, 'ALIAS')
           group by key, agent_id) a
   where agents = 1 or meanings = 2`

/** Who answers while this import runs, as its transaction sees it at its beginning, and who was asked for in vain. */
export async function prepareAgents(tx: Tx, tenantId: string, kind: AgentKey): Promise<void> {
  await tx.execute(sql`create temp table answering on commit drop as ${answeringAgents(tenantId, kind)}`)
  await tx.execute(sql`create temp table unanswered (key text primary key) on commit drop`)
  // The merge joins with it: without statistics the planner would guess.
  await tx.execute(sql`analyze answering`)
}

/** Before they are prepared by another kind of key. */
export const dropAgents = async (tx: Tx): Promise<void> => {
  await tx.execute(sql`drop table answering, unanswered`)
}

/** Remembers the staged chunk's agent keys that nobody answers to, each once for the whole file. */
export async function noteUnanswered(tx: Tx): Promise<void> {
  await tx.execute(sql`
    insert into unanswered
    select distinct s.agent_match from staged s left join answering a on a.key = s.agent_match where a.key is null
        on conflict do nothing`)
}

export async function countUnanswered(tx: Tx): Promise<number> {
  const [row] = await tx.execute<{ keys: number }>(sql`select count(*)::int as keys from unanswered`)
  return row?.keys ?? 0
}
