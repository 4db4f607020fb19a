import { cellFault } from '../../templates/cell-checks.ts'
import type { CellFault } from '../../templates/cell-fault.ts'
import { shown } from '../../templates/cell-fault.ts'
import { columnKinds } from '../../templates/column-kinds.ts'
import { newContactValues } from '../../templates/contact-values.ts'
import type { HeaderMatch } from '../../templates/header.ts'
import type { Rejection } from './chunk.ts'
import type { DayAndTime } from './day-and-time.ts'
import type { RowColumn, ValueOf } from './row-columns.ts'
import type { RowWidths } from './row-widths.ts'

/** Says all that is wrong with a row's cells: each is read by itself. */
export const rowFaults =
  (
    columns: readonly RowColumn[],
    { names, extras }: HeaderMatch,
    widths: RowWidths,
    valueOf: ValueOf,
    instant: DayAndTime,
  ) =>
  (cells: readonly string[], row: number): Rejection[] => {
    const values = newContactValues()
    const rejections: Rejection[] = []
    const add = (index: number, name: string, fault: CellFault | null) => {
      if (fault === null) return
      const message = fault.message[0]?.toUpperCase() + fault.message.slice(1)
      rejections.push({ row, column: name, value: shown(cells[index] ?? ''), code: fault.code, message })
    }
    const faultOf = ({ index, field, required, read }: RowColumn): CellFault | null => {
      const found = cellFault(cells[index] ?? '')
      if (found !== null) return found
      const cell = valueOf(cells, index)
      if (cell !== '') return read(cell, values)
      return required
        ? { code: 'MISSING_VALUE', message: `${columnKinds[field].words} is missing. Fill it in.` }
        : null
    }
    for (const column of columns) add(column.index, column.name, faultOf(column))
    for (const { index } of extras) add(index, names[index] ?? '', cellFault(cells[index] ?? ''))
    for (const { index, name } of widths.surplus(cells))
      add(index, names[index] ?? name, cellFault(cells[index] ?? ''))
    const settled = instant.settle(values)
    const { blamed } = instant
    if (blamed !== undefined) add(blamed.index, blamed.name, settled)
    return rejections
  }
