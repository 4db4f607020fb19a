import { stringify } from 'csv-stringify/sync'
import { type HeaderMatch, REASON_COLUMN } from '../../templates/header.ts'
import type { Dialect } from '../../templates/template.ts'
import { REASON_CELL, reasonsIn } from './reasons.ts'
import { encodeText } from './text-decoding.ts'

/**
 * The CSV of rejected rows, ready to be corrected and sent again: the file's own encoding, header, dialect and line
 * ends, the lines that are skipped before and under the header, cells exactly as they came, and why in a last column
 * that imports read past; what a row has beyond its header stands behind that column. A line whose quotes cannot be read
 * is copied as it stands. Nothing is done about formulas: a cell must come back unharmed. Where a reason does not stand
 * under its header, or not last, it says itself what it is.
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
  dialect: Pick<Dialect, 'delimiter' | 'quote' | 'encoding' | 'hasHeader'>
  /** Null in files that have none. */
  header: readonly string[] | null
  /** Lines before the header that are no records. */
  before: string
  /** Where the file has the reasons of an earlier time: they are replaced. */
  match: Pick<HeaderMatch, 'reasonAt' | 'least'>
  lineEnd: string
  byteOrderMark: boolean
}

const SKIPPED_KEPT = 64 * 1024

export const rejectedCsv = (form: RejectedCsvForm): RejectedCsv => {
  const { delimiter, quote, encoding } = form.dialect
  const reasons = reasonsIn(form.dialect, form.match)
  const header = form.header?.slice(0, form.match.reasonAt ?? undefined)
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

  const named = (reason: string) => `${REASON_CELL} ${reason}`.trim()

  /** Of a row of so many cells. */
  const reasonCell = (width: number, reason: string) =>
    width === header?.length || (header !== undefined && reason === '') ? reason : named(reason)

  const begin = () => {
    if (begun) return
    begun = true
    pieces.push(`${form.byteOrderMark ? '\uFEFF' : ''}${form.before}`)
    if (header !== undefined) pieces.push([[...header, REASON_COLUMN]])
    pieces.push(under)
  }

  /** Takes off what an earlier reading wrote behind the line. */
  const ownLine = (line: string, written: string) =>
    line.endsWith(written) ? line.slice(0, -written.length) : line

  return {
    get size() {
      return size
    },
    addRow(cells, reason) {
      begin()
      const own = reasons.cut(cells)
      const end = Math.min(own.length, header?.length ?? own.length)
      rowsAtEnd().push([...own.slice(0, end), reasonCell(own.length, reason), ...own.slice(end)])
      for (const cell of cells) size += cell.length + 1
      size += reason.length + 2
    },
    addLine(line, reason) {
      begin()
      // Between quotes, so that an open quote in the line ends there and not somewhere in the next one.
      const end = `${delimiter}${write([[named(reason)]], true).slice(0, -form.lineEnd.length)}`
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
