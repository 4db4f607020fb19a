import { shown } from '../../templates/cell-fault.ts'
import type { HeaderMatch } from '../../templates/header.ts'
import type { ColumnTemplate } from '../../templates/template.ts'
import { tenantHashes } from '../../vault/keyed-hashes.ts'
import type { Reading, ReadOptions, Rejection, Summary } from './chunk.ts'
import { chunkBuilder } from './chunk-builder.ts'
import { refuseHopeless } from './no-rows.ts'
import { groupProblems } from './problem-groups.ts'
import type { RejectedCsvForm } from './rejected-csv.ts'
import { rejectedCsv } from './rejected-csv.ts'
import type { RowOutcome } from './row-reader.ts'
import { compileRowReader } from './row-reader.ts'

/** Where rows go, once it is known what their columns are: they are read, and leave in chunks. */
export interface RowOutlet {
  record(cells: string[]): void
  unreadable(line: string, why: 'BAD_QUOTE' | 'TOO_LONG'): void
  /** Lines under the header that are agreed to be no rows. */
  skipped(lines: string): void
  isRow(cells: readonly string[]): boolean
  /** The last chunk and the summary leave. */
  end(): void
  readonly rowsRead: number
}

/** Hears of each row as it is read, for those who show rows rather than keep them. No cells for an unreadable line. */
export type OnRow = (row: number, cells: readonly string[] | null, outcome: RowOutcome) => void

/** Whoever reads a file: what comes of it goes there, and how much of it there was is known there. */
export interface Readers {
  onReading: (reading: Reading) => void
  onRow?: OnRow | undefined
  bytesRead: () => number
}

const CHUNK_BYTES = 2 * 1024 * 1024
export const REJECTION_LIMIT = 10_000

const unreadableWords = {
  BAD_QUOTE:
    'The quotes of this line do not fit: one is not closed, or stands inside a cell without being written twice. Correct the line.',
  TOO_LONG:
    'The line is longer than 1 MiB; only its beginning is kept here. Shorten it and send the row again.',
} as const

export const rowOutlet = (
  template: ColumnTemplate,
  options: ReadOptions,
  match: HeaderMatch,
  form: Omit<RejectedCsvForm, 'dialect' | 'match'>,
  { onReading, onRow, bytesRead }: Readers,
): RowOutlet => {
  const everyRow = options.everyRow === true
  const rejectionLimit = everyRow ? 0 : (options.rejectionLimit ?? REJECTION_LIMIT)
  const reader = compileRowReader(template, match, options.hashKey && tenantHashes(options.hashKey))
  const csv = rejectedCsv({ ...form, dialect: template.dialect, match })
  const groups = groupProblems(match.names)
  const chunk = chunkBuilder(csv, {
    existingContact: template.existingContact,
    chunkBytes: options.chunkBytes ?? CHUNK_BYTES,
    countOnly: everyRow,
  })
  const totals = { staged: 0, supersededUpdated: 0, supersededUnchanged: 0, rejected: 0 }
  let rows = 0
  let unreadable = 0
  let handedOut = 0

  const flush = () => {
    const taken = chunk.take(rows, bytesRead())
    totals.staged += taken.staged
    totals.supersededUpdated += taken.supersededUpdated
    totals.supersededUnchanged += taken.supersededUnchanged
    totals.rejected += taken.rejected
    onReading(taken)
  }

  const reject = (rejections: Rejection[]) => {
    groups.add(rejections)
    const out = rejections.slice(0, Math.max(0, rejectionLimit - handedOut))
    handedOut += out.length
    chunk.reject(out)
  }

  return {
    get rowsRead() {
      return rows
    },
    skipped: lines => csv.addSkipped(lines),
    isRow: cells => reader.accepts(cells),
    record(cells) {
      rows++
      const outcome = reader.read(cells, rows)
      onRow?.(rows, cells, outcome)
      if (Array.isArray(outcome)) {
        csv.addRow(cells, reasonOf(outcome))
        reject(outcome)
      } else {
        if (everyRow) csv.addRow(cells, '')
        chunk.accept(rows, outcome.reference, outcome.line)
      }
      if (chunk.isFull()) flush()
    },
    unreadable(line, why) {
      rows++
      refuseHopeless(++unreadable, rows, template.dialect.quote)
      const message = unreadableWords[why]
      csv.addLine(line, `${why}: ${message}`)
      const rejections = [{ row: rows, column: null, value: shown(line), code: why, message }]
      onRow?.(rows, null, rejections)
      reject(rejections)
      if (chunk.isFull()) flush()
    },
    end() {
      if (!chunk.isEmpty()) flush()
      const summary: Summary = {
        kind: 'summary',
        ...totals,
        rowsRead: rows,
        bytesRead: bytesRead(),
        problems: groups.problems(),
      }
      onReading(summary)
    },
  }
}

/** All that is wrong with a row, for its last cell in the CSV of rejected rows. */
const reasonOf = (rejections: readonly Rejection[]): string =>
  rejections
    .map(({ column, code, message }) => `${code}${column === null ? '' : ` in "${column}"`}: ${message}`)
    .join(' ')
    .replaceAll(/\s+/g, ' ')
