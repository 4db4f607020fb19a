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
  /** The row's own cells. Spreadsheets fill rows up to the widest: the reason need not be the last cell. */
  cut(cells: readonly string[]): readonly string[]
  /** A reason that a quote of its line drew into a cell. */
  fault(own: readonly string[], row: number): Rejection | null
}

export const reasonsIn = (
  { hasHeader }: Pick<Dialect, 'hasHeader'>,
  { reasonAt }: Pick<HeaderMatch, 'reasonAt'>,
): Reasons => {
  if (hasHeader && reasonAt === null) return { cut: cells => cells, fault: () => null }
  return {
    cut(cells) {
      const marked = cells.findIndex(cell => cell.startsWith(REASON_CELL))
      if (marked >= 0) return cells.slice(0, marked)
      // Excel leaves out delimiters at the end, in blocks of rows: a row that ends before the reasons has none.
      if (reasonAt === null || cells.length <= reasonAt) return cells
      // What stands behind the column of reasons is the row's own, or the reason of a longer row.
      const last = cells.findLastIndex(cell => cell.trim() !== '')
      return cells.slice(0, Math.max(last, reasonAt))
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
