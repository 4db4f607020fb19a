import type { CellReader } from '../../templates/cell-readers.ts'
import { columnKinds, isRequired } from '../../templates/column-kinds.ts'
import type { HeaderMatch } from '../../templates/header.ts'
import type { ColumnTemplate, ContactField } from '../../templates/template.ts'
import type { LocalClock } from '../../templates/zone.ts'

/** A column that is not read past, as rows are read by it. */
export interface RowColumn {
  index: number
  field: ContactField
  /** As the file calls it. */
  name: string
  required: boolean
  read: CellReader
}

export const rowColumns = (template: ColumnTemplate, match: HeaderMatch, clock: LocalClock): RowColumn[] =>
  template.columns
    .map((column, index) => ({
      index,
      field: column.field,
      name: match.names[index] ?? column.header,
      required: isRequired(column),
      read: columnKinds[column.field].reader(column, template, clock),
    }))
    .filter(column => column.field !== 'IGNORED')

/** What a row says at a place, trimmed; '' where the cell is empty, missing, or a word that means nothing. */
export type ValueOf = (cells: readonly string[], index: number) => string

export const valuesBut = (emptyWords: readonly string[]): ValueOf => {
  const words = new Set(emptyWords.map(word => word.trim().toLowerCase()))
  const longest = Math.max(0, ...Array.from(words, word => word.length))
  return (cells, index) => {
    const cell = (cells[index] ?? '').trim()
    return cell.length <= longest && words.has(cell.toLowerCase()) ? '' : cell
  }
}
