import { eq } from 'drizzle-orm'
import { type Tx, tables } from '../../../db/db.ts'
import { foldAgentKey } from '../../templates/agent-key.ts'
import type { AgentKeyRow } from '../keys.ts'
import { inShares } from './in-shares.ts'

type Kind = AgentKeyRow['kind']

/** An agent as the tenant knows it, or is about to. */
export interface BookedAgent {
  /** Null until it is kept. */
  id: string | null
  name: string
  email: string | null
  username: string | null
  externalId: string | null
  /** By their folded form, as they were given. */
  aliases: Map<string, string>
}

/** All agents of a tenant in memory, found by any key; what is changed here is not kept by itself. */
export interface AgentBook {
  readonly agents: BookedAgent[]
  /** Whoever has this key. Of names there may be several. */
  holders(kind: Kind, given: string): readonly BookedAgent[]
  add(agent: BookedAgent): void
  /** After a change of its fields: its keys of before mean it no more. */
  rename(agent: BookedAgent, change: () => void): void
}

const named = (agent: BookedAgent): [Kind, string | null][] => [
  ['EXTERNAL_ID', agent.externalId],
  ['EMAIL', agent.email],
  ['USERNAME', agent.username],
  ['NAME', agent.name],
]

/** The caller holds the tenant's lock on agents. */
export async function openAgentBook(tx: Tx, tenantId: string): Promise<AgentBook> {
  const { agents, agentKeys } = tables
  const rows = await tx.select().from(agents).where(eq(agents.tenantId, tenantId))
  const keys = await tx.select().from(agentKeys).where(eq(agentKeys.tenantId, tenantId))
  const byId = new Map(
    rows.map(({ id, name, email, username, externalId }) => {
      const agent: BookedAgent = { id, name, email, username, externalId, aliases: new Map() }
      return [id, agent] as const
    }),
  )
  for (const { kind, key, agentId, given } of keys)
    if (kind === 'ALIAS') byId.get(agentId)?.aliases.set(key, given)
  const book = emptyBook()
  for await (const share of inShares([...byId.values()])) for (const agent of share) book.add(agent)
  return book
}

function emptyBook(): AgentBook {
  const agents: BookedAgent[] = []
  const index = new Map<string, Set<BookedAgent>>()
  const at = (kind: Kind, given: string) => `${kind} ${foldAgentKey(given)}`
  const enter = (agent: BookedAgent) => {
    for (const [kind, given] of [...named(agent), ...aliases(agent)])
      if (given) index.set(at(kind, given), (index.get(at(kind, given)) ?? new Set()).add(agent))
  }
  const strike = (agent: BookedAgent) => {
    for (const [kind, given] of [...named(agent), ...aliases(agent)])
      if (given) index.get(at(kind, given))?.delete(agent)
  }
  return {
    agents,
    holders: (kind, given) => [...(index.get(at(kind, given)) ?? [])],
    add(agent) {
      agents.push(agent)
      enter(agent)
    },
    rename(agent, change) {
      strike(agent)
      change()
      enter(agent)
    },
  }
}

const aliases = (agent: BookedAgent) =>
  [...agent.aliases.values()].map(given => ['ALIAS', given] as [Kind, string])
