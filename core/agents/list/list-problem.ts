import type { Problem, WhoseMove } from '../../imports/problem.ts'
import { shown } from '../../templates/cell-fault.ts'

/**
 * What can be wrong with a list of agents beside what can be wrong with any file and any row.
 *
 * AGENT_COLUMNS    the header does not say which column is what
 * COLUMNS_IGNORED  columns that mean nothing to us were read past
 * BAD_EMAIL        no email address
 * AGENT_AMBIGUOUS  the row may mean two agents, or two people of the list one agent
 * AGENT_KEY_TAKEN  a key of the row is another agent's
 * AGENT_TWICE      the row says something else of an agent than an earlier row
 * MORE_PROBLEMS    there are more than are told
 */
export type AgentListFault =
  | 'AGENT_COLUMNS'
  | 'COLUMNS_IGNORED'
  | 'BAD_EMAIL'
  | 'AGENT_AMBIGUOUS'
  | 'AGENT_KEY_TAKEN'
  | 'AGENT_TWICE'
  | 'MORE_PROBLEMS'

/** A problem of the list as a whole. */
export const listProblem = (code: AgentListFault, whoseMove: WhoseMove, message: string): Problem => ({
  code,
  message,
  whoseMove,
  row: null,
  column: null,
  details: null,
})

/** A problem of a row: the agent in it is not taken. */
export const rowProblem = (
  row: number,
  { code, message }: { code: string; message: string },
  at: { column?: number | undefined; value?: string } = {},
): Problem => ({
  code,
  message,
  whoseMove: moves[code] ?? 'SENDER',
  row,
  column: at.column === undefined ? null : at.column + 1,
  details: at.value === undefined ? null : { value: shown(at.value) },
})

/** Who knows which of two agents is meant. */
const moves: Partial<Record<string, WhoseMove>> = { AGENT_AMBIGUOUS: 'ADMIN', AGENT_KEY_TAKEN: 'ADMIN' }
