import type { HeaderMismatch } from '../../templates/header.ts'
import { matchHeader } from '../../templates/header.ts'
import type { ColumnTemplate } from '../../templates/template.ts'
import type { Problem } from '../problem.ts'
import { fileProblem } from '../problem.ts'
import { inspectHead } from './file-head.ts'
import { delimiterProblem, firstLine, fromHeader, headerProblem, splitLine } from './header-check.ts'

export type Choice<T> =
  | { kind: 'one'; template: T }
  /** No template reads this file: what is wrong with it, or how it differs from the template that is nearest. */
  | { kind: 'none'; problem: Problem; nearest: T | null }
  | { kind: 'ambiguous'; problem: Problem; templates: T[] }

/**
 * Which of the templates whose patterns fit a file reads it: the one whose header it has. When the headers of several
 * fit, since one goes on where another ends, the one that names most of the file's columns does; two of equal length
 * are an ambiguity for a person. `head` is the file's first 64 KiB, or all of it.
 */
export const chooseTemplate = <T extends ColumnTemplate>(
  head: Buffer,
  candidates: readonly T[],
): Choice<T> => {
  const found = inspectHead(head)
  if ('code' in found) return { kind: 'none', problem: found, nearest: null }
  const body = fromHeader(head.subarray(found.skip).toString())
  const { separator } = found
  const open = candidates.filter(template => separator === null || separator === template.dialect.delimiter)
  if (open.length === 0 && separator !== null) return otherSeparator(body, separator, candidates)
  const fitting: T[] = []
  let nearest: Nearest<T> | null = null
  for (const template of open) {
    const match = matchHeader(headerCells(body, template), template)
    if (match.matches) fitting.push(template)
    else if (nearest === null || match.differences < nearest.mismatch.differences)
      nearest = { template, mismatch: match }
  }
  const most = Math.max(...fitting.map(template => template.columns.length))
  const templates = fitting.filter(template => template.columns.length === most)
  const [first] = templates
  if (first === undefined) return none(body, nearest)
  if (templates.length === 1) return { kind: 'one', template: first }
  const names = templates.map(template => template.name)
  return {
    kind: 'ambiguous',
    templates,
    problem: fileProblem(
      'AMBIGUOUS_TEMPLATE',
      `The file's name and header fit several column templates: ${names.map(name => `"${name}"`).join(', ')}. Give their file patterns folders of their own, or retire one.`,
      { whoseMove: 'ADMIN', details: { templates: names } },
    ),
  }
}

interface Nearest<T> {
  template: T
  mismatch: HeaderMismatch
}

const none = <T extends ColumnTemplate>(body: string, nearest: Nearest<T> | null): Choice<T> => {
  if (nearest === null) return { kind: 'none', nearest: null, problem: noTemplate() }
  const { template, mismatch } = nearest
  return { kind: 'none', nearest: template, problem: headerProblem(firstLine(body), mismatch, template) }
}

/** The patterns' templates may have been retired since the file was taken for a contact file. */
const noTemplate = (): Problem =>
  fileProblem(
    'NO_TEMPLATE',
    'No column template in force names this file any more. Make one that does, and have the file sent again.',
    { whoseMove: 'ADMIN' },
  )

/** No template has the delimiter that the file's `sep=` line names: read by it, which one is the file nearest to? */
const otherSeparator = <T extends ColumnTemplate>(
  body: string,
  separator: string,
  candidates: readonly T[],
): Choice<T> => {
  const distance = (template: T) => {
    const match = matchHeader(headerCells(body, template, separator), template)
    return match.matches ? 0 : match.differences
  }
  const [first] = candidates
    .map(template => ({ template, far: distance(template) }))
    .sort((one, other) => one.far - other.far)
  if (first === undefined) return none(body, null)
  const { template } = first
  return { kind: 'none', nearest: template, problem: delimiterProblem(template.dialect.delimiter, separator) }
}

const headerCells = (
  body: string,
  { dialect }: ColumnTemplate,
  delimiter: string = dialect.delimiter,
): string[] =>
  splitLine(body, delimiter, dialect.quote) ??
  splitLine(firstLine(body), delimiter, dialect.quote) ?? [firstLine(body)]
