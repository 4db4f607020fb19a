import { shown } from '../../templates/cell-fault.ts'
import { matchHeader } from '../../templates/header.ts'
import type { ColumnTemplate } from '../../templates/template.ts'
import { tenantHashes } from '../../vault/keyed-hashes.ts'
import { FileRefused, fileProblem } from '../problem.ts'
import type { Reading, ReadOptions, Rejection } from './chunk.ts'
import type { ChunkBuilder } from './chunk-builder.ts'
import { chunkBuilder } from './chunk-builder.ts'
import type { FileHead } from './file-head.ts'
import { blankProblem } from './file-head.ts'
import { firstLine, fromHeader, headerProblem } from './header-check.ts'
import type { ProblemGroups } from './problem-groups.ts'
import { groupProblems } from './problem-groups.ts'
import type { RejectedCsv } from './rejected-csv.ts'
import { rejectedCsv } from './rejected-csv.ts'
import type { RowOutcome, RowReader } from './row-reader.ts'
import { compileRowReader } from './row-reader.ts'

/** Where records go: the first is the header, the others are rows, which leave in chunks. */
export interface RowSink {
  /** `body` begins with the header. */
  begin(head: FileHead, body: Buffer): void
  record(cells: string[]): void
  unreadable(line: string, why: 'BAD_QUOTE' | 'TOO_LONG'): void
  end(): void
  readonly rowsRead: number
}

/** Hears of each row as it is read, for those who show rows rather than keep them. No cells for an unreadable line. */
export type OnRow = (row: number, cells: readonly string[] | null, outcome: RowOutcome) => void

export const CHUNK_BYTES = 4 * 1024 * 1024
export const REJECTION_LIMIT = 10_000

const unreadableWords = {
  BAD_QUOTE:
    'The quotes of this line do not fit: one is not closed, or stands inside a cell without being written twice. Correct the line.',
  TOO_LONG:
    'The line is longer than 1 MiB; only its beginning is kept here. Shorten it and send the row again.',
} as const

interface Open {
  read: RowReader
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
  let handedOut = 0

  /** Blank lines before the header are passed over. */
  const isBlank = (cells: string[]) => cells.join(template.dialect.delimiter).trim() === ''

  const refuseHeader = (cells: string[]): never => {
    const match = matchHeader(cells, template)
    if (match.matches) throw new Error('A header that matches is not refused')
    throw new FileRefused(headerProblem(headerLine, match, template), 0)
  }

  const header = (cells: string[]) => {
    const match = matchHeader(cells, template)
    if (!match.matches) return refuseHeader(cells)
    const csv = rejectedCsv({
      dialect: template.dialect,
      header: cells,
      hasReason: match.hasReason,
      lineEnd: head?.lineEnd ?? '\n',
      byteOrderMark: head?.byteOrderMark ?? false,
    })
    open = {
      read: compileRowReader(template, cells, match, options.hashKey && tenantHashes(options.hashKey)),
      csv,
      groups: groupProblems(cells),
      chunk: chunkBuilder(csv, {
        existingContact: template.existingContact,
        chunkBytes: options.chunkBytes ?? CHUNK_BYTES,
        countOnly: everyRow,
      }),
    }
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
    begin(found, body) {
      head = found
      headerLine = firstLine(fromHeader(body.toString()))
    },
    record(cells) {
      if (open === null) return isBlank(cells) ? undefined : header(cells)
      rows++
      const outcome = open.read(cells, rows)
      onRow?.(rows, cells, outcome)
      if (Array.isArray(outcome)) {
        open.csv.addRow(cells, reasonOf(outcome))
        reject(open, outcome)
      } else {
        if (everyRow) open.csv.addRow(cells, '')
        open.chunk.accept(rows, outcome.reference, outcome.line)
      }
      if (open.chunk.isFull()) flush(open)
    },
    unreadable(line, why) {
      if (open === null) return isBlank([line]) ? undefined : refuseHeader([line])
      rows++
      const message = unreadableWords[why]
      open.csv.addLine(line, `${why}: ${message}`)
      const rejections = [{ row: rows, column: null, value: shown(line), code: why, message }]
      onRow?.(rows, null, rejections)
      reject(open, rejections)
      if (open.chunk.isFull()) flush(open)
    },
    end() {
      if (open === null) throw new FileRefused(blankProblem(), 0)
      if (rows === 0)
        throw new FileRefused(
          fileProblem(
            'NO_ROWS',
            'The file has a header and no rows. If the day was quiet, nothing is to be done.',
          ),
          0,
        )
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
