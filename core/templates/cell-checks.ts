import type { CellFault } from './cell-fault.ts'
import { quoted } from './cell-fault.ts'

/** What holds for every cell that is kept, whatever its column. */
export const LONGEST_CELL_BYTES = 64 * 1024

/**
 * Characters that no contact may hold: NUL, which PostgreSQL cannot take, the other control characters but tab and
 * line breaks, and U+FFFD, which stands where a character was lost before the file came to us.
 */
// oxlint-disable-next-line no-control-regex
const BAD_CHARACTER = /[\u0000-\u0008\u000b\u000c\u000e-\u001f\u007f-\u009f\ufffd]/

/** True when the text may hold a fault: one look at a whole row, before its cells are looked at one by one. */
export const isSuspicious = (text: string): boolean =>
  text.length * 3 > LONGEST_CELL_BYTES || BAD_CHARACTER.test(text)

/** What is wrong with the characters of a text, to go on after "The cell" or "The header"; null for nothing. */
export const characterFault = (text: string): string | null => {
  const bad = BAD_CHARACTER.exec(text)?.[0]
  if (bad === undefined) return null
  if (bad === '\ufffd') return 'holds U+FFFD, the sign for a character that was lost'
  const point = (bad.codePointAt(0) ?? 0).toString(16).toUpperCase().padStart(4, '0')
  return `holds the control character U+${point}${point === '0000' ? ' (NUL)' : ''}`
}

export const characterRemedy = (text: string): string =>
  text.includes('\ufffd') ? 'Export again as UTF-8, from the source.' : 'Take it out.'

export const cellFault = (cell: string): CellFault | null => {
  if (cell.length * 3 > LONGEST_CELL_BYTES && Buffer.byteLength(cell) > LONGEST_CELL_BYTES)
    return { code: 'TOO_LONG', message: 'The cell is longer than 64 KiB. Shorten it and send the row again.' }
  const found = characterFault(cell)
  if (found === null) return null
  return { code: 'BAD_CHARACTER', message: `The cell ${found}. ${characterRemedy(cell)}` }
}

/** Keys and names are looked up and indexed: they are short, or they are something else. */
export const LONGEST_NAME = 512
export const LONGEST_URL = 2048

export const nameFault = (cell: string, what: string, longest = LONGEST_NAME): CellFault | null =>
  cell.length <= longest
    ? null
    : { code: 'TOO_LONG', message: `${what} has more than ${longest} characters. Is it in the right column?` }

const SCIENTIFIC = /^[+-]?\d+(?:[.,]\d+)?E[+-]\d+$/i

/** `5.58E+12`: a spreadsheet took an id for a number, and its digits are gone. */
export const spreadsheetFault = (cell: string): CellFault | null =>
  SCIENTIFIC.test(cell)
    ? {
        code: 'SPREADSHEET_DAMAGE',
        message: `${quoted(cell)} is a number as a spreadsheet shortens it; digits are lost. Export again without opening the file in a spreadsheet, or set the column to text.`,
      }
    : null
