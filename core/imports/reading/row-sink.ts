import { shown } from '../../templates/cell-fault.ts'
import type { HeaderMatch } from '../../templates/header.ts'
import { matchByPlace, matchHeader } from '../../templates/header.ts'
import type { ColumnTemplate } from '../../templates/template.ts'
import { tenantHashes } from '../../vault/keyed-hashes.ts'
import { FileRefused } from '../problem.ts'
import type { Reading, ReadOptions, Rejection } from './chunk.ts'
import type { ChunkBuilder } from './chunk-builder.ts'
import { chunkBuilder } from './chunk-builder.ts'
import type { FileHead } from './file-head.ts'
import { blankProblem } from './file-head.ts'
import { behindLines, firstLine, fromHeader, headerProblem } from './header-check.ts'
import { noRowsProblem, refuseHopeless } from './no-rows.ts'
import type { ProblemGroups } from './problem-groups.ts'
import { groupProblems } from './problem-groups.ts'
import type { RejectedCsv } from './rejected-csv.ts'
import { rejectedCsv } from './rejected-csv.ts'
import type { RowOutcome, RowReader } from './row-reader.ts'
import { compileRowReader } from './row-reader.ts'

/** Where records go: the first is the header, where there is one; the others are rows, which leave in chunks. */
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

/** Hears of each row as it is read, for those who show rows rather than keep them. No cells for an unreadable line. */
export type OnRow = (row: number, cells: readonly string[] | null, outcome: RowOutcome) => void

export const CHUNK_BYTES = 2 * 1024 * 1024
export const REJECTION_LIMIT = 10_000
const SKIPPED_KEPT = 64 * 1024

const unreadableWords = {
  BAD_QUOTE:
    'The quotes of this line do not fit: one is not closed, or stands inside a cell without being written twice. Correct the line.',
  TOO_LONG:
    'The line is longer than 1 MiB; only its beginning is kept here. Shorten it and send the row again.',
} as const

interface Open extends RowReader {
  csv: RejectedCsv
  chunk: ChunkBuilder
  groups: ProblemGroups
}

export const rowSink = (
  template: ColumnTemplate,
  options: ReadOptions,
  onReading: (reading: Reading) => void,
  bytesRead: () => number,
  onRow?: OnRow,
): RowSink => {
  const everyRow = options.everyRow === true
  const rejectionLimit = everyRow ? 0 : (options.rejectionLimit ?? REJECTION_LIMIT)
  const totals = { staged: 0, supersededUpdated: 0, supersededUnchanged: 0, rejected: 0 }
  let head: FileHead | null = null
  let headerLine = ''
  let open: Open | null = null
  let rows = 0
  let unreadable = 0
  let handedOut = 0
  /** Lines before the header, for the CSV of rejected rows: whoever sends it again has them skipped once more. */
  let before = ''

  const refuseHeader = (cells: string[]): never => {
    const match = matchHeader(cells, template)
    if (match.matches) throw new Error('A header that matches is not refused')
    throw new FileRefused(headerProblem(headerLine, match, template), 0)
  }

  const openWith = (match: HeaderMatch, header: readonly string[] | null): Open => {
    const csv = rejectedCsv({
      dialect: template.dialect,
      header,
      before,
      match,
      lineEnd: head?.lineEnd ?? '\n',
      byteOrderMark: head?.byteOrderMark ?? false,
    })
    return {
      ...compileRowReader(template, match, options.hashKey && tenantHashes(options.hashKey)),
      csv,
      groups: groupProblems(match.names),
      chunk: chunkBuilder(csv, {
        existingContact: template.existingContact,
        chunkBytes: options.chunkBytes ?? CHUNK_BYTES,
        countOnly: everyRow,
      }),
    }
  }

  const header = (cells: string[]): true => {
    const match = matchHeader(cells, template)
    if (!match.matches) return refuseHeader(cells)
    open = openWith(match, cells)
    return true
  }

  const rowsOpen = (): Open => {
    open ??= openWith(matchByPlace(template), null)
    return open
  }

  const flush = (to: Open) => {
    const chunk = to.chunk.take(rows, bytesRead())
    totals.staged += chunk.staged
    totals.supersededUpdated += chunk.supersededUpdated
    totals.supersededUnchanged += chunk.supersededUnchanged
    totals.rejected += chunk.rejected
    onReading(chunk)
  }

  const reject = (to: Open, rejections: Rejection[]) => {
    to.groups.add(rejections)
    const out = rejections.slice(0, Math.max(0, rejectionLimit - handedOut))
    handedOut += out.length
    to.chunk.reject(out)
  }

  return {
    get rowsRead() {
      return rows
    },
    begin(found) {
      head = found
      headerLine = firstLine(fromHeader(behindLines(found.text, template.dialect.skipLines)))
    },
    skipped(lines) {
      if (open !== null) open.csv.addSkipped(lines)
      else if (before.length < SKIPPED_KEPT) before += lines
    },
    isRow: cells => open?.accepts(cells) ?? false,
    record(cells) {
      if (open === null && template.dialect.hasHeader) return header(cells)
      const to = rowsOpen()
      rows++
      const outcome = to.read(cells, rows)
      onRow?.(rows, cells, outcome)
      if (Array.isArray(outcome)) {
        to.csv.addRow(cells, reasonOf(outcome))
        reject(to, outcome)
      } else {
        if (everyRow) to.csv.addRow(cells, '')
        to.chunk.accept(rows, outcome.reference, outcome.line)
      }
      if (to.chunk.isFull()) flush(to)
      return false
    },
    unreadable(line, why) {
      if (open === null && template.dialect.hasHeader)
        return line.trim() === '' ? undefined : refuseHeader([line])
      const to = rowsOpen()
      rows++
      refuseHopeless(++unreadable, rows, template.dialect.quote)
      const message = unreadableWords[why]
      to.csv.addLine(line, `${why}: ${message}`)
      const rejections = [{ row: rows, column: null, value: shown(line), code: why, message }]
      onRow?.(rows, null, rejections)
      reject(to, rejections)
      if (to.chunk.isFull()) flush(to)
    },
    end() {
      if (open === null && before.trim() === '') throw new FileRefused(blankProblem(), 0)
      if (open === null || rows === 0) throw new FileRefused(noRowsProblem(template.dialect), 0)
      if (!open.chunk.isEmpty()) flush(open)
      const problems = open.groups.problems()
      onReading({ kind: 'summary', ...totals, rowsRead: rows, bytesRead: bytesRead(), problems })
    },
  }
}

/** All that is wrong with a row, for its last cell in the CSV of rejected rows. */
const reasonOf = (rejections: readonly Rejection[]): string =>
  rejections
    .map(({ column, code, message }) => `${code}${column === null ? '' : ` in "${column}"`}: ${message}`)
    .join(' ')
    .replaceAll(/\s+/g, ' ')
