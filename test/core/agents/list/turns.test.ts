import { expect, test } from 'vitest'
import { readList } from '../../../../core/agents/import-agents.ts'
import type { AgentBook } from '../../../../core/agents/list/agent-book.ts'
import { listedAgents } from '../../../../core/agents/list/listed-agents.ts'
import { planAgents } from '../../../../core/agents/list/plan-agents.ts'

const ROWS = 20_000
const LIST = `name,email,aliases\n${Array.from({ length: ROWS }, (_, n) => `Agent ${n},agent${n}@example.com,a${n}|b${n}`).join('\n')}\n"Last ""one""",last@example.com,"x"\n`

/** How often something else had its turn meanwhile. */
async function turnsDuring<T>(work: () => Promise<T> | T): Promise<{ turns: number; result: T }> {
  let turns = 0
  let over = false
  const take = () => {
    turns += 1
    if (!over) setImmediate(take)
  }
  setImmediate(take)
  const result = await work()
  over = true
  return { turns, result }
}

/** Of a tenant that has no agents yet, and where nobody is found. */
const emptyBook = (): AgentBook => ({ agents: [], holders: () => [], add: () => {}, rename: () => {} })

test('a large list is read, looked at and planned in shares: others have their turns meanwhile', async () => {
  const { turns: reading, result: list } = await turnsDuring(() => readList(Buffer.from(LIST)))
  if (!('rows' in list)) throw new Error('no list')
  expect(list.rows).toHaveLength(ROWS + 1)
  expect(list.rows[ROWS]?.[0]).toBe('Last "one"')
  expect(reading).toBeGreaterThan(5)
  const { turns: looking, result: listed } = await turnsDuring(() => listedAgents(list.rows, list.columns))
  expect(listed.agents.map(agent => agent.row)).toEqual(Array.from({ length: ROWS + 1 }, (_, n) => n + 1))
  expect(looking).toBeGreaterThan(20)
  const { turns: planning, result: plan } = await turnsDuring(() => planAgents(emptyBook(), listed.agents))
  expect(plan.counts).toEqual({ created: ROWS + 1, updated: 0, unchanged: 0 })
  expect(planning).toBeGreaterThan(20)
})
