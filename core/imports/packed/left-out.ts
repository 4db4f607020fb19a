import { FileRefused, fileProblem, type Problem, problem } from '../problem.ts'
import { named } from './bad-archive.ts'

const EXAMPLES = 3

const isCsv = (name: string) => /\.csv$/i.test(name)

const examplesOf = (left: readonly string[]) =>
  left.slice(0, EXAMPLES).map(named).join(', ') + (left.length > EXAMPLES ? ', ...' : '')

const details = (left: readonly string[]) => ({
  count: left.length,
  csvs: left.filter(isCsv).length,
  examples: left.slice(0, EXAMPLES),
})

/** Beside entries that were taken. CSVs are named first: somebody expects their rows. */
export const leftOut = (names: readonly string[]): Problem => {
  const left = [...names.filter(isCsv), ...names.filter(name => !isCsv(name))]
  const what =
    left.length === 1
      ? 'One entry is neither named by a column template nor a recording, and nothing becomes of it'
      : `${left.length} entries are neither named by a column template nor recordings, and nothing becomes of them`
  const remedy = left.some(isCsv)
    ? " Make a template that names the CSV, or change a template's pattern, and import the archive again: what was left out is unpacked then."
    : ''
  return problem('NO_TEMPLATE', 'ADMIN', {
    message: `${what}: ${examplesOf(left)}.${remedy}`,
    details: details(left),
  })
}

/** Something was left in the archive, and may be named by a template since. */
export const hasLeftOut = (problems: readonly Partial<Problem>[]): boolean =>
  problems.some(({ code }) => code === 'NO_TEMPLATE')

/** Among it a CSV, so that rows are missing. */
export const hasLeftCsv = (problems: readonly Problem[]): boolean =>
  problems.some(({ code, details: found }) => code === 'NO_TEMPLATE' && Number(found?.['csvs'] ?? 0) > 0)

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
