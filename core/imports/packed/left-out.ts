import { FileRefused, fileProblem, type Problem, problem } from '../problem.ts'
import { named } from './bad-archive.ts'

const EXAMPLES = 3

const examplesOf = (left: readonly string[]) =>
  left.slice(0, EXAMPLES).map(named).join(', ') + (left.length > EXAMPLES ? ', ...' : '')

const details = (left: readonly string[]) => ({ count: left.length, examples: left.slice(0, EXAMPLES) })

/** Beside entries that were taken. */
export const leftOut = (left: readonly string[]): Problem =>
  problem('NO_TEMPLATE', 'ADMIN', {
    message:
      left.length === 1
        ? `One entry is neither named by a column template nor a recording, and nothing becomes of it: ${examplesOf(left)}.`
        : `${left.length} entries are neither named by a column template nor recordings, and nothing becomes of them: ${examplesOf(left)}.`,
    details: details(left),
  })

/** The archive is refused: there was nothing else in it. */
export const nothingTaken = (left: readonly string[]): FileRefused => {
  const found =
    left.length === 0
      ? fileProblem('EMPTY', 'The archive has no file in it. Check the export, and send it again.')
      : fileProblem(
          'NO_TEMPLATE',
          `Nothing in the archive is named by a column template or is a recording: ${examplesOf(left)}. Name its files as a template does, or have a template made for them; then send it again.`,
          { whoseMove: 'ADMIN', details: details(left) },
        )
  return new FileRefused(found, 0)
}
