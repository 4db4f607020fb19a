import type { Dialect } from '../../templates/template.ts'
import type { Problem } from '../problem.ts'
import { FileRefused, fileProblem } from '../problem.ts'

export const noRowsProblem = ({ hasHeader }: Pick<Dialect, 'hasHeader'>): Problem =>
  fileProblem(
    'NO_ROWS',
    `The file has ${hasHeader ? 'a header and ' : ''}no rows. If the day was quiet, nothing is to be done.`,
  )

/** So many lines without a readable one among two are no export of the agreed kind. */
const MOST_UNREADABLE = 10_000

export const refuseHopeless = (unreadable: number, rows: number, quote: string): void => {
  if (unreadable <= MOST_UNREADABLE || unreadable * 2 <= rows) return
  throw new FileRefused(
    fileProblem(
      'UNREADABLE',
      `The quotes in this file cannot be read: too many lines have a stray or unclosed ${quote}. Inside a quoted cell, a quote is written twice.`,
    ),
    rows,
  )
}
