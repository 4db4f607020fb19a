import type { ColumnProfile } from './column-profile.ts'
import type { WrittenTime } from './written-time.ts'

/** A column of dates or times, and how far it speaks for being the start of the contact. */
export interface TimeColumn {
  column: ColumnProfile
  written: WrittenTime
  score: number
}

/** The contact's date: one column, or a day and its time. */
export interface ChosenDate {
  day: TimeColumn
  /** Null where the day's column has the time as well, or there is none. */
  time: TimeColumn | null
  score: number
  /** The score of the best other choice. */
  rival: number
}

const LEAST = 0.12

/**
 * Which of the file's times is the contact's date: its start. One column with date and time is better than two. Of a local
 * and a UTC time of the same moment the local one is taken, since people know it and the template's time zone makes it
 * exact; unless rows have time zones of their own, where UTC is the one clock for all. A cell that names its offset beats
 * both.
 */
export const chooseDate = (columns: readonly TimeColumn[], zoned: boolean): ChosenDate | null => {
  const of = (kind: WrittenTime['kind']) => columns.filter(({ written }) => written.kind === kind)
  const choices: ChosenDate[] = [
    ...of('moment').map(day => ({ day, time: null, score: whole(day, zoned), rival: 0 })),
    ...of('day').map(day => ({ day, time: null, score: day.score * 0.8, rival: 0 })),
    ...of('day').flatMap(day =>
      of('clock').map(time => ({ day, time, score: together(day, time) - (zoned ? 0.06 : 0), rival: 0 })),
    ),
  ]
  choices.sort((a, b) => b.score - a.score || a.day.column.index - b.day.column.index)
  const [best] = choices
  if (best === undefined || best.score < LEAST) return null
  const near = choices.filter(choice => sameKind(choice, best) && choice.score > best.score - 0.02)
  const first = near.length > 1 ? earliest(near) : best
  const rival = Math.max(0, ...choices.filter(choice => !overlaps(choice, first)).map(({ score }) => score))
  return { ...first, rival }
}

const says = ({ column: { header } }: TimeColumn, concept: 'utc' | 'local') =>
  header.has(concept) || header.hints.has(concept)

const whole = (column: TimeColumn, zoned: boolean): number => {
  if (column.written.offset) return column.score + 0.03
  if (says(column, 'utc') || column.written.utc) return column.score + (zoned ? 0.05 : -0.03)
  return column.score + (says(column, 'local') ? 0.01 : 0)
}

const together = (day: TimeColumn, time: TimeColumn): number => {
  const starts = [day, time].filter(({ column }) => column.header.has('start')).length
  const apart = Math.abs(day.column.index - time.column.index)
  const mean = (day.score + time.score) / 2
  return (
    Math.min(mean, time.score + 0.2, day.score + 0.1) -
    (starts === 1 ? 0.01 : 0) -
    Math.min(apart - 1, 10) * 0.005
  )
}

const sameKind = (one: ChosenDate, other: ChosenDate) =>
  one.time === null && other.time === null && one.day.written.kind === other.day.written.kind

const overlaps = (one: ChosenDate, other: ChosenDate) =>
  one.day === other.day || (one.time !== null && one.time === other.time)

/** Where headers leave several alike: the one whose cells come first, as far as they can be compared as text. */
const earliest = (choices: ChosenDate[]): ChosenDate => {
  const [first, ...others] = choices
  if (first === undefined) throw new Error('nothing to choose from')
  return others.reduce((best, other) => (comesBefore(other.day, best.day) ? other : best), first)
}

const comesBefore = (one: TimeColumn, other: TimeColumn): boolean => {
  const [format] = one.written.formats
  if (format === undefined || format !== other.written.formats[0] || !/^(?:y|ISO|EPOCH)/.test(format))
    return false
  let before = 0
  let after = 0
  for (const [row, cell] of one.column.cells.entries()) {
    const there = other.column.cells[row] ?? ''
    if (cell === '' || there === '') continue
    if (cell < there) before++
    else if (cell > there) after++
  }
  return before > 0 && after === 0
}
