import type { ContactField } from '../../templates/template.ts'
import type { CellKind } from './cell-kind.ts'
import type { ColumnProfile } from './column-profile.ts'
import type { FieldRule } from './field-rules.ts'
import { headerScore } from './field-rules.ts'
import type { Concept } from './header-words.ts'

/** The fields that a contact may have beside those it must, and how far a column speaks for each. */
export type FurtherField = Extract<
  ContactField,
  | 'DIRECTION'
  | 'CHANNEL'
  | 'CUSTOMER_PHONE'
  | 'QUEUE'
  | 'CAMPAIGN'
  | 'DISPOSITION'
  | 'EXTERNAL_URL'
  | 'RECORDING'
  | 'SCREEN_RECORDING'
>

export const furtherFields: Readonly<Record<FurtherField, (column: ColumnProfile) => number>> = {
  DIRECTION: column => {
    const words = column.share('direction')
    const said = saidBy(column, 'DIRECTION', 'direction', 0.93)
    return words > 0.6
      ? Math.max(said, column.header.has('kind') ? 0.8 : 0.7)
      : said * (column.distinct <= 6 ? 0.8 : 0.3)
  },
  CHANNEL: column => {
    const words = column.share('channel')
    const said = saidBy(column, 'CHANNEL', 'channel', 0.9)
    if (words > 0.6) return Math.max(said, column.header.has('kind') ? 0.6 : 0.4)
    return (
      said *
      (column.share('endpoint', 'integer', 'code', 'phone') > 0.5 ? 0.1 : column.distinct <= 12 ? 0.6 : 0.1)
    )
  },
  CUSTOMER_PHONE: column => phoneSaid(column) * phoneCells(column),
  QUEUE: column => saidBy(column, 'QUEUE', 'queue', 0.9) * labels(column),
  CAMPAIGN: column => saidBy(column, 'CAMPAIGN', 'campaign', 0.9) * labels(column),
  DISPOSITION: column => saidBy(column, 'DISPOSITION', 'disposition', 0.88) * labels(column),
  EXTERNAL_URL: column => {
    const urls = column.share('url') + (isWeb(column) ? column.share('mediaFile') : 0)
    return urls < 0.6 ? 0 : column.header.has('url') ? 0.85 : 0.7
  },
  RECORDING: column => (isScreen(column) ? 0 : recordingSaid(column)),
  SCREEN_RECORDING: column => (isScreen(column) ? recordingSaid(column) : 0),
}

/** A header of the field's own word, and hardly another one. */
const saidBy = (column: ColumnProfile, field: ContactField, concept: Concept, base: number): number => {
  const { header } = column
  if (header.whole !== null) return header.whole === field ? 0.92 : 0
  const rule: FieldRule = {
    base: ({ has }) => (has(concept) ? base : 0),
    factors: {
      [concept]: 1,
      name: 1,
      contact: 1,
      id: 0.85,
      number: 0.8,
      kind: 0.8,
      otherTime: 0.9,
      partOfName: 0.9,
      start: 0.9,
    },
    foreign: 0.3,
    unknown: 0.75,
  }
  return headerScore(rule, header)
}

const labels = (column: ColumnProfile): number => {
  if (column.filled === 0) return 0.5
  const never: CellKind[] = [
    'moment',
    'day',
    'clock',
    'decimal',
    'url',
    'email',
    'phone',
    'uuid',
    'mediaFile',
    'span',
  ]
  const counted = column.numbers !== null && column.distinct > 30 ? 0.4 : 1
  const flags = column.distinct <= 2 ? 0.7 * column.share('flag') : 0
  return Math.max(0, 1 - 0.9 * column.share(...never) - flags) * counted
}

const phoneSaid = (column: ColumnProfile): number => {
  const { header } = column
  if (header.whole !== null) return header.whole === 'CUSTOMER_PHONE' ? 0.85 : 0
  const rule: FieldRule = {
    base: ({ has }) => {
      if (has('phone')) return has('customer') ? 0.93 : 0.7
      if (has('customer')) return has('number') ? 0.88 : 0.5
      return has('otherParty') ? 0.3 : 0
    },
    factors: {
      phone: 1,
      customer: 1,
      number: 1,
      contact: 1,
      otherParty: 0.5,
      id: 0.6,
      related: 0.7,
      kind: 0.4,
    },
    foreign: 0.25,
    unknown: 0.75,
  }
  return headerScore(rule, header)
}

const phoneCells = (column: ColumnProfile): number => {
  if (column.filled === 0) return 0.4
  const cells = column.cells.filter(Boolean)
  const phones = cells.filter(
    cell => /^(?:tel:)?[+(]?\d(?:[\d ()./-]*\d)?\*?$/.test(cell) && cell.replaceAll(/\D/g, '').length >= 6,
  )
  const share = phones.length / cells.length
  return share > 0.5 ? 1 : share > 0.2 ? 0.6 : 0.15
}

const isWeb = (column: ColumnProfile) => column.examples.some(cell => /^https?:/i.test(cell))

const isScreen = (column: ColumnProfile) =>
  column.header.has('screen') || column.header.whole === 'SCREEN_RECORDING'

const recordingSaid = (column: ColumnProfile): number => {
  const { header } = column
  const media = column.share('mediaFile')
  const named =
    header.whole === 'RECORDING' ||
    header.whole === 'SCREEN_RECORDING' ||
    (header.has('recording') && (header.has('file') || header.has('name') || header.words.length === 1))
  if (media > 0.5) return named || header.has('file') || header.has('recording') ? 0.9 : 0.75
  if (!named || column.share('url', 'flag', 'moment', 'day') > 0.3) return 0
  return column.filled === 0 ? 0.5 : column.distinct > column.filled * 0.5 ? 0.7 : 0.3
}
