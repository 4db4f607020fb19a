import { FileRefused, fileProblem } from '../problem.ts'

/** Nothing of the archive is taken. `what` goes on after "The archive". */
export const badArchive = (what: string, advice: string, entry?: string): FileRefused =>
  new FileRefused(
    fileProblem('BAD_ARCHIVE', `The archive ${what}. ${advice}`, {
      details: entry === undefined ? null : { entry },
    }),
    0,
  )

export const archiveTooLarge = (what: string, advice: string, entry?: string): FileRefused =>
  new FileRefused(
    fileProblem('TOO_LARGE', `The archive ${what}. ${advice}`, {
      details: entry === undefined ? null : { entry },
    }),
    0,
  )

/** An entry's name in a message: bounded, and without what a terminal would obey. */
export const named = (entry: string): string =>
  `"${entry
    .slice(0, 200)
    .toWellFormed()
    .replaceAll(/\p{Cc}/gu, '␀')}"`
