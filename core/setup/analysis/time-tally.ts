import type { TimeLayout } from './time-layout.ts'
import { layoutOf } from './time-layout.ts'

/** All cells of a column that are written alike: what their numbers have in common. */
export interface ShapeTally {
  shape: string
  sample: TimeLayout
  count: number
  /** Smallest and largest of each of the date's three parts, and of the hour. */
  least: [number, number, number, number]
  most: [number, number, number, number]
  fewestDigits: [number, number, number, number]
  /** Some cell has a zero before a part's only digit. */
  zeroBefore: [boolean, boolean, boolean, boolean]
  leastFraction: number
  mostFraction: number
  /** Rows whose first part can be no month, and rows whose second can be none. */
  firstBeyond12: RowTally
  secondBeyond12: RowTally
  /** Cells whose time of day is midnight, as spreadsheets write dates without a time. */
  midnights: number
  example: string
}

export interface RowTally {
  count: number
  /** The first row, from 1, and its cell. */
  row: number
  cell: string
}

/** Cells of one column, row by row: how their dates and times are written. */
export interface TimeTally {
  add(cell: string, row: number): void
  /** Cells that are no date and no time. */
  readonly others: number
  readonly total: number
  /** Most frequent first. */
  shapes(): ShapeTally[]
}

const MIDNIGHT = /(?:^|[T ])0?0[:.]00(?:[:.]00(?:[.,]0+)?)?$|\b12:00(?::00)? AM$/i
/** A column with more ways to write a date than this is none. */
const MOST_SHAPES = 50
const LAYOUTS_KEPT = 10_000

export const timeTally = (): TimeTally => {
  const shapes = new Map<string, ShapeTally>()
  const read = new Map<string, TimeLayout | null>()
  let others = 0
  let total = 0

  /** Days come again and again. */
  const layout = (cell: string): TimeLayout | null => {
    const known = read.get(cell)
    if (known !== undefined) return known
    const made = layoutOf(cell)
    if (read.size < LAYOUTS_KEPT) read.set(cell, made)
    return made
  }
  return {
    get others() {
      return others
    },
    get total() {
      return total
    },
    add(cell, row) {
      total++
      const found = layout(cell)
      if (found === null) {
        others++
        return
      }
      let tally = shapes.get(found.shape)
      if (tally === undefined) {
        if (shapes.size >= MOST_SHAPES) {
          others++
          return
        }
        tally = begin(found, cell)
        shapes.set(found.shape, tally)
      }
      count(tally, found, cell, row)
    },
    shapes: () => [...shapes.values()].sort((a, b) => b.count - a.count),
  }
}

const begin = (sample: TimeLayout, example: string): ShapeTally => ({
  shape: sample.shape,
  sample,
  count: 0,
  least: [9999, 9999, 9999, 9999],
  most: [0, 0, 0, 0],
  fewestDigits: [9, 9, 9, 9],
  zeroBefore: [false, false, false, false],
  leastFraction: 99,
  mostFraction: 0,
  firstBeyond12: { count: 0, row: 0, cell: '' },
  secondBeyond12: { count: 0, row: 0, cell: '' },
  midnights: 0,
  example,
})

const count = (tally: ShapeTally, layout: TimeLayout, cell: string, row: number): void => {
  tally.count++
  const { day, digits } = layout
  for (let part = 0; part < 4; part++) {
    const value = part < 3 ? (day?.[part] ?? 0) : layout.hour
    const written = part < 3 ? (digits?.[part] ?? 0) : layout.hourDigits
    if (value < (tally.least[part] ?? 0)) tally.least[part] = value
    if (value > (tally.most[part] ?? 0)) tally.most[part] = value
    if (written < (tally.fewestDigits[part] ?? 0)) tally.fewestDigits[part] = written
    if (written === 2 && value < 10) tally.zeroBefore[part] = true
  }
  tally.leastFraction = Math.min(tally.leastFraction, layout.fraction)
  tally.mostFraction = Math.max(tally.mostFraction, layout.fraction)
  if (day !== null && digits !== null && digits[0] > 0 && digits[0] < 3 && digits[1] > 0) {
    if (day[0] > 12) note(tally.firstBeyond12, row, cell)
    if (day[1] > 12) note(tally.secondBeyond12, row, cell)
  }
  if (layout.hasClock && layout.hour % 12 === 0 && MIDNIGHT.test(cell)) tally.midnights++
}

const note = (tally: RowTally, row: number, cell: string): void => {
  if (tally.count === 0) {
    tally.row = row
    tally.cell = cell
  }
  tally.count++
}
