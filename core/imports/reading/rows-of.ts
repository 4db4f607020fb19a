import type { HeaderMismatch } from '../../templates/header.ts'
import { matchByPlace } from '../../templates/header.ts'
import type { ColumnTemplate } from '../../templates/template.ts'
import { compileRowReader } from './row-reader.ts'

/**
 * Whether records are rows of a template that has no header: they have the agreed columns, and these hold what was
 * agreed. Half of them suffice, since the first may be a total, and any may be bad. `otherHeader` says how the first
 * record differs from the header of another template: one that was that header before it changed is no bad row.
 */
export const areRowsOf = (
  records: readonly string[][],
  template: ColumnTemplate,
  otherHeader: HeaderMismatch | null,
): boolean => {
  const reader = compileRowReader(template, matchByPlace(template))
  const rows = records.filter(cells => reader.accepts(cells))
  const [first] = records
  if (first === undefined || rows.length * 2 < records.length) return false
  if (otherHeader === null || rows[0] === first) return true
  return !namesColumns(otherHeader) && !(first.length >= template.columns.length && first.every(isWords))
}

const namesColumns = ({ columns }: HeaderMismatch): boolean =>
  columns.some(
    ({ agreed, verdict }) => agreed !== null && agreed.trim() !== '' && /^(same|moved)$/.test(verdict),
  )

const isWords = (cell: string): boolean => /^\D*\p{L}\D*$/u.test(cell)
