import type { Problem } from '../../imports/problem.ts'
import type { EveryRow } from './every-row.ts'
import type { Guess } from './guess-columns.ts'
import type { AgentsNamed } from './known-agents.ts'
import { problem } from './sample-problem.ts'
import type { Settled } from './settle-formats.ts'

export interface Columns {
  /** Why the file is no list of contacts. */
  refusal: string | null
  guesses: readonly Guess[]
  settled: readonly Settled[]
  all: EveryRow
  named: AgentsNamed | null
  rowCount: number
}

/** What is missing, undecided or damaged in what the columns say. */
export const columnProblems = (columns: Columns): Problem[] => {
  if (columns.refusal !== null)
    return [
      problem(
        'NO_CONTACTS',
        'SENDER',
        `The file is no list of contacts: ${columns.refusal} Send an export that has one row for each call, chat or other contact.`,
      ),
    ]
  return [
    ...missing(columns),
    ...columns.settled.flatMap(dates),
    ...columns.settled.flatMap(durations),
    ...ids(columns),
    ...agents(columns),
  ]
}

const missing = ({ guesses }: Columns): Problem[] => {
  const has = (...fields: Guess['field'][]) => guesses.some(({ field }) => fields.includes(field))
  const found: Problem[] = []
  if (!has('REFERENCE'))
    found.push(
      problem(
        'NO_REFERENCE',
        'SENDER',
        'No column is an id of the contact. Without one a row that is sent again cannot be told from a new contact: have the export add the id of the call or conversation, or say which column is one.',
      ),
    )
  if (!has('AGENT')) found.push(byDirection(guesses) ?? noAgent())
  if (!has('CONTACT_DATE', 'CONTACT_DAY'))
    found.push(
      problem(
        'NO_DATE',
        'SENDER',
        'No column says when the contact began. Have the export add the date and time of its start, or say which column has it.',
      ),
    )
  return found
}

const noAgent = (): Problem =>
  problem(
    'NO_AGENT',
    'SENDER',
    'No column names the agent. Have the export add the login, email or id of whoever took the contact, or say which column has it.',
  )

/** A switch names both ends of a call; which of them is the agent depends on its direction. */
const byDirection = (guesses: readonly Guess[]): Problem | null => {
  const ends = guesses.filter(
    ({ column: { header }, field }) =>
      (field === 'METADATA' || field === 'CUSTOMER_PHONE') &&
      /^(?:from|to|src|dst|source|destination|caller|called|callee|receiver|calling|de|para|von|an|nach|van|naar|da|a)\b/i.test(
        header.text,
      ),
  )
  const [one, other] = ends
  if (one === undefined || other === undefined) return null
  return problem(
    'AGENT_BY_DIRECTION',
    'SENDER',
    `No column names the agent by itself: it seems to stand in ${quoted(one)} or in ${quoted(other)}, depending on the direction of the call. Have the export add one column with the agent, or the agent's extension, for calls of both directions.`,
    { details: { columns: ends.slice(0, 6).map(({ column }) => column.index + 1) } },
  )
}

const quoted = ({ column }: Guess) => `column ${column.index + 1} ("${column.header.text}")`

const named = ({ position, header }: Settled['column']) =>
  header === null ? `Column ${position}` : `Column ${position} ("${header}")`

const dates = ({ column, written, tally }: Settled): Problem[] => {
  if (written === null) return []
  const at = { column: column.position }
  if (written.mixed) return [mixedOrders(column, tally)]
  if (column.format === null)
    return [
      problem(
        'UNREADABLE_DATE',
        'SENDER',
        `${named(column)} writes its dates in a way, or in several ways, that no one format reads: ${written.ways.map(way => `"${way}"`).join(', ')}. Have the export write them all alike, at best as 2026-01-31T09:30:00+01:00.`,
        at,
      ),
    ]
  if (column.alternatives.length === 0) return []
  return [
    problem(
      'AMBIGUOUS_DATE',
      'SENDER',
      `${named(column)} may be written as ${[column.format, ...column.alternatives].join(' or as ')}: every row, such as "${column.examples[0] ?? ''}", fits ${column.alternatives.length === 1 ? 'both' : 'all of them'}. Say which it is, or send rows from later in a month.`,
      { ...at, details: { formats: [column.format, ...column.alternatives] } },
    ),
  ]
}

