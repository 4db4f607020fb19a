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

/** Of a refused archive that had been unpacked in part before, by a try that failed or another import of it. */
export const beside = ({ problem, rowsRead }: FileRefused, taken: number): FileRefused =>
  new FileRefused(
    {
      ...problem,
      message: `${problem.message} ${taken} of the files in it were taken before, and stay.`,
      details: { ...problem.details, taken },
    },
    rowsRead,
  )

/** An entry's name in a message: bounded, and without what a terminal would obey. */
export const named = (entry: string): string =>
  `"${entry
    .slice(0, 200)
    .toWellFormed()
    .replaceAll(/\p{Cc}/gu, '␀')}"`
