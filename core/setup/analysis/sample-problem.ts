import type { Problem, WhoseMove } from '../../imports/problem.ts'

/** What a sample may have that somebody must look at. `docs/errors.md` has a paragraph for each. */
export type SampleProblemCode =
  | 'NOT_ANALYSED'
  | 'UNKNOWN_ENCODING'
  | 'GUESSED_ENCODING'
  | 'GARBLED_TEXT'
  | 'ONE_LINE'
  | 'NO_DELIMITER'
  | 'PREAMBLE'
  | 'NO_HEADER'
  | 'TWO_HEADER_LINES'
  | 'UNCLEAR_HEADERS'
  | 'STRAY_QUOTES'
  | 'TRAILING_DELIMITERS'
  | 'UNEVEN_ROWS'
  | 'TOTALS_AT_END'
  | 'NO_CONTACTS'
  | 'NO_REFERENCE'
  | 'NO_AGENT'
  | 'AGENT_BY_DIRECTION'
  | 'NO_DATE'
  | 'AMBIGUOUS_DATE'
  | 'MIXED_DATE_ORDERS'
  | 'UNREADABLE_DATE'
  | 'TIME_ZONE_STATED'
  | 'AMBIGUOUS_DURATION'
  | 'DUPLICATE_REFERENCES'
  | 'AGENTS_BY_NAME'
  | 'UNKNOWN_AGENTS'

export const problem = (
  code: SampleProblemCode | 'SPREADSHEET_DAMAGE',
  whoseMove: WhoseMove,
  message: string,
  more: Partial<Pick<Problem, 'row' | 'column' | 'details'>> = {},
): Problem => ({ code, message, whoseMove, row: null, column: null, details: null, ...more })
