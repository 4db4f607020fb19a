import { characterFault, characterRemedy, LONGEST_NAME } from './cell-checks.ts'
import { distinctNames, placeName } from './column-names.ts'
import type { HeaderDifference } from './header-difference.ts'
import { alignHeaders, foldHeader } from './header-difference.ts'
import type { ColumnTemplate } from './template.ts'

/** The last column of the CSVs of rejected rows; imports read past it. */
export const REASON_COLUMN = 'nightdrop_reason'

const MOST_COLUMNS = 1000

export interface HeaderMatch {
  matches: true
  /** How many cells a row has, without the reasons. One that ends with more delimiters has no more. */
  width: number
  /** How many it has at least: columns without a header at the end may be left out. */
  least: number
  /** What each column is called, empty and doubled headers told apart. */
  names: string[]
  /** The place of `nightdrop_reason`, the last named column: the file is one of rejected rows, sent again. */
  reasonAt: number | null
  /**
   * Columns after the agreed ones that are kept, under names that are theirs alone, up to the last that has a header:
   * what a row holds behind it is looked for in that row, or a header of delimiters would cost each row its length.
   */
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

/** Headers become keys and stand in reports: what no cell may hold, none of them may. */
const faultyCells = (header: readonly string[]): string[] =>
  header.flatMap((cell, index) => {
    const long = cell.length > LONGEST_NAME ? `has more than ${LONGEST_NAME} characters` : null
    const found = characterFault(cell)
    if (found === null && long === null) return []
    const remedy = found === null ? 'Is it the header?' : characterRemedy(cell)
    return [`The header of column ${index + 1} (${bounded(cell)}) ${found ?? long}. ${remedy}`]
  })

export const matchHeader = (
  header: readonly string[],
  template: Pick<ColumnTemplate, 'columns' | 'extraColumns'>,
): HeaderMatch | HeaderMismatch => {
  const agreed = template.columns.map(column => column.header)
  const last = header.findLastIndex(name => name.trim() !== '')
  const reasonAt = foldHeader(header[last] ?? '') === REASON_COLUMN ? last : null
  const end = reasonAt ?? header.length
  const fits = agreed.every((name, index) => foldHeader(header[index] ?? '') === foldHeader(name))
  const named = header.slice(0, end).findLastIndex(name => name.trim() !== '') + 1
  const least = Math.max(named, agreed.findLastIndex(name => name.trim() !== '') + 1)
  const tooMany = named > agreed.length && template.extraColumns === 'REJECT'
  const faulty = faultyCells(header.slice(0, MOST_COLUMNS))
  if (!fits || tooMany || end < least || faulty.length > 0)
    return mismatch(agreed, header.slice(0, end), template.extraColumns === 'REJECT', faulty)
  if (named > MOST_COLUMNS) return tooWide(agreed, header.slice(0, named))
  const extras = template.extraColumns === 'KEEP' ? extrasOf(header.slice(0, named), template) : []
  const names = namesOf(header)
  return { matches: true, width: Math.max(end, least), least, names, reasonAt, extras }
}

/** Of a file without a header: the agreed columns by their places. Rows may have more. */
export const matchByPlace = (template: Pick<ColumnTemplate, 'columns'>): HeaderMatch => {
  const width = template.columns.length
  const names = namesOf(template.columns.map(column => column.header))
  return { matches: true, width, least: width, names, reasonAt: null, extras: [] }
}

/** As the file has them, where that tells them apart. */
const namesOf = (header: readonly string[]): string[] =>
  distinctNames(header).map((name, index) => {
    const written = header[index] ?? ''
    return name === written.trim() ? written : name
  })

const extrasOf = (header: readonly string[], template: Pick<ColumnTemplate, 'columns'>) => {
  const agreed = template.columns.length
  const taken = metadataNames(template).map(({ name }) => name)
  return distinctNames(header.slice(agreed), { from: agreed, taken }).map((name, at) => ({
    index: agreed + at,
    name,
  }))
}

/** The keys of the agreed columns that are kept as metadata. */
export const metadataNames = (
  template: Pick<ColumnTemplate, 'columns'>,
): { index: number; name: string }[] => {
  const columns = template.columns.flatMap((column, index) =>
    column.field === 'METADATA' ? [{ index, header: column.header.trim() }] : [],
  )
  const names = distinctNames(columns.map(({ index, header }) => (header === '' ? placeName(index) : header)))
  return columns.map(({ index }, at) => ({ index, name: names[at] ?? placeName(index) }))
}

const mismatch = (
  agreed: string[],
  found: string[],
  extrasCount: boolean,
  faultyCells: string[],
): HeaderMismatch => {
  const columns = alignHeaders(agreed, found.slice(0, MOST_COLUMNS))
  const lastAgreed = columns.findLastIndex(pair => pair.agreed !== null)
  const faulty = columns.filter(
    (pair, index) =>
      pair.verdict !== 'same' && (pair.verdict !== 'extra' || extrasCount || index < lastAgreed),
  )
  const sentences = [...faultyCells, ...faulty.map(pair => `${sentence(pair)}.`)]
  const message = [
    'The header is not the one agreed.',
    ...sentences.slice(0, 10),
    ...(sentences.length > 10 ? [`And ${sentences.length - 10} more.`] : []),
    `Agreed, in this order: ${agreed.map(bounded).join(', ')}.`,
    'Send the file with the agreed columns, or have the template revised.',
  ].join(' ')
  return { matches: false, message, columns, differences: sentences.length }
}

/** The header begins as agreed, and goes on for longer than one may. */
const tooWide = (agreed: string[], found: string[]): HeaderMismatch => ({
  matches: false,
  message: `The header has ${found.length} columns, and no file may have more than ${MOST_COLUMNS}. Leave out those that nobody needs; the ${agreed.length} that are agreed are there.`,
  columns: alignHeaders(agreed, found.slice(0, MOST_COLUMNS)),
  differences: 1,
})

/** Control characters are shown by their signs: `␀` for NUL. */
const visible = (text: string) =>
  // oxlint-disable-next-line no-control-regex
  text.replaceAll(/[\u0000-\u001f]/g, character => String.fromCharCode(0x2400 + character.charCodeAt(0)))

const bounded = (header: string) =>
  `"${visible(header.length > 100 ? `${header.slice(0, 100).replace(/[\uD800-\uDBFF]$/, '')}…` : header.trim())}"`

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
