import type { Problem } from '../../imports/problem.ts'
import { cellFault, nameFault, spreadsheetFault } from '../../templates/cell-checks.ts'
import { type CellFault, quoted } from '../../templates/cell-fault.ts'
import { isEmail, LONGEST_KEY } from '../agent.ts'
import type { AgentColumns } from './agent-columns.ts'
import type { AgentColumn } from './header-words.ts'
import { inShares } from './in-shares.ts'
import { rowProblem } from './list-problem.ts'

/** What a row of a list says of one agent; null where it says nothing. */
export interface ListedAgent {
  /** From 1, the header not counted. */
  row: number
  name: string
  email: string | null
  username: string | null
  externalId: string | null
  aliases: string[]
}

/** Reads the rows one by one; a faulty one becomes a problem for each of its bad cells, and nothing else. */
export async function listedAgents(
  rows: readonly (readonly string[] | null)[],
  columns: AgentColumns,
): Promise<{ agents: ListedAgent[]; problems: Problem[] }> {
  const agents: ListedAgent[] = []
  const problems: Problem[] = []
  let row = 0
  for await (const share of inShares(rows))
    for (const cells of share) {
      row += 1
      const read = readRow(row, cells, columns)
      if (Array.isArray(read)) problems.push(...read)
      else agents.push(read)
    }
  return { agents, problems }
}

/** An agent, or what is wrong with the row; nothing where the row is empty. */
function readRow(
  row: number,
  cells: readonly string[] | null,
  { at, width }: AgentColumns,
): ListedAgent | Problem[] {
  if (cells === null) {
    const message =
      'A quote in this line does not fit: a cell with a quote in it is quoted, and the quote doubled.'
    return [rowProblem(row, { code: 'BAD_QUOTE', message })]
  }
  if (cells.every(cell => cell.trim() === '')) return []
  const faults = faultsOf(row, cells, at, width)
  return faults.length > 0 ? faults : agentOf(row, cells, at)
}

type Places = AgentColumns['at']

function faultsOf(row: number, cells: readonly string[], at: Places, width: number): Problem[] {
  const faults: Problem[] = []
  const further = cells.findIndex((cell, index) => index >= width && cell.trim() !== '')
  if (further >= 0) {
    const message =
      'The row has more cells than the header: a cell that holds the delimiter must stand in quotes.'
    faults.push(
      rowProblem(row, { code: 'EXTRA_COLUMN', message }, { column: further, value: cells[further] ?? '' }),
    )
  }
  for (const [column, place] of Object.entries(at) as [AgentColumn, number][]) {
    const value = textAt(cells, place)
    const fault = faultOf(column, value)
    if (fault) faults.push(rowProblem(row, fault, { column: place, value }))
  }
  if (nameIn(cells, at) === '') {
    const message = 'The row has no name: every agent needs one.'
    faults.push(rowProblem(row, { code: 'MISSING_VALUE', message }, { column: at.name ?? at.lastName }))
  }
  return faults
}

function faultOf(
  column: AgentColumn,
  value: string,
): CellFault | { code: 'BAD_EMAIL'; message: string } | null {
  if (value === '') return null
  const fault = cellFault(value) ?? (column === 'externalId' ? spreadsheetFault(value) : null)
  if (fault) return fault
  if (column === 'email' && !isEmail(value))
    return {
      code: 'BAD_EMAIL',
      message: `${quoted(value)} is no email address. Correct it, or leave the cell empty.`,
    }
  const parts = column === 'aliases' ? aliasesIn(value) : [value]
  return parts.map(part => nameFault(part, 'The cell', LONGEST_KEY)).find(found => found !== null) ?? null
}

function agentOf(row: number, cells: readonly string[], at: Places): ListedAgent {
  const text = (place: number | undefined) => textAt(cells, place) || null
  return {
    row,
    name: nameIn(cells, at),
    email: text(at.email),
    username: text(at.username),
    externalId: text(at.externalId),
    aliases: aliasesIn(textAt(cells, at.aliases)),
  }
}

const nameIn = (cells: readonly string[], { name, firstName, lastName }: Places) =>
  (textAt(cells, name) || `${textAt(cells, firstName)} ${textAt(cells, lastName)}`).trim()

const aliasesIn = (text: string) => [
  ...new Set(
    text
      .split('|')
      .map(alias => alias.trim())
      .filter(Boolean),
  ),
]

const textAt = (cells: readonly string[], place: number | undefined) =>
  place === undefined ? '' : (cells[place] ?? '').trim()
