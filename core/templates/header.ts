import { characterFault, characterRemedy, LONGEST_NAME } from './cell-checks.ts'
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

/**
 * Headers that are empty or come again get a name of their own: `column 7`, `Note (2)`. A name that stands in the file
 * as it is belongs to the first column that has it.
 */
const extraNames = (header: readonly string[], agreed: number, end: number, taken: readonly string[]) => {
  const written = header.slice(agreed, end).map(name => name.trim())
  const reserved = new Set([...taken, ...written])
  const used = new Set(taken)
  return written.map((plain, at) => {
    const index = agreed + at
    let name = plain === '' ? `column ${index + 1}` : plain
    if (used.has(name) || (plain === '' && reserved.has(name))) {
      const base = name
      for (let count = 2; used.has(name) || reserved.has(name); count++) name = `${base} (${count})`
    }
    used.add(name)
    return { index, name }
  })
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
  const last = header.at(-1)
  const hasReason = last !== undefined && foldHeader(last) === REASON_COLUMN
  const end = hasReason ? header.length - 1 : header.length
  const fits = agreed.every((name, index) => foldHeader(header[index] ?? '') === foldHeader(name))
  const tooMany = end > agreed.length && (template.extraColumns === 'REJECT' || end > MOST_COLUMNS)
  const faulty = faultyCells(header.slice(0, MOST_COLUMNS))
  if (!fits || tooMany || end < agreed.length || faulty.length > 0)
    return mismatch(agreed, header.slice(0, end), template.extraColumns === 'REJECT', faulty)
  const keep = template.extraColumns === 'KEEP'
  const extras = keep ? extraNames(header, agreed.length, end, metadataNames(template)) : []
  return { matches: true, width: header.length, hasReason, extras }
}

const metadataNames = (template: Pick<ColumnTemplate, 'columns'>) =>
  template.columns.filter(column => column.field === 'METADATA').map(column => column.header.trim())

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
