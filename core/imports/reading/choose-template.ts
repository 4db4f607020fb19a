import { matchHeader } from '../../templates/header.ts'
import type { ColumnTemplate } from '../../templates/template.ts'
import { headDecodingProblem } from './encoding-check.ts'
import type { FileHead } from './file-head.ts'
import { HEAD_BYTES, inspectHead } from './file-head.ts'
import { headRecords } from './head-records.ts'
import type { Nearest } from './no-template.ts'
import { ambiguous, noTemplateReads, otherSeparator, undecodable } from './no-template.ts'
import { areRowsOf } from './rows-of.ts'
import type { Candidate, Choice } from './template-choice.ts'

/**
 * Which of the templates whose patterns fit a file reads it: the one whose header it has; or, where it has none of
 * theirs, the one without a header whose rows its first records are. When several fit, those are left whose encoding
 * its bytes are of; and, since one header goes on where another ends, the one that names most of the file's columns.
 * Two of equal length are an ambiguity for a person. `head` is the file's first 64 KiB, or all of it.
 */
export const chooseTemplate = <T extends ColumnTemplate>(
  head: Buffer,
  templates: readonly T[],
): Choice<T> => {
  const heads = templates.map(template => ({ template, head: inspectHead(head, template.dialect.encoding) }))
  const readable = heads.flatMap(({ template, head }) => ('code' in head ? [] : [{ template, head }]))
  const [unread] = heads
  if (readable.length === 0 && unread !== undefined && 'code' in unread.head)
    return { kind: 'none', problem: unread.head, nearest: null }
  const whole = head.length < HEAD_BYTES
  const candidates = readable.map(({ template, head }) => ({
    template,
    head,
    records: recordsOf(head, template, whole),
  }))
  const open = candidates.filter(
    ({ template, head }) => head.separator === null || head.separator === template.dialect.delimiter,
  )
  const separator = candidates[0]?.head.separator ?? null
  if (open.length === 0 && separator !== null) return otherSeparator(candidates, separator)
  const { fitting, nearest } = byHeader(open)
  if (fitting.length > 0) return oneOf(fitting, head, 'header')
  const byRows = open.filter(
    ({ template, records }) =>
      !template.dialect.hasHeader && areRowsOf(records, template, nearest?.mismatch ?? null),
  )
  if (byRows.length > 0) return oneOf(byRows, head, 'first rows')
  return noTemplateReads(head, open, nearest)
}

/** Records that are looked at: the header, and rows where there is none. */
const LOOKED_AT = 20

/** Read by the delimiter that a `sep=` line names, which is the agreed one or told to be another. */
const recordsOf = (head: FileHead, { dialect }: ColumnTemplate, whole: boolean): string[][] =>
  headRecords(
    head.text,
    { ...dialect, delimiter: head.separator ?? dialect.delimiter },
    { most: LOOKED_AT, whole },
  )

const byHeader = <T extends ColumnTemplate>(candidates: readonly Candidate<T>[]) => {
  const fitting: Candidate<T>[] = []
  let nearest: Nearest<T> | null = null
  for (const candidate of candidates) {
    if (!candidate.template.dialect.hasHeader) continue
    const match = matchHeader(candidate.records[0] ?? [], candidate.template)
    if (match.matches) fitting.push(candidate)
    else if (nearest === null || match.differences < nearest.mismatch.differences)
      nearest = { ...candidate, mismatch: match }
  }
  return { fitting, nearest }
}

const oneOf = <T extends ColumnTemplate>(
  fitting: readonly Candidate<T>[],
  head: Buffer,
  what: 'header' | 'first rows',
): Choice<T> => {
  const all = fitting.map(({ template }) => template)
  const decoding = all.filter(({ dialect }) => headDecodingProblem(head, dialect.encoding) === null)
  const left = longest(decoding.length > 0 ? decoding : all)
  const [first] = left
  // Where it does not decode, its reader says from which line on.
  if (first !== undefined && left.length === 1) return { kind: 'one', template: first }
  return (
    undecodable(left, head) ?? ambiguous(left, `The file's name and ${what} fit several column templates`)
  )
}

const longest = <T extends ColumnTemplate>(templates: readonly T[]): T[] => {
  const most = Math.max(...templates.map(template => template.columns.length))
  return templates.filter(template => template.columns.length === most)
}
