import { shown } from '../../templates/cell-fault.ts'
import { distinctNames } from '../../templates/column-names.ts'
import type { HeaderMatch } from '../../templates/header.ts'
import { metadataNames, REASON_CELL } from '../../templates/header.ts'
import type { ColumnTemplate } from '../../templates/template.ts'
import type { Rejection } from './chunk.ts'

/** How many cells a row may have, and what becomes of those that no header names. */
export interface RowWidths {
  fault(cells: readonly string[], row: number): Rejection | null
  /** Cells of this row alone that are kept, under names that are theirs alone: of files that have no header. */
  surplus(cells: readonly string[]): { index: number; name: string }[]
}

const isBlank = (cell: string) => cell.trim() === ''

/** Where the reasons of an earlier reading begin: they are no part of the row. */
export const withoutReason = (cells: readonly string[], hasHeader: boolean, hasReason: boolean): number =>
  hasReason || (!hasHeader && cells.at(-1)?.startsWith(REASON_CELL) === true)
    ? cells.length - 1
    : cells.length

export const rowWidths = (template: ColumnTemplate, match: HeaderMatch): RowWidths => {
  const { hasHeader } = template.dialect
  const most = hasHeader || template.extraColumns === 'REJECT' ? match.width : MOST_CELLS
  const keepsSurplus = !hasHeader && template.extraColumns === 'KEEP'

  const fault = (cells: readonly string[], row: number): Rejection | null => {
    const end = withoutReason(cells, hasHeader, match.hasReason)
    if (end === match.width) return null
    if (end < match.least) return missing(end, row)
    if (end <= most) return null
    const extra = cells.slice(most, end).findIndex(cell => !isBlank(cell))
    return extra < 0 ? null : tooMany(cells[most + extra] ?? '', end, row)
  }

  const missing = (cells: number, row: number): Rejection => ({
    row,
    column: match.names[cells] ?? null,
    value: null,
    code: 'MISSING_COLUMN',
    message: `The row has ${cells} cells, ${counted}. Add the missing ones, empty if need be; a line break inside a cell needs quotes around the cell.`,
  })

  const tooMany = (value: string, cells: number, row: number): Rejection => ({
    row,
    column: null,
    value: shown(value),
    code: 'EXTRA_COLUMN',
    message: `The row has ${cells} cells, ${counted}. A delimiter inside a cell needs quotes around the cell.`,
  })

  const counted = hasHeader ? `the header ${match.width}` : `and ${match.width} are agreed`

  const none: { index: number; name: string }[] = []
  const surplus = (cells: readonly string[]) => {
    if (!keepsSurplus || cells.length <= match.width) return none
    const end = withoutReason(cells, hasHeader, match.hasReason)
    const taken = metadataNames(template).map(({ name }) => name)
    return distinctNames(
      cells.slice(match.width, end).map(() => ''),
      { from: match.width, taken },
    ).map((name, at) => ({ index: match.width + at, name }))
  }

  return { fault, surplus }
}

const MOST_CELLS = 1000
