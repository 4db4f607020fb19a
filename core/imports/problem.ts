/**
 * A problem is something worth saying about a file, in words that can be forwarded as they are. Codes never change
 * their meaning; `docs/errors.md` has a paragraph for each.
 */
export interface Problem {
  code: string
  message: string
  whoseMove: WhoseMove
  /** From 1, the header not counted. */
  row: number | null
  /** From 1. */
  column: number | null
  /** Depends on the code: for HEADER_MISMATCH the columns side by side, for row faults a count and examples. */
  details: Details | null
}

/** Whoever must act next. OURS: tried again by itself, nothing kept twice. */
export type WhoseMove = 'SENDER' | 'ADMIN' | 'STAFF' | 'OURS'

export type Details = { [name: string]: Json }
export type Json = string | number | boolean | null | Json[] | { [name: string]: Json }

/** Why a whole file is refused. Nothing of it is kept. */
export type FileFault =
  | 'EMPTY'
  | 'NO_ROWS'
  | 'HEADER_MISMATCH'
  | 'ENCODING_MISMATCH'
  | 'DIALECT_MISMATCH'
  | 'NOT_CSV'
  | 'TOO_MANY_REJECTED'
  | 'TOO_LARGE'
  | 'AMBIGUOUS_TEMPLATE'
  | 'NO_TEMPLATE'
  | 'UNREADABLE'
  | 'BAD_ARCHIVE'

export const fileProblem = (code: FileFault, message: string, more: Partial<Problem> = {}): Problem => ({
  code,
  message,
  whoseMove: 'SENDER',
  row: null,
  column: null,
  details: null,
  ...more,
})

/** What waits for somebody beside the rows of a file. */
export const problem = (
  code: string,
  whoseMove: WhoseMove,
  { message, details }: Pick<Problem, 'message' | 'details'>,
): Problem => ({ code, message, whoseMove, row: null, column: null, details })

/** The file's fault, not ours: the import ends REFUSED with this problem. `rowsRead` rows had been read by then. */
export class FileRefused extends Error {
  override readonly name = 'FileRefused'
  readonly problem: Problem
  readonly rowsRead: number

  constructor(problem: Problem, rowsRead: number) {
    super(problem.message)
    this.problem = problem
    this.rowsRead = rowsRead
  }
}
