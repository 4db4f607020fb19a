import type { HeaderMismatch } from '../../templates/header.ts'
import { matchByPlace, matchHeader } from '../../templates/header.ts'
import type { ColumnTemplate, Dialect } from '../../templates/template.ts'
import type { Problem } from '../problem.ts'
import { fileProblem } from '../problem.ts'
import { headDecodingProblem } from './encoding-check.ts'
import type { FileHead } from './file-head.ts'
import { HEAD_BYTES, inspectHead } from './file-head.ts'
import { headRecords } from './head-records.ts'
import { behindLines, delimiterProblem, firstLine, fromHeader, headerProblem } from './header-check.ts'
import { compileRowReader } from './row-reader.ts'

export type Choice<T> =
  | { kind: 'one'; template: T }
  /** No template reads this file: what is wrong with it, or how it differs from the template that is nearest. */
  | { kind: 'none'; problem: Problem; nearest: T | null }
  | { kind: 'ambiguous'; problem: Problem; templates: T[] }

/**
 * Which of the templates whose patterns fit a file reads it: the one whose header it has. When the headers of several
 * fit, those are left whose encoding its bytes are of; and, since one header goes on where another ends, the one that
 * names most of the file's columns. Two of equal length are an ambiguity for a person. `head` is the file's first 64 KiB, or all of it.
 */
export const chooseTemplate = <T extends ColumnTemplate>(
  head: Buffer,
  candidates: readonly T[],
): Choice<T> => {
  const whole = head.length < HEAD_BYTES
  const heads = candidates.map(template => ({ template, head: inspectHead(head, template.dialect.encoding) }))
  const readable = heads.flatMap(({ template, head }) => ('code' in head ? [] : [{ template, head }]))
  const [unread] = heads
  if (readable.length === 0 && unread !== undefined && 'code' in unread.head)
    return { kind: 'none', problem: unread.head, nearest: null }
  const open = readable.filter(
    ({ template, head }) => head.separator === null || head.separator === template.dialect.delimiter,
  )
  if (open.length === 0 && readable.length > 0) return otherSeparator(readable, whole)
  const fitting: T[] = []
  let nearest: Nearest<T> | null = null
  for (const { template, head } of open) {
    const cells = firstRecord(head, template.dialect, whole)
    if (!template.dialect.hasHeader) {
      if (looksLikeRow(cells, template)) fitting.push(template)
      continue
    }
    const match = matchHeader(cells, template)
    if (match.matches) fitting.push(template)
    else if (nearest === null || match.differences < nearest.mismatch.differences)
      nearest = { template, head, mismatch: match }
  }
  const decoding = fitting.filter(({ dialect }) => headDecodingProblem(head, dialect.encoding) === null)
  // Where none decodes, the reader of the one chosen says from which line on.
  const left = decoding.length > 0 ? decoding : fitting
  const most = Math.max(...left.map(template => template.columns.length))
  const templates = left.filter(template => template.columns.length === most)
  const [first] = templates
  if (first === undefined) return none(nearest, open)
  if (templates.length === 1) return { kind: 'one', template: first }
  const names = templates.map(template => template.name).sort()
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

interface Readable<T> {
  template: T
  head: FileHead
}

interface Nearest<T> extends Readable<T> {
  mismatch: HeaderMismatch
}

const firstRecord = (head: FileHead, dialect: Dialect, whole: boolean): string[] =>
  headRecords(head.text, dialect, { most: 1, whole })[0] ?? []

/** Without a header, the first row decides: it has the agreed columns, and they hold what was agreed. */
const looksLikeRow = (cells: string[], template: ColumnTemplate): boolean =>
  compileRowReader(template, matchByPlace(template)).accepts(cells)

const none = <T extends ColumnTemplate>(
  nearest: Nearest<T> | null,
  withoutHeader: readonly Readable<T>[],
): Choice<T> => {
  if (nearest !== null) {
    const { template, head, mismatch } = nearest
    const line = firstLine(fromHeader(behindLines(head.text, template.dialect.skipLines)))
    return { kind: 'none', nearest: template, problem: headerProblem(line, mismatch, template) }
  }
  // Its reader says what is wrong with each row.
  const [only] = withoutHeader
  if (only !== undefined) return { kind: 'one', template: only.template }
  return { kind: 'none', nearest: null, problem: noTemplate() }
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
  readable: readonly Readable<T>[],
  whole: boolean,
): Choice<T> => {
  const distance = ({ template, head }: Readable<T>) => {
    const dialect = { ...template.dialect, delimiter: head.separator ?? ',' }
    const match = matchHeader(firstRecord(head, dialect, whole), template)
    return match.matches ? 0 : match.differences
  }
  const [first] = readable
    .map(one => ({ ...one, far: distance(one) }))
    .sort((one, other) => one.far - other.far)
  if (first === undefined) return none<T>(null, [])
  const { template, head } = first
  return {
    kind: 'none',
    nearest: template,
    problem: delimiterProblem(template.dialect.delimiter, head.separator ?? ','),
  }
}
