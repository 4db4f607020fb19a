import type { CellFault } from '../../templates/cell-fault.ts'
import { zoneFault } from '../../templates/cell-readers.ts'
import type { ContactValues } from '../../templates/contact-values.ts'
import type { LocalClock } from '../../templates/zone.ts'
import { startOfDay } from '../../templates/zone.ts'
import type { RowColumn } from './row-columns.ts'

/** Makes an instant of a day and a time in columns of their own, or of a day alone. */
export interface DayAndTime {
  /** To be called when all cells of a row are read. */
  settle(values: ContactValues): CellFault | null
  /** The column whose cell is at fault then; none where the template has no day. */
  blamed: RowColumn | undefined
}

export const dayAndTime = (
  columns: readonly RowColumn[],
  timeZone: string,
  clock: LocalClock,
): DayAndTime => {
  const day = columns.find(column => column.field === 'CONTACT_DAY')
  const time = columns.find(column => column.field === 'CONTACT_TIME')
  const dayStart = startOfDay(timeZone)
  const settle = (values: ContactValues): CellFault | null => {
    if (day === undefined || Number.isNaN(values.dayMs)) return null
    if (time === undefined) {
      values.occurredAtText = values.dayText
      values.occurredAt = dayStart(values.dayMs)
      return null
    }
    if (Number.isNaN(values.clockMs)) return null
    values.occurredAtText = `${values.dayText} ${values.clockText}`
    const instant = clock(values.dayMs + values.clockMs)
    if (typeof instant === 'string') return zoneFault(instant, values.occurredAtText, timeZone)
    values.occurredAt = instant
    return null
  }
  return { settle, blamed: time ?? day }
}
