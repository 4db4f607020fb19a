import { stringify } from 'csv-stringify/sync'
import { REASON_CELL, REASON_COLUMN } from '../../templates/header.ts'
import type { Dialect } from '../../templates/template.ts'
import { withoutReason } from './row-widths.ts'
import { encodeText } from './text-decoding.ts'

/**
 * The CSV of rejected rows, ready to be corrected and sent again: the file's own encoding, header, dialect and line
 * ends, the lines that are skipped before and under the header, cells exactly as they came, and why in a last column
 * that imports read past. A line whose quotes cannot be read is copied as it stands. Nothing is done about formulas: a
 * cell must come back unharmed.
 */
export interface RejectedCsv {
  addRow(cells: readonly string[], reason: string): void
  addLine(line: string, reason: string): void
  /** Lines under the header that are no rows. */
  addSkipped(lines: string): void
  /** Characters that wait to be taken. */
  readonly size: number
  /** What was added since the last time, in memory of its own. */
  take(): Buffer
}

export interface RejectedCsvForm {
  dialect: Pick<Dialect, 'delimiter' | 'quote' | 'encoding'>
  /** Null in files that have none: there each reason says what it is. */
  header: readonly string[] | null
  /** Lines before the header that are no records. */
  before: string
  /** The file has the reasons of an earlier time in its last column: they are replaced. */
  hasReason: boolean
  lineEnd: string
  byteOrderMark: boolean
}

const SKIPPED_KEPT = 64 * 1024

export const rejectedCsv = (form: RejectedCsvForm): RejectedCsv => {
  const { delimiter, quote, encoding } = form.dialect
  const hasHeader = form.header !== null
  let pieces: (string | string[][])[] = []
  let size = 0
  let begun = false
  let under = ''

  const write = (rows: string[][], quoted = false) =>
    stringify(rows, {
      delimiter,
      quote,
      escape: quote,
      record_delimiter: form.lineEnd,
      quoted,
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

  const own = (cells: readonly string[]) => cells.slice(0, withoutReason(cells, hasHeader, form.hasReason))

  const reasonCell = (reason: string) => (hasHeader ? reason : `${REASON_CELL} ${reason}`.trim())

  const begin = () => {
    if (begun) return
    begun = true
    pieces.push(`${form.byteOrderMark ? '\uFEFF' : ''}${form.before}`)
    if (form.header !== null) pieces.push([[...own(form.header), REASON_COLUMN]])
    pieces.push(under)
  }

  /** Takes off what an earlier reading wrote behind the line. */
  const ownLine = (line: string, written: string) =>
    (form.hasReason || !hasHeader) && line.endsWith(written) ? line.slice(0, -written.length) : line

  return {
    get size() {
      return size
    },
    addRow(cells, reason) {
      begin()
      rowsAtEnd().push([...own(cells), reasonCell(reason)])
      for (const cell of cells) size += cell.length + 1
      size += reason.length + 2
    },
    addLine(line, reason) {
      begin()
      // Between quotes, so that an open quote in the line ends there and not somewhere in the next one.
      const end = `${delimiter}${write([[reasonCell(reason)]], true).slice(0, -form.lineEnd.length)}`
      const text = `${ownLine(line, end)}${end}${form.lineEnd}`
      pieces.push(text)
      size += text.length
    },
    addSkipped(lines) {
      if (!begun && under.length < SKIPPED_KEPT) under += lines
    },
    take() {
      const text = pieces.map(piece => (typeof piece === 'string' ? piece : write(piece))).join('')
      pieces = []
      size = 0
      return encodeText(text, encoding)
    },
  }
}
