import type { ChosenDate, TimeColumn } from './choose-date.ts'
import type { ColumnProfile } from './column-profile.ts'
import { durationScore, saysNothing } from './contact-fields.ts'
import { elapsedShare } from './elapsed.ts'
import type { WrittenDuration } from './written-duration.ts'

export interface AmongOthers {
  date: ChosenDate | null
  times: readonly TimeColumn[]
  columns: readonly ColumnProfile[]
}

/** How far a column speaks for being the duration: by its header, or by what it has to do with the others. */
export const durationRate = (
  column: ColumnProfile,
  written: WrittenDuration | null,
  others: AmongOthers,
): number => {
  if (written === null) return 0
  const said = column.header.words.length === 0 ? 0 : durationScore(column, written)
  return said >= 0.5 || !saysNothing(column.header) ? said : unsaidDuration(column, written, others)
}

/** Under a header that says nothing, seconds are known by lying between the start and the end. */
const unsaidDuration = (
  column: ColumnProfile,
  written: WrittenDuration,
  { date, times, columns }: AmongOthers,
): number => {
  if (date === null) return 0
  const bare = column.header.words.length === 0
  if (written.formats[0] !== 'seconds')
    return bare && written.formats[0] === 'h:mm:ss' && column !== date.time?.column ? 0.55 * written.fit : 0
  if (date.time !== null) return 0
  // The answer is a time as well: what lies between it and the start is waiting.
  const ends = bare ? times : times.filter(({ column: { header } }) => header.has('end'))
  if (elapsedShare(column, date.day, ends) > 0.8) return bare ? 0.88 : 0.7
  return bare && isTotalOfTwo(column, columns) ? 0.55 : 0
}

/** Switches write two numbers of seconds side by side, the call's and, never more than that, those of its talk. */
const isTotalOfTwo = (total: ColumnProfile, columns: readonly ColumnProfile[]): boolean => {
  const talk = columns[total.index + 1]
  if (talk === undefined || total.numbers === null || talk.numbers === null) return false
  if (total.numbers.whole < 1 || talk.numbers.whole < 1 || total.monotonous) return false
  if (total.distinct < total.filled * 0.3 || talk.distinct < 3 || total.numbers.most > 86_400) return false
  return total.cells.every((cell, row) => cell === '' || Number(talk.cells[row] || '0') <= Number(cell))
}
