import { and, eq, inArray } from 'drizzle-orm'
import { type Tx, tables } from '../../db/db.ts'
import { foldAgentKey } from '../templates/agent-key.ts'
import type { Agent, AgentInput } from './agent.ts'

const { agentKeys, agents } = tables

/**
 * The agents that an input's external id, email or user name name. Each key names one at most; several agents mean
 * that the keys contradict each other.
 */
export async function findAgents(tx: Tx, tenantId: string, input: AgentInput): Promise<Agent[]> {
  const ids = new Set<string>()
  for (const [kind, given] of [
    ['EXTERNAL_ID', input.externalId],
    ['EMAIL', input.email],
    ['USERNAME', input.username],
  ] as const) {
    if (!given?.trim()) continue
    const [row] = await tx
      .select({ agentId: agentKeys.agentId })
      .from(agentKeys)
      .where(
        and(
          eq(agentKeys.tenantId, tenantId),
          eq(agentKeys.kind, kind),
          eq(agentKeys.key, foldAgentKey(given)),
        ),
      )
    if (row) ids.add(row.agentId)
  }
  if (ids.size === 0) return []
  return await tx
    .select()
    .from(agents)
    .where(and(eq(agents.tenantId, tenantId), inArray(agents.id, [...ids])))
}
