import { and, eq, inArray, ne } from 'drizzle-orm'
import { type Tx, tables } from '../../db/db.ts'
import { Refusal } from '../refusal.ts'
import { foldAgentKey } from '../templates/agent-key.ts'
import type { Agent } from './agent.ts'

const { agentKeys, agents } = tables

export type AgentKeyRow = typeof agentKeys.$inferInsert

/** Every key that files may call an agent by. */
export function keysOf(
  agent: Pick<Agent, 'tenantId' | 'id' | 'name' | 'email' | 'username' | 'externalId'>,
  aliases: readonly string[],
): AgentKeyRow[] {
  const key = (kind: AgentKeyRow['kind'], given: string | null): AgentKeyRow[] =>
    given
      ? [{ tenantId: agent.tenantId, agentId: agent.id, kind, key: foldAgentKey(given), given: given.trim() }]
      : []
  return [
    ...key('EXTERNAL_ID', agent.externalId),
    ...key('EMAIL', agent.email),
    ...key('USERNAME', agent.username),
    ...key('NAME', agent.name),
    ...aliases.flatMap(alias => key('ALIAS', alias)),
  ]
}

/** Puts an agent's keys in place of what they were; aliases are only added to. CONFLICT when another agent has one. */
export async function replaceKeys(tx: Tx, agent: Agent, keys: readonly AgentKeyRow[]): Promise<void> {
  await tx.delete(agentKeys).where(and(keysOfAgent(agent), ne(agentKeys.kind, 'ALIAS')))
  await addKeys(tx, agent, keys)
}

/** One more name for an agent. CONFLICT when it is another's alias. */
export async function addAlias(tx: Tx, agent: Agent, alias: string): Promise<void> {
  const { tenantId, id: agentId } = agent
  await addKeys(tx, agent, [{ tenantId, agentId, kind: 'ALIAS', key: foldAgentKey(alias), given: alias }])
}

const keysOfAgent = ({ tenantId, id }: Agent) =>
  and(eq(agentKeys.tenantId, tenantId), eq(agentKeys.agentId, id))

async function addKeys(tx: Tx, agent: Agent, keys: readonly AgentKeyRow[]): Promise<void> {
  const taken = await takenKey(tx, agent, keys)
  if (taken) throw taken
  await tx
    .insert(agentKeys)
    .values([...keys])
    .onConflictDoNothing()
  const kept = await tx.select().from(agentKeys).where(keysOfAgent(agent))
  const lost = keys.find(key => !kept.some(row => row.kind === key.kind && row.key === key.key))
  if (!lost) return
  const [holder] = await tx
    .select({ name: agents.name })
    .from(agentKeys)
    .innerJoin(agents, and(eq(agents.tenantId, agentKeys.tenantId), eq(agents.id, agentKeys.agentId)))
    .where(
      and(eq(agentKeys.tenantId, agent.tenantId), eq(agentKeys.kind, lost.kind), eq(agentKeys.key, lost.key)),
    )
  throw new Refusal(
    'CONFLICT',
    `"${lost.given}" is already a key of the agent ${holder?.name ?? 'of another name'}.`,
  )
}

/**
 * An alias counts whatever kind of key a file writes: one that is another agent's own key would mean both, and link
 * nobody. So would the name of another agent, but for a name that this one has as well: there it says who is meant.
 */
async function takenKey(tx: Tx, agent: Agent, keys: readonly AgentKeyRow[]): Promise<Refusal | undefined> {
  const { tenantId, id } = agent
  const others = await tx
    .select({ kind: agentKeys.kind, key: agentKeys.key, name: agents.name })
    .from(agentKeys)
    .innerJoin(agents, and(eq(agents.tenantId, agentKeys.tenantId), eq(agents.id, agentKeys.agentId)))
    .where(
      and(
        eq(agentKeys.tenantId, tenantId),
        ne(agentKeys.agentId, id),
        inArray(
          agentKeys.key,
          keys.map(({ key }) => key),
        ),
      ),
    )
  const ownName = foldAgentKey(agent.name)
  for (const { kind, key, given } of keys) {
    const clashes = (other: (typeof others)[number]) =>
      other.key === key && meanBoth(kind, other.kind) && !(other.kind === 'NAME' && key === ownName)
    const holder = others.find(clashes)
    if (holder) return new Refusal('CONFLICT', `"${given}" is already a key of the agent ${holder.name}.`)
  }
  return undefined
}

/** Names are not anybody's alone: a new agent may have one that is another's alias. */
export const meanBoth = (kind: AgentKeyRow['kind'], held: AgentKeyRow['kind']): boolean =>
  kind === 'ALIAS' || (held === 'ALIAS' && kind !== 'NAME')
