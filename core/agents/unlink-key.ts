import { and, eq, sql } from 'drizzle-orm'
import { type Database, enqueue, tables } from '../../db/db.ts'
import { notFound } from '../refusal.ts'
import { foldAgentKey } from '../templates/agent-key.ts'
import { lockAgents } from './lock-agents.ts'

const { agentKeys } = tables

/** A transaction's share of contacts. */
const SHARE = 20_000

/**
 * Takes an alias away from whoever has it, and its contacts with it: a job links them to whom the key means now, if it
 * means anybody. Stopped in between, or while an import that saw the alias runs, it is to be called again; NOT_FOUND
 * once there is neither such an alias nor such a contact.
 */
export async function unlinkAgentKey(
  database: Database,
  tenantId: string,
  agentKey: string,
): Promise<{ agentId: string | null; contacts: number }> {
  const key = foldAgentKey(agentKey)
  const agentId = await database.asTenant(tenantId, async tx => {
    await lockAgents(tx, tenantId)
    const [alias] = await tx
      .delete(agentKeys)
      .where(and(eq(agentKeys.tenantId, tenantId), eq(agentKeys.kind, 'ALIAS'), eq(agentKeys.key, key)))
      .returning({ agentId: agentKeys.agentId })
    return alias?.agentId ?? null
  })
  let contacts = 0
  for (let share = SHARE; share === SHARE; contacts += share)
    share = await unlinkShare(database, tenantId, key)
  if (agentId === null && contacts === 0) throw notFound('This alias')
  await database.asTenant(tenantId, async tx => {
    const holders = await tx
      .select({ agentId: agentKeys.agentId })
      .from(agentKeys)
      .where(and(eq(agentKeys.tenantId, tenantId), eq(agentKeys.key, key)))
    const agentIds = [...new Set(holders.map(holder => holder.agentId))]
    if (agentIds.length > 0) await enqueue(tx, 'link-agents', { tenantId, agentIds })
  })
  return { agentId, contacts }
}

/** Contacts of the key whose agent has it no more, by any kind. */
const unlinkShare = (database: Database, tenantId: string, key: string): Promise<number> =>
  database.asTenant(tenantId, async tx => {
    const rows = await tx.execute(sql`
      update contacts c set agent_id = null, updated_at = now()
       where c.tenant_id = ${tenantId} and c.id = any(array(
         select s.id from contacts s
          where s.tenant_id = ${tenantId} and s.agent_match collate "C" = ${key} and s.agent_id is not null
            and not exists (select from agent_keys k
                             where k.tenant_id = s.tenant_id and k.key = s.agent_match and k.agent_id = s.agent_id)
          order by s.id limit ${SHARE}
            for update))
      returning 1`)
    return rows.length
  })
