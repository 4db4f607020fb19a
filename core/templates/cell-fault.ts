/** Why a cell cannot be taken: a code that never changes its meaning, and words that say what to do. */
export interface CellFault {
  code: CellFaultCode
  message: string
}

export type CellFaultCode =
  | 'MISSING_VALUE'
  | 'BAD_DATE'
  | 'NO_SUCH_LOCAL_TIME'
  | 'AMBIGUOUS_LOCAL_TIME'
  | 'BAD_NUMBER'
  | 'BAD_URL'
  | 'BAD_CHARACTER'
  | 'SPREADSHEET_DAMAGE'
  | 'TOO_LONG'

/** Rejected values are shown this long at most. */
const SHOWN = 200

/** A cell in a message or a report: bounded, and never ending in half a character. */
export const shown = (cell: string): string =>
  cell.length <= SHOWN ? cell : `${cell.slice(0, SHOWN).replace(/[\uD800-\uDBFF]$/, '')}…`

export const quoted = (cell: string): string => `"${shown(cell).replaceAll(/\s+/g, ' ')}"`
