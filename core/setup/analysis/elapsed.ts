import type { WrittenTime as ReadTime, TimeParser } from '../../templates/calendar.ts'
import { parseIsoDateTime } from '../../templates/iso-time.ts'
import { compileTimePattern } from '../../templates/time-pattern.ts'
import type { TimeColumn } from './choose-date.ts'
import type { ColumnProfile } from './column-profile.ts'

/** The share of rows in which a column of numbers says how many seconds lie between the start and some later time. */
export const elapsedShare = (
  numbers: ColumnProfile,
  start: TimeColumn,
  others: readonly TimeColumn[],
): number => {
  const from = moments(start)
  if (from === null) return 0
  const shares = others
    .filter(other => other !== start && other.written.kind === 'moment')
    .map(other => shareOf(numbers, from, moments(other)))
  return Math.max(0, ...shares)
}

const shareOf = (numbers: ColumnProfile, from: number[], until: number[] | null): number => {
  if (until === null) return 0
  let fits = 0
  let compared = 0
  for (const [row, cell] of numbers.cells.entries()) {
    const seconds = ((until[row] ?? Number.NaN) - (from[row] ?? Number.NaN)) / 1000
    if (cell === '' || Number.isNaN(seconds)) continue
    compared++
    if (Math.abs(seconds - Number(cell)) <= 1) fits++
  }
  // Rows in which both are zero say little.
  return compared < 3 || numbers.distinct < 2 ? 0 : fits / compared
}

/** Milliseconds by row, NaN for none; null when the column's format cannot be read here. */
const moments = ({ column, written }: TimeColumn): number[] | null => {
  const [format] = written.formats
  if (format === undefined) return null
  if (format === 'EPOCH_SECONDS')
    return column.cells.map(cell => (cell === '' ? Number.NaN : Number(cell) * 1000))
  if (format === 'EPOCH_MILLISECONDS')
    return column.cells.map(cell => (cell === '' ? Number.NaN : Number(cell)))
  const parse = parserOf(format)
  if (parse === null) return null
  const into: ReadTime = { localMs: 0, offset: null }
  return column.cells.map(cell =>
    cell !== '' && parse(cell, into) ? into.localMs - (into.offset ?? 0) * 60_000 : Number.NaN,
  )
}

const parserOf = (format: string): TimeParser | null => {
  if (format === 'ISO') return parseIsoDateTime
  const pattern = compileTimePattern(format)
  return typeof pattern === 'string' ? null : pattern.parse
}
