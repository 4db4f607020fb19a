import type { Problem } from '../../imports/problem.ts'
import { fileProblem } from '../../imports/problem.ts'
import type { Dialect } from '../../templates/template.ts'
import type { EveryRow } from './every-row.ts'
import type { HeaderPlace } from './place-header.ts'
import { problem } from './sample-problem.ts'
import type { SampleRecords } from './sample-records.ts'

export interface Layout {
  records: SampleRecords
  place: HeaderPlace
  rows: { first: number; end: number }
  header: readonly string[] | null
  width: number
  dialect: Dialect
  all: EveryRow
}

/** What is unusual about how the file is laid out. What it means is told elsewhere. */
export const layoutProblems = (layout: Layout): Problem[] => [
  ...lines(layout),
  ...before(layout),
  ...headers(layout),
  ...rowShapes(layout),
  ...footers(layout),
]

const shown = (text: string) => `"${text.length > 80 ? `${text.slice(0, 80)}…` : text}"`

const lines = ({ width, rows }: Layout): Problem[] => {
  const found: Problem[] = []
  if (width < 2)
    found.push(
      problem(
        'NO_DELIMITER',
        'SENDER',
        'No comma, semicolon, tab or pipe separates the cells of each line, so that the file has one column. Export as CSV.',
      ),
    )
  if (rows.end <= rows.first)
    found.push(
      fileProblem(
        'NO_ROWS',
        'The file has a header and no rows. Send a sample with at least a few dozen rows of real contacts.',
      ),
    )
  return found
}

const before = ({ records, place, dialect }: Layout): Problem[] => {
  const found: Problem[] = []
  if (dialect.skipLines > 0 && !(place.groups && place.header === 1))
    found.push(
      problem(
        'PREAMBLE',
        'STAFF',
        `${dialect.skipLines === 1 ? 'One line stands' : `${dialect.skipLines} lines stand`} before the ${place.header === null ? 'first row' : 'header'}, beginning with ${shown(records.text(0).trim())}. The template skips ${dialect.skipLines === 1 ? 'it' : 'them'}: look whether every file has as many.`,
        { details: { lines: dialect.skipLines } },
      ),
    )
  if (place.groups && place.header !== null)
    found.push(
      problem(
        'TWO_HEADER_LINES',
        'STAFF',
        `Two header lines stand one above the other; the lower one is taken, the upper one (${shown(records.text(place.header - 1))}) skipped.`,
      ),
    )
  if (place.under !== 'nothing')
    found.push(
      problem(
        'TWO_HEADER_LINES',
        'STAFF',
        `Under the header stands ${place.under === 'types' ? 'a line of types' : 'a second header line'} (${shown(records.text(place.firstRow - 1))}), which is no row. The template skips it: look whether every file has it.`,
      ),
    )
  if (place.header === null)
    found.push(
      problem(
        'NO_HEADER',
        'STAFF',
        'The file has no header: what its columns mean is told by their cells and places alone. Have every column confirmed, and the export write a header if it can.',
      ),
    )
  return found
}

const headers = ({ header, all, rows }: Layout): Problem[] => {
  if (header === null) return []
  const names = header.map(cell => cell.trim())
  const last = names.findLastIndex(name => name !== '')
  const unnamed = names.slice(0, last).flatMap((name, index) => (name === '' ? [index + 1] : []))
  const doubled = names.flatMap((name, index) =>
    name !== '' && names.findIndex(other => other.toLowerCase() === name.toLowerCase()) < index
      ? [`${name}" (column ${index + 1})`]
      : [],
  )
  const found: Problem[] = []
  if (unnamed.length > 0 || doubled.length > 0) {
    const words = [
      ...(unnamed.length > 0 ? [`column ${unnamed.join(', ')} has no header`] : []),
      ...(doubled.length > 0 ? [`a header comes again: "${doubled.slice(0, 5).join(', "')}`] : []),
    ].join('; ')
    found.push(
      problem(
        'UNCLEAR_HEADERS',
        'SENDER',
        `In the header ${words}. Such columns are told apart by their places alone: better, have the export give each a name of its own.`,
        {
          column: unnamed[0] ?? null,
        },
      ),
    )
  }
  if (last < names.length - 1 || (all.trailing > 0 && all.trailing >= (rows.end - rows.first) * 0.5))
    found.push(
      problem(
        'TRAILING_DELIMITERS',
        'SENDER',
        'Each row ends with a delimiter, which makes one more, empty column. Imports read past it; better, have the export leave it out.',
      ),
    )
  return found
}

const rowShapes = ({ all, width, rows, header, records }: Layout): Problem[] => {
  const found: Problem[] = []
  if (all.uneven.rows > 0)
    found.push(
      problem(
        'UNEVEN_ROWS',
        'SENDER',
        `${all.uneven.rows} of ${rows.end - rows.first} rows have another number of cells than the ${header === null ? 'other rows' : 'header'}; the first is row ${all.uneven.row} with ${all.uneven.cells} instead of ${header?.length ?? width}. A delimiter or a line break within a cell needs quotes around the cell.`,
        { row: all.uneven.row, details: { rows: all.uneven.rows } },
      ),
    )
  if (records.strayQuotes > 0)
    found.push(
      problem(
        'STRAY_QUOTES',
        'SENDER',
        `${records.strayQuotes === 1 ? 'A quote is' : `${records.strayQuotes} quotes are`} not closed, or closed before the cell ends. Within a quoted cell a quote is written twice; as it is, such rows are rejected.`,
        { details: { count: records.strayQuotes } },
      ),
    )
  return found
}

const footers = ({ records, rows }: Layout): Problem[] => {
  const count = records.count - rows.end
  if (count <= 0 || rows.end <= rows.first) return []
  return [
    problem(
      'TOTALS_AT_END',
      'SENDER',
      `The last ${count === 1 ? 'line is no contact' : `${count} lines are no contacts`} but totals or a closing line: ${shown(records.text(rows.end).trim())}. Have the export leave ${count === 1 ? 'it' : 'them'} out; as it is, ${count === 1 ? 'it is' : 'they are'} rejected in every file.`,
      { row: rows.end - rows.first + 1, details: { lines: count } },
    ),
  ]
}
