import type { HeaderDifference } from './header-difference.ts'
import { alignHeaders, foldHeader } from './header-difference.ts'
import type { ColumnTemplate } from './template.ts'

/** The last column of the CSVs of rejected rows; imports read past it. */
export const REASON_COLUMN = 'nightdrop_reason'

const MOST_COLUMNS = 1000

export interface HeaderMatch {
  matches: true
  /** How many cells a row has. */
  width: number
  /** The last column is `nightdrop_reason`: the file is one of rejected rows, sent again. */
  hasReason: boolean
  /** Columns after the agreed ones that are kept, under names that are theirs alone. */
  extras: { index: number; name: string }[]
}

export interface HeaderMismatch {
  matches: false
  /** In words to forward. */
  message: string
  /** All columns side by side, also those that fit. */
  columns: HeaderDifference[]
  /** How many columns do not fit. */
  differences: number
}

/** Headers that are empty or come again get a name of their own: `column 7`, `Note (2)`. */
const extraNames = (header: readonly string[], agreed: number, end: number, taken: Iterable<string>) => {
  const used = new Set(taken)
  const extras: { index: number; name: string }[] = []
  for (let index = agreed; index < end; index++) {
    const plain = header[index]?.trim() || `column ${index + 1}`
    let name = plain
    for (let count = 2; used.has(name); count++) name = `${plain} (${count})`
    used.add(name)
    extras.push({ index, name })
  }
  return extras
}

export const matchHeader = (
  header: readonly string[],
  template: Pick<ColumnTemplate, 'columns' | 'extraColumns'>,
): HeaderMatch | HeaderMismatch => {
  const agreed = template.columns.map(column => column.header)
  const last = header.at(-1)
  const hasReason = last !== undefined && foldHeader(last) === REASON_COLUMN
  const end = hasReason ? header.length - 1 : header.length
  const fits = agreed.every((name, index) => foldHeader(header[index] ?? '') === foldHeader(name))
  const tooMany = end > agreed.length && (template.extraColumns === 'REJECT' || end > MOST_COLUMNS)
  if (!fits || tooMany || end < agreed.length)
    return mismatch(agreed, header.slice(0, end), template.extraColumns === 'REJECT')
  const keep = template.extraColumns === 'KEEP'
  const extras = keep ? extraNames(header, agreed.length, end, metadataNames(template)) : []
  return { matches: true, width: header.length, hasReason, extras }
}

const metadataNames = (template: Pick<ColumnTemplate, 'columns'>) =>
  template.columns.filter(column => column.field === 'METADATA').map(column => column.header.trim())

const mismatch = (agreed: string[], found: string[], extrasCount: boolean): HeaderMismatch => {
  const columns = alignHeaders(agreed, found.slice(0, MOST_COLUMNS))
  const lastAgreed = columns.findLastIndex(pair => pair.agreed !== null)
  const faulty = columns.filter(
    (pair, index) =>
      pair.verdict !== 'same' && (pair.verdict !== 'extra' || extrasCount || index < lastAgreed),
  )
  const message = [
    'The header is not the one agreed.',
    ...faulty.slice(0, 10).map(pair => `${sentence(pair)}.`),
    ...(faulty.length > 10 ? [`And ${faulty.length - 10} more.`] : []),
    `Agreed, in this order: ${agreed.map(bounded).join(', ')}.`,
    'Send the file with the agreed columns, or have the template revised.',
  ].join(' ')
  return { matches: false, message, columns, differences: faulty.length }
}

const bounded = (header: string) => `"${header.length > 100 ? `${header.slice(0, 100)}…` : header.trim()}"`

const sentence = (pair: HeaderDifference): string => {
  const agreed = bounded(pair.agreed ?? '')
  const found = bounded(pair.found ?? '')
  switch (pair.verdict) {
    case 'missing':
      return `Column ${pair.position} ${agreed} is missing`
    case 'renamed':
      return `Column ${pair.position} should be ${agreed} and is ${found}`
    case 'moved':
      return `Column ${pair.position} ${agreed} stands at place ${pair.foundAt} instead`
    case 'extra':
      return `Column ${found} at place ${pair.foundAt} is not agreed there`
    case 'same':
      return `Column ${pair.position} is ${agreed}`
  }
}
