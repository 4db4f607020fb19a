import { shown } from '../../templates/cell-fault.ts'
import { nameByPlace } from '../../templates/column-names.ts'
import type { HeaderMatch } from '../../templates/header.ts'
import { metadataNames } from '../../templates/header.ts'
import type { ColumnTemplate } from '../../templates/template.ts'
import type { Rejection } from './chunk.ts'

/** How many cells a row may have, and what becomes of those that no header names. */
export interface RowWidths {
  fault(cells: readonly string[], row: number): Rejection | null
  /** Cells of this row alone that are kept although they have no header, under names that are theirs alone. */
  surplus(cells: readonly string[]): { index: number; name: string }[]
}

const isBlank = (cell: string) => cell.trim() === ''

export const rowWidths = (template: ColumnTemplate, match: HeaderMatch): RowWidths => {
  const { hasHeader } = template.dialect
  const most =
    hasHeader || template.extraColumns === 'REJECT' ? Math.min(match.width, MOST_CELLS) : MOST_CELLS

  const fault = (cells: readonly string[], row: number): Rejection | null => {
    const width = cells.length
    if (width < match.least) return missing(width, row)
    if (width <= most) return null
    const extra = cells.slice(most).find(cell => !isBlank(cell))
    return extra === undefined ? null : tooMany(extra, width, row)
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

  const from = template.columns.length + match.extras.length
  const taken = new Set([...metadataNames(template), ...match.extras].map(({ name }) => name))

  const surplus = (cells: readonly string[]) => {
    const found: { index: number; name: string }[] = []
    if (template.extraColumns !== 'KEEP') return found
    for (let index = from; index < cells.length; index++)
      if (!isBlank(cells[index] ?? '')) found.push({ index, name: nameByPlace(index, taken) })
    return found
  }

  return { fault, surplus }
}

const MOST_CELLS = 1000
