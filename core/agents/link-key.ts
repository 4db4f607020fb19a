import { and, eq } from 'drizzle-orm'
import { enqueue, type Tx, tables } from '../../db/db.ts'
import { badInput, notFound } from '../refusal.ts'
import { type Agent, LONGEST_KEY } from './agent.ts'
import { addAlias } from './keys.ts'
import { lockAgents } from './lock-agents.ts'

const { agents } = tables

/**
 * This key is that agent's: an alias from now on, and past contacts that bear it are linked by a job after the commit.
 * A key that is their alias already changes nothing; one that is another agent's is CONFLICT, but for a name
 * that both have: then it says who is meant.
 */
export async function linkAgentKey(
  tx: Tx,
  tenantId: string,
  agentKey: string,
  agentId: string,
): Promise<Agent> {
  const alias = agentKey.trim()
  if (alias === '' || alias.length > LONGEST_KEY || /\p{Cc}/u.test(alias))
    throw badInput([
      { path: ['agentKey'], message: `A key has 1 to ${LONGEST_KEY} characters, all of them printable.` },
    ])
  await lockAgents(tx, tenantId)
  const [agent] = await tx
    .select()
    .from(agents)
    .where(and(eq(agents.tenantId, tenantId), eq(agents.id, agentId)))
  if (!agent) throw notFound('This agent')
  await addAlias(tx, agent, alias)
  await enqueue(tx, 'link-agents', { tenantId, agentIds: [agentId] })
  return agent
}