const mixedOrders = (column: Settled['column'], tally: Settled['tally']): Problem => {
  const [shape] = tally?.shapes() ?? []
  const { firstBeyond12: days, secondBeyond12: months } = shape ?? {
    firstBeyond12: none,
    secondBeyond12: none,
  }
  return problem(
    'MIXED_DATE_ORDERS',
    'SENDER',
    `${named(column)} mixes days and months: row ${days.row} ("${days.cell}") can only be day first, row ${months.row} ("${months.cell}") only month first. Most often a spreadsheet has turned some of the dates round. Export again, without opening the file in one.`,
    { column: column.position, row: months.row, details: { dayFirst: days.count, monthFirst: months.count } },
  )
}

const none = { count: 0, row: 0, cell: '' }

const durations = ({ column, guess }: Settled): Problem[] => {
  if (guess.duration === null || column.alternatives.length === 0) return []
  return [
    problem(
      'AMBIGUOUS_DURATION',
      'SENDER',
      `${named(column)} may hold ${[column.format, ...column.alternatives].join(' or ')}: "${column.examples[0] ?? ''}" fits ${column.alternatives.length === 1 ? 'both' : 'all of them'}. Say which it is.`,
      { column: column.position, details: { formats: [column.format, ...column.alternatives] } },
    ),
  ]
}

const ids = ({ settled, all, rowCount }: Columns): Problem[] => {
  const found = all.damaged.map(({ index, rows, row, cell }) => {
    const column = settled[index]?.column
    return problem(
      'SPREADSHEET_DAMAGE',
      'SENDER',
      `${column === undefined ? 'A column' : named(column)} holds numbers as a spreadsheet shortens them, in ${rows === 1 ? 'one row' : `${rows} rows`}: "${cell}" in row ${row}. Their last digits are lost. Export again without opening the file in a spreadsheet, or set the column to text.`,
      { row, column: index + 1, details: { rows } },
    )
  })
  const { rows, row, cell } = all.repeated
  const reference = settled.find(({ column }) => column.guess === 'REFERENCE')?.column
  if (rows === 0 || reference === undefined) return found
  return [
    ...found,
    problem(
      'DUPLICATE_REFERENCES',
      'SENDER',
      `${named(reference)} is not different in each row: ${rows} of ${rowCount} rows repeat a reference that came before, first "${cell}" in row ${row}. Rows with the same reference become one contact, of which the last row stands. Say whether rows are parts of one contact, or name a column that is different for each.`,
      { row, column: reference.position, details: { rows } },
    ),
  ]
}

const agents = ({ named: found, settled, all }: Columns): Problem[] => {
  const column = settled.find(({ column }) => column.guess === 'AGENT')?.column
  if (found === null || column === undefined) return []
  const problems: Problem[] = []
  if (found.byNameOnly)
    problems.push(
      problem(
        'AGENTS_BY_NAME',
        'SENDER',
        `${named(column)} names agents by name ("${column.examples[0] ?? ''}"), while the agents of this account are known by email. Names change and two people may share one, who are then not linked: have the export write the email or login.`,
        { column: column.position },
      ),
    )
  if (found.unknown.length > 0)
    problems.push(
      problem(
        'UNKNOWN_AGENTS',
        'ADMIN',
        `${found.unknown.length} of ${all.agents.length} agents in the sample are not known: ${found.unknown
          .slice(0, 10)
          .map(name => `"${name}"`)
          .join(
            ', ',
          )}${found.unknown.length > 10 ? ' …' : ''}. Import them, or add these keys to those that are known; contacts are linked as soon as they are.`,
        { column: column.position, details: { unknown: found.unknown.length, agents: all.agents.length } },
      ),
    )
  return problems
}
