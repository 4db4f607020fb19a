import { shown } from '../../templates/cell-fault.ts'
import { type HeaderMatch, REASON_COLUMN } from '../../templates/header.ts'
import type { Dialect } from '../../templates/template.ts'
import type { Rejection } from './chunk.ts'

/**
 * `nightdrop_reason: …`: so begins a reason that may come to stand under another header than its own, in rows that
 * have more or fewer cells than the header, and in files that have none.
 */
export const REASON_CELL = `${REASON_COLUMN}:`

/** How the reasons of an earlier reading are told from a row's own cells, when rejected rows are sent again. */
export interface Reasons {
  /**
   * The row's own cells. Spreadsheets fill rows up to the widest, and leave out delimiters at the end; a person may have
   * written beside the reason, or moved it. Whatever may be the row's own stays.
   */
  cut(cells: readonly string[]): readonly string[]
  /** A reason that a quote of its line drew into a cell. */
  fault(own: readonly string[], row: number): Rejection | null
}

const isReason = (cell: string) => cell.startsWith(REASON_CELL)
const isOfLongRow = (cell = '') => cell.startsWith(`${REASON_CELL} EXTRA_COLUMN`)

export const reasonsIn = (
  { hasHeader }: Pick<Dialect, 'hasHeader'>,
  { reasonAt, least }: Pick<HeaderMatch, 'reasonAt' | 'least'>,
): Reasons => {
  if (hasHeader && reasonAt === null) return { cut: cells => cells, fault: () => null }

  /** What stands behind the reason is a longer row's own; behind that of a shorter one, somebody wrote it there. */
  const withoutReason = (cells: readonly string[], at: number): readonly string[] => {
    const own = cells.slice(0, at)
    const behind = cells.slice(at + 1).filter(cell => !isReason(cell))
    const last = behind.findLastIndex(cell => cell.trim() !== '')
    if (last < 0) return own
    if (at !== reasonAt && !isOfLongRow(cells[at])) own.push('')
    return [...own, ...behind.slice(0, last + 1)]
  }

  return {
    cut(cells) {
      const marked = cells.findIndex(isReason)
      if (marked >= 0) return withoutReason(cells, marked)
      if (reasonAt === null) return cells
      if (cells.length < least) return Array.from({ length: least }, (_, at) => cells[at] ?? '')
      const last = cells.findLastIndex(cell => cell.trim() !== '')
      return last > reasonAt ? cells : cells.slice(0, reasonAt)
    },
    fault(own, row) {
      const cell = own.find(each => each.includes(REASON_CELL))
      if (cell === undefined) return null
      const message =
        'The reason of an earlier time stands within this cell, since a quote of the line was not closed. Correct the cell.'
      return { row, column: null, value: shown(cell), code: 'BAD_QUOTE', message }
    },
  }
}
