import { cellFault, characterFault, isSuspicious } from '../../templates/cell-checks.ts'
import type { CellFault } from '../../templates/cell-fault.ts'
import { shown } from '../../templates/cell-fault.ts'
import { zoneFault } from '../../templates/cell-readers.ts'
import { columnKinds, isRequired } from '../../templates/column-kinds.ts'
import { newContactValues } from '../../templates/contact-values.ts'
import type { HeaderMatch } from '../../templates/header.ts'
import { metadataNames } from '../../templates/header.ts'
import type { ColumnTemplate } from '../../templates/template.ts'
import { localClock, startOfDay } from '../../templates/zone.ts'
import type { TenantHashes } from '../../vault/keyed-hashes.ts'
import type { Rejection } from './chunk.ts'
import { contactLine } from './contact-line.ts'
import { reasonsIn } from './reasons.ts'
import { rowWidths } from './row-widths.ts'

/** An accepted row, or why it is none: one rejection for each bad cell. */
export type RowOutcome = AcceptedRow | Rejection[]

export interface AcceptedRow {
  reference: string
  /** COPY text, as `contact-line.ts` has it. */
  line: string
}

export interface RowReader {
  read(cells: readonly string[], row: number): RowOutcome
  /** Whether the cells are a row that is accepted. */
  accepts(cells: readonly string[]): boolean
}

/**
 * Compiles a template and a file's header to a reader of rows. A row is first read in one go; only when something is
 * wrong is it read again, cell by cell, to say all that is.
 */
export const compileRowReader = (
  template: ColumnTemplate,
  match: HeaderMatch,
  hashes?: TenantHashes,
): RowReader => {
  const clock = localClock(template.timeZone, template.ambiguousTime)
  const dayStart = startOfDay(template.timeZone)
  let values = newContactValues()
  const columns = template.columns.map((column, index) => ({
    index,
    field: column.field,
    name: match.names[index] ?? column.header,
    required: isRequired(column),
    read: columnKinds[column.field].reader(column, template, clock),
  }))
  const kept = columns.filter(column => column.field !== 'IGNORED')
  const day = columns.find(column => column.field === 'CONTACT_DAY')
  const time = columns.find(column => column.field === 'CONTACT_TIME')
  const reasons = reasonsIn(template.dialect, match)
  const widths = rowWidths(template, match)
  const metadataCells = inKeyOrder([...metadataNames(template), ...match.extras])
  const badKey = metadataCells.find(({ name }) => characterFault(name) !== null)
  if (badKey !== undefined) throw new Error(`The key of column ${badKey.index + 1} cannot be stored`)
  const emptyWords = new Set(template.emptyWords.map(word => word.trim().toLowerCase()))
  const longestWord = Math.max(0, ...Array.from(emptyWords, word => word.length))

  const valueOf = (cells: readonly string[], index: number): string => {
    const cell = (cells[index] ?? '').trim()
    return cell.length <= longestWord && emptyWords.has(cell.toLowerCase()) ? '' : cell
  }

  let suspicious = false
  let holdsBad = false

  const metadata = (cells: readonly string[]): string => {
    suspicious = false
    holdsBad = false
    let members = ''
    const surplus = widths.surplus(cells)
    const named = surplus.length === 0 ? metadataCells : inKeyOrder([...metadataCells, ...surplus])
    for (const { index, key } of named) {
      const value = valueOf(cells, index)
      if (value === '') continue
      // JSON would hide a control character from the look at the whole line.
      if (isSuspicious(value)) {
        suspicious = true
        holdsBad ||= characterFault(value) !== null
      }
      members += `${members === '' ? '' : ','}${key}${JSON.stringify(value)}`
    }
    return `{${members}}`
  }

  /** Day and time of two columns together, or the day alone; the fault, if any, is the time's. */
  const settleDay = (): CellFault | null => {
    if (day === undefined || Number.isNaN(values.dayMs)) return null
    if (time === undefined) {
      values.occurredAtText = values.dayText
      values.occurredAt = dayStart(values.dayMs)
      return null
    }
    if (Number.isNaN(values.clockMs)) return null
    values.occurredAtText = `${values.dayText} ${values.clockText}`
    const instant = clock(values.dayMs + values.clockMs)
    if (typeof instant === 'string') return zoneFault(instant, values.occurredAtText, template.timeZone)
    values.occurredAt = instant
    return null
  }

  const isSound = (cells: readonly string[]): boolean => {
    values = newContactValues()
    for (const column of kept) {
      const cell = valueOf(cells, column.index)
      if (cell === '') {
        if (column.required) return false
      } else if (column.read(cell, values) !== null) return false
    }
    return settleDay() === null
  }

  const faultOf = (cells: readonly string[], column: (typeof columns)[number]): CellFault | null => {
    const raw = cells[column.index] ?? ''
    const found = cellFault(raw)
    if (found !== null) return found
    const cell = valueOf(cells, column.index)
    if (cell !== '') return column.read(cell, values)
    return column.required
      ? { code: 'MISSING_VALUE', message: `${columnKinds[column.field].words} is missing. Fill it in.` }
      : null
  }

  const explain = (cells: readonly string[], row: number): Rejection[] => {
    values = newContactValues()
    const rejections: Rejection[] = []
    const add = (index: number, name: string, fault: CellFault | null) => {
      if (fault === null) return
      const message = fault.message[0]?.toUpperCase() + fault.message.slice(1)
      rejections.push({ row, column: name, value: shown(cells[index] ?? ''), code: fault.code, message })
    }
    for (const column of kept) add(column.index, column.name, faultOf(cells, column))
    for (const { index } of match.extras) add(index, match.names[index] ?? '', cellFault(cells[index] ?? ''))
    for (const { index, name } of widths.surplus(cells))
      add(index, match.names[index] ?? name, cellFault(cells[index] ?? ''))
    const settled = settleDay()
    const at = time ?? day
    if (at !== undefined) add(at.index, at.name, settled)
    return rejections
  }

  const misshapen = (cells: readonly string[], row: number): Rejection | null =>
    reasons.fault(cells, row) ?? widths.fault(cells, row)

  const read = (sent: readonly string[], row: number): RowOutcome => {
    const cells = reasons.cut(sent)
    const wrong = misshapen(cells, row)
    if (wrong !== null) return [wrong]
    const sound = isSound(cells)
    const { reference } = values
    const line = sound ? contactLine(row, values, metadata(cells), hashes) : ''
    if (sound && !suspicious && !isSuspicious(line)) return { reference, line }
    const rejections = explain(cells, row)
    if (rejections.length > 0) return rejections
    // Long is no fault yet; any other one has a cell that says why, or the mistake is ours.
    if (!sound || holdsBad || characterFault(line) !== null)
      throw new Error(`Row ${row} cannot be staged, and none of its cells says why`)
    return { reference, line }
  }

  const accepts = (sent: readonly string[]): boolean => {
    const cells = reasons.cut(sent)
    return misshapen(cells, 0) === null && isSound(cells)
  }

  return { read, accepts }
}

const inKeyOrder = (cells: readonly { index: number; name: string }[]) =>
  cells
    .toSorted((a, b) => (a.name < b.name ? -1 : 1))
    .map(({ index, name }) => ({ index, name, key: `${JSON.stringify(name)}:` }))
