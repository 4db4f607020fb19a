import { stringify } from 'csv-stringify/sync'
import { REASON_COLUMN } from '../../templates/header.ts'
import type { Dialect } from '../../templates/template.ts'

/**
 * The CSV of rejected rows, ready to be corrected and sent again: the file's own header, dialect and line ends, cells
 * exactly as they came, and why in a last column that imports read past. A line whose quotes cannot be read is copied
 * as it stands. Nothing is done about formulas: a cell must come back unharmed.
 */
export interface RejectedCsv {
  addRow(cells: readonly string[], reason: string): void
  addLine(line: string, reason: string): void
  /** Characters that wait to be taken. */
  readonly size: number
  /** What was added since the last time. */
  take(): string
}

export interface RejectedCsvForm {
  dialect: Pick<Dialect, 'delimiter' | 'quote'>
  header: readonly string[]
  /** The file has the reasons of an earlier time in its last column: they are replaced. */
  hasReason: boolean
  lineEnd: string
  byteOrderMark: boolean
}

export const rejectedCsv = (form: RejectedCsvForm): RejectedCsv => {
  const { delimiter, quote } = form.dialect
  let pieces: (string | string[][])[] = []
  let size = 0
  let begun = false

  const write = (rows: string[][]) =>
    stringify(rows, {
      delimiter,
      quote,
      escape: quote,
      record_delimiter: form.lineEnd,
      quoted_match: /[\r\n]|^\s|\s$/,
      escape_formulas: false,
    })

  const rowsAtEnd = () => {
    const last = pieces.at(-1)
    if (Array.isArray(last)) return last
    const rows: string[][] = []
    pieces.push(rows)
    return rows
  }

  const own = (cells: readonly string[]) => (form.hasReason ? cells.slice(0, -1) : cells)

  const begin = () => {
    if (begun) return
    begun = true
    if (form.byteOrderMark) pieces.push('\uFEFF')
    pieces.push([[...own(form.header), REASON_COLUMN]])
  }

  /** Takes off what an earlier reading wrote behind the line. */
  const ownLine = (line: string, reason: string) => {
    const written = `${delimiter}${write([[reason]]).slice(0, -form.lineEnd.length)}`
    return form.hasReason && line.endsWith(written) ? line.slice(0, -written.length) : line
  }

  return {
    get size() {
      return size
    },
    addRow(cells, reason) {
      begin()
      rowsAtEnd().push([...own(cells), reason])
      for (const cell of cells) size += cell.length + 1
      size += reason.length + 2
    },
    addLine(line, reason) {
      begin()
      const text = `${ownLine(line, reason)}${delimiter}${write([[reason]])}`
      pieces.push(text)
      size += text.length
    },
    take() {
      const text = pieces.map(piece => (typeof piece === 'string' ? piece : write(piece))).join('')
      pieces = []
      size = 0
      return text
    },
  }
}
