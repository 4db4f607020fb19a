import { foldAgentKey } from '../../templates/agent-key.ts'
import { quoted } from '../../templates/cell-fault.ts'
import type { AgentBook, BookedAgent } from './agent-book.ts'
import { inShares } from './in-shares.ts'
import type { AgentListFault } from './list-problem.ts'
import type { ListedAgent } from './listed-agents.ts'

export interface RowFault {
  code: AgentListFault
  message: string
}

const kinds = { externalId: 'EXTERNAL_ID', email: 'EMAIL', username: 'USERNAME' } as const
const keyFields = ['externalId', 'email', 'username'] as const

/** How many people the rows of a list give one name to: rows with the same keys are about one. */
export type Namesakes = (name: string) => number

export async function namesakesIn(rows: readonly ListedAgent[]): Promise<Namesakes> {
  const people = new Map<string, Set<string>>()
  for await (const share of inShares(rows))
    for (const row of share) {
      const name = foldAgentKey(row.name)
      const keys = JSON.stringify(keyFields.map(field => foldAgentKey(row[field] ?? '')))
      people.set(name, (people.get(name) ?? new Set()).add(keys))
    }
  return name => people.get(foldAgentKey(name))?.size ?? 0
}

/**
 * The agent that a row is about; none when it is a new one. By external id, email and user name, else by the name: a row
 * with keys that nobody has means the one agent of its name who has no such keys yet. A name is never a guess.
 */
export function whoIsMeant(
  book: AgentBook,
  row: ListedAgent,
  namesakes: Namesakes,
): { agent: BookedAgent | undefined; fault?: RowFault } {
  const keys = keyFields.filter(field => row[field] !== null)
  const byKey = [...new Set(keys.flatMap(field => book.holders(kinds[field], row[field] ?? '')))]
  const found =
    byKey.length > 0
      ? byKey
      : book.holders('NAME', row.name).filter(agent => keys.every(field => agent[field] === null))
  const [agent] = found
  if (found.length > 1) return { agent: undefined, fault: ambiguous(found) }
  if (agent && byKey.length === 0 && keys.length > 0 && namesakes(row.name) > 1)
    return { agent: undefined, fault: severalRows(agent) }
  if (agent && isAnother(agent, row)) return { agent, fault: keyOfAnother(agent, row) }
  return { agent }
}

const isAnother = (agent: BookedAgent, row: ListedAgent): boolean =>
  agent.externalId !== null &&
  row.externalId !== null &&
  foldAgentKey(agent.externalId) !== foldAgentKey(row.externalId)

function ambiguous(found: readonly BookedAgent[]): RowFault {
  const names = found.slice(0, 3).map(agent => quoted(agent.name))
  return {
    code: 'AGENT_AMBIGUOUS',
    message: `The row fits ${found.length} agents (${names.join(', ')}): say by external id, email or user name which one is meant, and give each key to one of them only.`,
  }
}

const severalRows = ({ name }: BookedAgent): RowFault => ({
  code: 'AGENT_AMBIGUOUS',
  message: `The agent ${quoted(name)} is known by the name alone, and several people of the list have it: send the row of the one who is meant alone, then the whole list again.`,
})

function keyOfAnother(agent: BookedAgent, row: ListedAgent): RowFault {
  const field = (['email', 'username'] as const).find(
    name =>
      row[name] !== null && agent[name] !== null && foldAgentKey(row[name]) === foldAgentKey(agent[name]),
  )
  const key =
    field === 'username' ? `user name ${quoted(row.username ?? '')}` : `email ${quoted(row.email ?? '')}`
  return {
    code: 'AGENT_KEY_TAKEN',
    message: `The ${key} belongs to the agent ${quoted(agent.name)}, whose external id is ${quoted(agent.externalId ?? '')} and not ${quoted(row.externalId ?? '')}: leave it out of the row, or correct whichever of the two is wrong.`,
  }
}
