import { readFileSync } from 'node:fs'
import { cellLike } from './cells-like.ts'
import { exampleFor } from './examples-by-header.ts'
import type { Labels } from './export-labels.ts'
import { exportLabels } from './export-labels.ts'
import { madeUpCalls } from './made-up-calls.ts'

/** One line of a table of headers, with what its cells are known to mean. */
export interface LabelledExport {
  name: string
  delimiter: string
  header: string[]
  example: string[] | null
  hasHeader: boolean
  /** A line of types stands under the header. */
  hasTypes: boolean
  /** What stands before the header. */
  before: string
  labels: Labels
}

const lines = (file: URL): string[][] =>
  readFileSync(file, 'utf8')
    .split('\n')
    .slice(1)
    .filter(line => line !== '')
    .map(line => line.split('\t'))

const delimiterOf = (words: string) => (words.startsWith('tab') ? '\t' : words.startsWith(';') ? ';' : ',')

/** The real ones, kept outside of this repository; null where they are not there. */
export const realExports = (file: URL): LabelledExport[] | null => {
  let rows: string[][]
  try {
    rows = lines(file)
  } catch {
    return null
  }
  return rows.map(([system = '', kind = '', , delimiter = '', header = '', example = '', source = '']) => {
    const name = `${system}/${kind}`
    const labels = exportLabels[name]
    if (labels === undefined) throw new Error(`${name} has no labels yet`)
    const cells = header.split(' | ')
    const seen = example.split(' | ').map(cell => /^"([^"]*)"$/.exec(cell)?.[1] ?? cell)
    return {
      name,
      delimiter: delimiterOf(delimiter),
      header: cells,
      example: example === '' ? null : seen,
      hasHeader: !/no header/i.test(system),
      hasTypes: /types/i.test(source) && !/no types/.test(system + source),
      before: /sep=;/.test(source) ? 'sep=;\r\n' : '',
      labels,
    }
  })
}

const places = (text: string) => text.split(' ').filter(Boolean).map(Number)

export const heldOutExports = (): LabelledExport[] =>
  lines(new URL('held-out-headers.tsv', import.meta.url)).map(
    ([
      name = '',
      delimiter = '',
      header = '',
      example = '',
      reference = '',
      agent = '',
      date = '',
      duration = '',
    ]) => ({
      name,
      delimiter,
      header: header.split(' | '),
      example: example.split(' | '),
      hasHeader: true,
      hasTypes: false,
      before: '',
      labels: {
        reference: places(reference),
        agent: places(agent),
        date: date
          .split(' ')
          .filter(Boolean)
          .map(place => {
            const [day = 0, time] = place.split('+').map(Number)
            return time === undefined ? day : [day, time]
          }),
        duration: places(duration),
      },
    }),
  )

/** The export as a file: its header, and rows whose cells have the shapes that the system writes. */
export const fileOf = (entry: LabelledExport, rows: number, seed: number): Buffer => {
  const { name, delimiter, header, before } = entry
  const written = (cell: string) =>
    cell.includes(delimiter) || cell.includes('"') ? `"${cell.replaceAll('"', '""')}"` : cell
  const row = (cells: readonly string[]) => `${cells.map(written).join(delimiter)}\r\n`
  const body = madeUpCalls(rows, seed).map(call =>
    row(
      header.map((cell, index) =>
        cellLike(entry.example?.[index]?.trim() ?? exampleFor(name, cell.trim()), cell.trim(), call),
      ),
    ),
  )
  return Buffer.from(
    [
      before,
      entry.hasHeader ? row(header) : '',
      entry.hasTypes ? row(header.map((_, index) => (index % 3 === 0 ? 'VARCHAR(50)' : 'INTEGER'))) : '',
      ...body,
    ].join(''),
  )
}
