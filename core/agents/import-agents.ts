import type { Tx } from '../../db/db.ts'
import type { Problem } from '../imports/problem.ts'
import { openAgentBook } from './list/agent-book.ts'
import { keepPlan } from './list/keep-plan.ts'
import { listProblem } from './list/list-problem.ts'
import { listedAgents } from './list/listed-agents.ts'
import { planAgents } from './list/plan-agents.ts'
import { type AgentList, readAgentList } from './list/read-agent-list.ts'
import { lockAgents } from './lock-agents.ts'

/** What came of a list of agents, or would. Counts are of rows; the same list again is all unchanged. */
export interface AgentImport {
  created: number
  updated: number
  unchanged: number
  problems: Problem[]
}

/** What is told at most; who has more than that has one fault in every row. */
const MOST_PROBLEMS = 1_000

/**
 * Reads a list, before the transaction that takes it in: what it says, or why it is none, as the whole answer.
 * Sound rows are taken and faulty ones named, so that one new colleague's typing error does not keep the others out.
 */
export async function readList(bytes: Buffer): Promise<AgentList | AgentImport> {
  const read = await readAgentList(bytes)
  return 'code' in read ? { created: 0, updated: 0, unchanged: 0, problems: [read] } : read
}

/** With `preview` everything is found out in the same way, and nothing kept. Past contacts are linked by jobs. */
export async function importAgents(
  tx: Tx,
  tenantId: string,
  list: AgentList,
  { preview }: { preview: boolean },
): Promise<AgentImport> {
  const { agents, problems: faulty } = await listedAgents(list.rows, list.columns)
  await lockAgents(tx, tenantId)
  const plan = await planAgents(await openAgentBook(tx, tenantId), agents)
  if (!preview) await keepPlan(tx, tenantId, plan)
  const ofRows = [...faulty, ...plan.problems].toSorted((a, b) => (a.row ?? 0) - (b.row ?? 0))
  return { ...plan.counts, problems: [...readPast(list), ...bounded(ofRows)] }
}

function readPast({ columns: { unknown } }: AgentList): Problem[] {
  if (unknown.length === 0) return []
  const names = unknown.slice(0, 20).map(name => `"${name.trim().slice(0, 60)}"`)
  const words = `Read past, since they are no name, email, username, externalId or aliases: ${names.join(', ')}${unknown.length > 20 ? ' …' : ''}. Rename a column that is one of them.`
  return [listProblem('COLUMNS_IGNORED', 'ADMIN', words)]
}

function bounded(problems: readonly Problem[]): Problem[] {
  if (problems.length <= MOST_PROBLEMS) return [...problems]
  const more = problems.length - MOST_PROBLEMS
  const words = `And ${more} more: correct these first, or the one thing that is wrong with all of them.`
  return [...problems.slice(0, MOST_PROBLEMS), listProblem('MORE_PROBLEMS', 'SENDER', words)]
}
