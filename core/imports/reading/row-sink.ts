import type { HeaderMatch } from '../../templates/header.ts'
import { matchByPlace, matchHeader } from '../../templates/header.ts'
import type { ColumnTemplate } from '../../templates/template.ts'
import { FileRefused } from '../problem.ts'
import type { ReadOptions } from './chunk.ts'
import type { FileHead } from './file-head.ts'
import { blankProblem } from './file-head.ts'
import { behindLines, firstLine, fromHeader, headerProblem } from './header-check.ts'
import { noRowsProblem } from './no-rows.ts'
import type { Readers, RowOutlet } from './row-outlet.ts'
import { rowOutlet } from './row-outlet.ts'

/** Where records go: the first is the header, where there is one; the others are rows. */
export interface RowSink {
  begin(head: FileHead): void
  /** True when it was the header. */
  record(cells: string[]): boolean
  unreadable(line: string, why: 'BAD_QUOTE' | 'TOO_LONG'): void
  /** Lines that are agreed to be no records. */
  skipped(lines: string): void
  isRow(cells: readonly string[]): boolean
  end(): void
  readonly rowsRead: number
}

const SKIPPED_KEPT = 64 * 1024

export const rowSink = (template: ColumnTemplate, options: ReadOptions, readers: Readers): RowSink => {
  const { hasHeader, skipLines } = template.dialect
  let head: FileHead | null = null
  let headerLine = ''
  let open: RowOutlet | null = null
  /** Lines before the header, for the CSV of rejected rows: whoever sends it again has them skipped once more. */
  let before = ''

  const refuseHeader = (cells: string[]): never => {
    const match = matchHeader(cells, template)
    if (match.matches) throw new Error('A header that matches is not refused')
    throw new FileRefused(headerProblem(headerLine, match, template), 0)
  }

  const openWith = (match: HeaderMatch, header: readonly string[] | null): RowOutlet => {
    const { lineEnd, byteOrderMark } = head ?? { lineEnd: '\n', byteOrderMark: false }
    return rowOutlet(template, options, match, { header, before, lineEnd, byteOrderMark }, readers)
  }

  const header = (cells: string[]): true => {
    const match = matchHeader(cells, template)
    if (!match.matches) return refuseHeader(cells)
    open = openWith(match, cells)
    return true
  }

  const rowsOpen = (): RowOutlet => {
    open ??= openWith(matchByPlace(template), null)
    return open
  }

  return {
    get rowsRead() {
      return open?.rowsRead ?? 0
    },
    begin(found) {
      head = found
      headerLine = firstLine(fromHeader(behindLines(found.text, skipLines)))
    },
    skipped(lines) {
      if (open !== null) open.skipped(lines)
      else if (before.length < SKIPPED_KEPT) before += lines
    },
    isRow: cells => open?.isRow(cells) ?? false,
    record(cells) {
      if (open === null && hasHeader) return header(cells)
      rowsOpen().record(cells)
      return false
    },
    unreadable(line, why) {
      if (open !== null || !hasHeader) return rowsOpen().unreadable(line, why)
      if (line.trim() !== '') refuseHeader([line])
    },
    end() {
      if (open === null && before.trim() === '') throw new FileRefused(blankProblem(), 0)
      if (open === null || open.rowsRead === 0) throw new FileRefused(noRowsProblem(template.dialect), 0)
      open.end()
    },
  }
}
