import { characterFault, isSuspicious } from '../../templates/cell-checks.ts'
import { newContactValues } from '../../templates/contact-values.ts'
import type { HeaderMatch } from '../../templates/header.ts'
import type { ColumnTemplate } from '../../templates/template.ts'
import { localClock } from '../../templates/zone.ts'
import type { TenantHashes } from '../../vault/keyed-hashes.ts'
import type { Rejection } from './chunk.ts'
import { contactLine } from './contact-line.ts'
import { dayAndTime } from './day-and-time.ts'
import { metadataCell } from './metadata-cell.ts'
import { reasonsIn } from './reasons.ts'
import { rowColumns, valuesBut } from './row-columns.ts'
import { rowFaults } from './row-faults.ts'
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
  const columns = rowColumns(template, match, clock)
  const instant = dayAndTime(columns, template.timeZone, clock)
  const valueOf = valuesBut(template.emptyWords)
  const reasons = reasonsIn(template.dialect, match)
  const widths = rowWidths(template, match)
  const metadata = metadataCell(template, match, widths, valueOf)
  const explain = rowFaults(columns, match, widths, valueOf, instant)
  let values = newContactValues()

  const isSound = (cells: readonly string[]): boolean => {
    values = newContactValues()
    for (const column of columns) {
      const cell = valueOf(cells, column.index)
      if (cell === '') {
        if (column.required) return false
      } else if (column.read(cell, values) !== null) return false
    }
    return instant.settle(values) === null
  }

  const misshapen = (cells: readonly string[], row: number): Rejection | null =>
    reasons.fault(cells, row) ?? widths.fault(cells, row)

  const read = (sent: readonly string[], row: number): RowOutcome => {
    const cells = reasons.cut(sent)
    const wrong = misshapen(cells, row)
    if (wrong !== null) return [wrong]
    const sound = isSound(cells)
    const { reference } = values
    const line = sound ? contactLine(row, values, metadata.read(cells), hashes) : ''
    if (sound && !metadata.suspicious && !isSuspicious(line)) return { reference, line }
    const rejections = explain(cells, row)
    if (rejections.length > 0) return rejections
    // Long is no fault yet; any other one has a cell that says why, or the mistake is ours.
    if (!sound || metadata.holdsBad || characterFault(line) !== null)
      throw new Error(`Row ${row} cannot be staged, and none of its cells says why`)
    return { reference, line }
  }

  const accepts = (sent: readonly string[]): boolean => {
    const cells = reasons.cut(sent)
    return misshapen(cells, 0) === null && isSound(cells)
  }

  return { read, accepts }
}
