import type { Problem } from '../../imports/problem.ts'
import { foldAgentKey } from '../../templates/agent-key.ts'
import { quoted } from '../../templates/cell-fault.ts'
import { meanBoth } from '../keys.ts'
import type { AgentBook, BookedAgent } from './agent-book.ts'
import { inShares } from './in-shares.ts'
import { rowProblem } from './list-problem.ts'
import type { ListedAgent } from './listed-agents.ts'
import { namesakesIn, type RowFault, whoIsMeant } from './who-is-meant.ts'

/** What a list does to a tenant's agents: entered in the book, not kept yet. */
export interface AgentPlan {
  /** Counts of rows: with those that have problems they are all that say anything. */
  counts: { created: number; updated: number; unchanged: number }
  problems: Problem[]
  /** What is to be kept. */
  created: BookedAgent[]
  updated: BookedAgent[]
}

type Field = 'name' | 'email' | 'username' | 'externalId'
const fields: readonly Field[] = ['externalId', 'email', 'username', 'name']
const keyFields = [
  ['externalId', 'EXTERNAL_ID'],
  ['email', 'EMAIL'],
  ['username', 'USERNAME'],
] as const

/** What earlier rows of the same list said of an agent. */
type Told = Partial<Record<Field, { value: string; row: number }>>

/**
 * Goes through the rows in order. A row that contradicts the tenant's agents is a problem, and so is one that
 * contradicts an earlier row: the same list again must find nothing to do. An empty cell says nothing; aliases are
 * added to those there are.
 */
export async function planAgents(book: AgentBook, rows: readonly ListedAgent[]): Promise<AgentPlan> {
  const created = new Set<BookedAgent>()
  const updated = new Set<BookedAgent>()
  const told = new Map<BookedAgent, Told>()
  const counts = { created: 0, updated: 0, unchanged: 0 }
  const problems: Problem[] = []
  const namesakes = await namesakesIn(rows)
  const enter = (row: ListedAgent) => {
    const { agent: found, fault: doubt } = whoIsMeant(book, row, namesakes)
    const fault = contradiction(found && told.get(found), row) ?? doubt ?? takenKey(book, found, row)
    if (fault) {
      problems.push(rowProblem(row.row, fault))
      return
    }
    const agent = found ?? newAgent(book, row)
    const before = told.get(agent) ?? {}
    if (!found) {
      created.add(agent)
      counts.created += 1
    } else if (change(book, agent, row, before)) {
      if (!created.has(agent)) updated.add(agent)
      counts.updated += 1
    } else counts.unchanged += 1
    told.set(agent, { ...saidBy(row), ...before })
  }
  for await (const share of inShares(rows)) for (const row of share) enter(row)
  return { counts, problems, created: [...created], updated: [...updated] }
}

function contradiction(told: Told | undefined, row: ListedAgent): RowFault | undefined {
  const field = fields.find(name => {
    const before = told?.[name]
    return before && row[name] && foldAgentKey(before.value) !== foldAgentKey(row[name])
  })
  const before = field && told?.[field]
  if (!field || !before) return undefined
  return {
    code: 'AGENT_TWICE',
    message: `Row ${before.row} is about the same agent, and there the ${words[field]} is ${quoted(before.value)}, not ${quoted(row[field] ?? '')}: keep one of the two.`,
  }
}

const kinds = ['ALIAS', 'EXTERNAL_ID', 'EMAIL', 'USERNAME', 'NAME'] as const

/** As `meanBoth` has it: an alias and another agent's key would mean both, and link nobody. */
function takenKey(book: AgentBook, agent: BookedAgent | undefined, row: ListedAgent): RowFault | undefined {
  const told = [
    ...row.aliases.map(alias => ({ kind: 'ALIAS', what: 'alias', given: alias }) as const),
    ...keyFields.flatMap(([field, kind]) => {
      const given = row[field]
      return given === null ? [] : [{ kind, what: words[field], given }]
    }),
  ]
  for (const { kind, what, given } of told)
    for (const held of kinds) {
      const isOwnName = held === 'NAME' && foldAgentKey(given) === foldAgentKey(row.name)
      const holder = book.holders(held, given).find(other => other !== agent)
      if (holder && meanBoth(kind, held) && !isOwnName) return keyTaken(what, given, holder)
    }
  return undefined
}

const keyTaken = (what: string, given: string, { name }: BookedAgent): RowFault => ({
  code: 'AGENT_KEY_TAKEN',
  message: `The ${what} ${quoted(given)} belongs to the agent ${quoted(name)} already: leave it out here, or have it taken away there (an alias by the operator's command "agents unlink").`,
})

function newAgent(book: AgentBook, { name, email, username, externalId, aliases }: ListedAgent): BookedAgent {
  const agent = { id: null, name, email, username, externalId, aliases: byFold(aliases) }
  book.add(agent)
  return agent
}

/** Whether there was anything to change. What an earlier row said stands as it was spelt there. */
function change(book: AgentBook, agent: BookedAgent, row: ListedAgent, told: Told): boolean {
  const changed = fields.filter(field => row[field] && !told[field] && row[field] !== agent[field])
  const added = [...byFold(row.aliases)].filter(([key]) => !agent.aliases.has(key))
  if (changed.length === 0 && added.length === 0) return false
  book.rename(agent, () => {
    for (const field of changed) agent[field] = row[field] ?? ''
    for (const [key, given] of added) agent.aliases.set(key, given)
  })
  return true
}

const saidBy = (row: ListedAgent): Told =>
  Object.fromEntries(
    fields.flatMap(field => (row[field] ? [[field, { value: row[field], row: row.row }]] : [])),
  )

const byFold = (aliases: readonly string[]) => new Map(aliases.map(alias => [foldAgentKey(alias), alias]))

const words: Record<Field, string> = {
  name: 'name',
  email: 'email',
  username: 'user name',
  externalId: 'external id',
}
