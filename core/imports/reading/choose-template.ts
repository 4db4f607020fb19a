import type { HeaderMismatch } from '../../templates/header.ts'
import { matchHeader } from '../../templates/header.ts'
import type { ColumnTemplate } from '../../templates/template.ts'
import type { Problem } from '../problem.ts'
import { fileProblem } from '../problem.ts'
import { inspectHead } from './file-head.ts'
import { headerProblem, splitLine } from './header-check.ts'

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
  const body = head.subarray(found.skip).toString()
  const fitting: T[] = []
  let nearest: { template: T; mismatch: HeaderMismatch } | null = null
  for (const template of candidates) {
    const cells = headerCells(body, template)
    const match = matchHeader(cells, template)
    if (match.matches && (found.separator ?? template.dialect.delimiter) === template.dialect.delimiter)
      fitting.push(template)
    else if (!match.matches && (nearest === null || match.differences < nearest.mismatch.differences))
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

const none = <T extends ColumnTemplate>(
  body: string,
  nearest: { template: T; mismatch: HeaderMismatch } | null,
): Choice<T> => {
  if (nearest === null)
    return {
      kind: 'none',
      nearest: null,
      problem: fileProblem('HEADER_MISMATCH', 'No column template reads this file.', { whoseMove: 'ADMIN' }),
    }
  const { template, mismatch } = nearest
  return { kind: 'none', nearest: template, problem: headerProblem(firstLine(body), mismatch, template) }
}

const firstLine = (body: string) => /^[\r\n]*([^\r\n]*)/.exec(body)?.[1] ?? ''

const headerCells = (body: string, template: ColumnTemplate): string[] => {
  const { delimiter, quote } = template.dialect
  return (
    splitLine(body, delimiter, quote) ?? splitLine(firstLine(body), delimiter, quote) ?? [firstLine(body)]
  )
}
