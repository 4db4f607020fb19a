import type { HeaderMismatch } from '../../templates/header.ts'
import { matchHeader } from '../../templates/header.ts'
import type { ColumnTemplate } from '../../templates/template.ts'
import type { Problem } from '../problem.ts'
import { fileProblem } from '../problem.ts'
import { headDecodingProblem } from './encoding-check.ts'
import { blankProblem } from './file-head.ts'
import { behindLines, delimiterProblem, firstLine, fromHeader, headerProblem } from './header-check.ts'
import { noRowsProblem } from './no-rows.ts'
import type { Candidate, Choice } from './template-choice.ts'

/** The candidate whose header differs least from the file's, and how. */
export interface Nearest<T extends ColumnTemplate> extends Candidate<T> {
  mismatch: HeaderMismatch
}

/** What is said of a file that no template reads. */
export const noTemplateReads = <T extends ColumnTemplate>(
  head: Buffer,
  candidates: readonly Candidate<T>[],
  nearest: Nearest<T> | null,
): Choice<T> => {
  const none = (problem: Problem): Choice<T> => ({
    kind: 'none',
    nearest: nearest?.template ?? null,
    problem,
  })
  const [first] = candidates
  if (first === undefined) return none(noTemplateProblem())
  if (candidates.every(({ records }) => records.length === 0)) return none(emptyProblem(candidates))
  const templates = candidates.map(({ template }) => template)
  const foreign = undecodable(templates, head)
  if (foreign !== null) return foreign
  if (nearest !== null) {
    const { template, head, mismatch } = nearest
    const line = firstLine(fromHeader(behindLines(head.text, template.dialect.skipLines)))
    return none(headerProblem(line, mismatch, template))
  }
  // Its reader says what is wrong with each row.
  if (candidates.length === 1) return { kind: 'one', template: first.template }
  return ambiguous(
    templates,
    'The name of the file, which has no header, fits several column templates, and most of its first rows are rows of none of them',
  )
}

/** When the bytes are of the encoding of none: UTF-8 says best which they are. */
export const undecodable = <T extends ColumnTemplate>(
  templates: readonly T[],
  head: Buffer,
): Choice<T> | null => {
  const problems = templates.map(({ dialect }) => headDecodingProblem(head, dialect.encoding))
  const at = Math.max(
    0,
    templates.findIndex(({ dialect }) => dialect.encoding === 'UTF_8'),
  )
  const [nearest, problem] = [templates[at], problems[at]]
  if (nearest === undefined || problem === undefined || problem === null || problems.includes(null))
    return null
  return { kind: 'none', nearest, problem }
}

/** `words` say in what they are alike. */
export const ambiguous = <T extends ColumnTemplate>(templates: T[], words: string): Choice<T> => {
  const names = templates.map(template => template.name).sort()
  const message = `${words}: ${names.map(name => `"${name}"`).join(', ')}. Give their file patterns folders of their own, or retire one.`
  const more = { whoseMove: 'ADMIN', details: { templates: names } } as const
  return { kind: 'ambiguous', templates, problem: fileProblem('AMBIGUOUS_TEMPLATE', message, more) }
}

/** Nothing but delimiters, or nothing behind the lines that are skipped. */
const emptyProblem = (candidates: readonly Candidate<ColumnTemplate>[]): Problem => {
  const [first] = candidates
  const skips = candidates.every(({ template }) => template.dialect.skipLines > 0)
  return first !== undefined && skips ? noRowsProblem(first.template.dialect) : blankProblem()
}

/** The patterns' templates may have been retired since the file was taken for a contact file. */
const noTemplateProblem = (): Problem =>
  fileProblem(
    'NO_TEMPLATE',
    'No column template in force names this file any more. Make one that does, and have the file sent again.',
    { whoseMove: 'ADMIN' },
  )

/** No template has the delimiter that the file's `sep=` line names: read by it, which one is the file nearest to? */
export const otherSeparator = <T extends ColumnTemplate>(
  candidates: readonly Candidate<T>[],
  separator: string,
): Choice<T> => {
  const distance = ({ template, records }: Candidate<T>) => {
    const match = matchHeader(records[0] ?? [], template)
    return match.matches ? 0 : match.differences
  }
  const [nearest] = candidates.toSorted((one, other) => distance(one) - distance(other))
  return {
    kind: 'none',
    nearest: nearest?.template ?? null,
    problem: delimiterProblem(nearest?.template.dialect.delimiter ?? ',', separator),
  }
}
