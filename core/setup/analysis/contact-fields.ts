import type { ContactField } from '../../templates/template.ts'
import type { ColumnProfile } from './column-profile.ts'
import { agentRule, durationRule, headerScore, referenceRule, startRule } from './field-rules.ts'
import type { HeaderReading } from './read-header.ts'
import type { WrittenDuration } from './written-duration.ts'
import type { WrittenTime } from './written-time.ts'

/**
 * How far each column speaks for being the reference, the agent, a time of the contact's start, or its duration: its
 * header, times what its cells leave of that.
 */

/** A header that means another field as a whole says nothing about this one. */
const wholly = (header: HeaderReading, field: ContactField, sure: number): number | null => {
  if (header.whole === field) return sure
  return header.whole === null ? null : 0
}

export const referenceScore = (column: ColumnProfile): number => {
  const { header, index } = column
  const said = wholly(header, 'REFERENCE', 0.95) ?? headerScore(referenceRule, header)
  const cells =
    referenceCells(column) * (header.has('id') || header.whole !== null ? 1 : numberedCells(column))
  if (header.words.length === 0) return bareReference(column)
  // The id of the row itself: what other ids stand beside it are other things'.
  const own = index === 0 && header.words.length === 1 && header.has('id') ? 0.12 : 0
  const score = Math.min(0.97, said + (said > 0 ? own : 0)) * cells
  return score < 0.25 && saysNothing(header) ? Math.max(score, likeAnId(column)) : score
}

/** No word of the header is one of the trade's, but perhaps one for an id or a number of something unknown. */
export const saysNothing = ({ whole, words }: HeaderReading): boolean =>
  whole === null &&
  words.every(({ concepts }) =>
    [...concepts].every(concept => concept === 'id' || concept === 'number' || concept === 'otherParty'),
  )

/** What is different in each row, and looks like nothing but an id, is one for want of a better. */
const likeAnId = (column: ColumnProfile): number => {
  if (column.filled < 5 || column.filled < column.rows * 0.9 || column.distinct < column.filled) return 0
  if (column.share('uuid', 'hex', 'epochId') > 0.9) return 0.36
  return column.index === 0 && column.monotonous && column.numbers?.whole === 1 ? 0.3 : 0
}

/** Without a header only ids that look like nothing else are taken for references. */
const bareReference = (column: ColumnProfile): number => {
  if (column.filled < column.rows * 0.9 || column.distinct < column.filled * 0.8) return 0
  const unique = column.distinct === column.filled ? 1 : 0.85
  if (column.share('epochId') > 0.9) return 0.72 * unique
  if (column.share('uuid') > 0.9) return 0.68 * unique
  if (column.share('hex') > 0.9) return 0.5 * unique
  if (column.monotonous && column.numbers !== null && column.numbers.whole === 1) return 0.42
  return column.examples.every(cell => /^(?=.*[a-z])(?=.*\d)[\w.:-]{4,40}$/i.test(cell)) ? 0.36 * unique : 0
}

/** "Number" alone is a count of rows or a phone's. */
const numberedCells = ({ numbers, monotonous, header, distinct, filled }: ColumnProfile): number => {
  if (numbers === null || monotonous || !header.has('number')) return 1
  if (numbers.median >= 1e8) return 0.3
  return distinct === filled && header.has('contact') ? 1 : numbers.median >= 1e6 ? 0.4 : 0.8
}

const referenceCells = (column: ColumnProfile): number => {
  if (column.filled === 0) return column.rows === 0 ? 1 : 0.2
  const filled = column.filled < column.rows * 0.5 ? 0.6 : 1
  const kinds =
    1 -
    0.75 * column.share('moment', 'day', 'clock', 'name', 'url', 'span', 'channel') -
    0.9 * column.share('direction') -
    0.6 * column.share('phone', 'email', 'decimal') -
    (column.distinct <= 2 && column.filled >= 5 ? 0.7 * column.share('flag') : 0)
  const variety = column.distinct / column.filled
  const varied = column.filled < 5 || variety > 0.9 ? 1 : variety > 0.25 ? 0.95 : variety > 0.05 ? 0.6 : 0.3
  return Math.max(0.05, kinds) * filled * varied
}

export const agentScore = (column: ColumnProfile): number => {
  const { header } = column
  if (/\buser agents?\b/.test(header.words.map(({ word }) => word).join(' '))) return 0
  const said = wholly(header, 'AGENT', 0.9) ?? headerScore(agentRule, header)
  if (said > 0) return said * agentCells(column)
  return header.whole === null && isStaffEmail(column) ? 0.42 : 0
}

/** Addresses that come again and again are those of the people who work there; customers' do not. */
const isStaffEmail = (column: ColumnProfile): boolean =>
  column.header.words.every(({ concepts }) => concepts.has('email')) &&
  column.share('email') > 0.9 &&
  column.filled >= 20 &&
  column.distinct < column.filled * 0.5

const agentCells = (column: ColumnProfile): number => {
  if (column.filled === 0) return column.rows === 0 ? 1 : 0.25
  const wrong =
    0.95 * column.share('moment', 'day', 'clock', 'span', 'direction', 'channel') +
    0.8 * column.share('url', 'mediaFile', 'decimal', 'endpoint', 'address') +
    (column.distinct <= 2 ? 0.9 * column.share('flag') : 0) +
    0.5 * column.share('phone') +
    0.15 * column.share('uuid')
  const digits = column.numbers !== null && column.numbers.median >= 1e8 ? 0.6 : 1
  const each = column.filled >= 20 && column.distinct === column.filled ? 0.6 : 1
  return Math.max(0.02, 1 - wrong) * digits * each
}

export const startScore = (column: ColumnProfile, written: WrittenTime): number => {
  const { header } = column
  const said =
    header.words.length === 0
      ? 0.5
      : Math.max(
          header.whole === 'CONTACT_DATE' ? 0.94 : 0,
          headerScore(startRule, header),
          // Dates under a header that says nothing of them are some date of the contact, if there is no better one.
          written.kind === 'clock' || header.has('otherTime') ? 0.05 : 0.3,
        )
  const filled = column.rows === 0 ? 1 : column.filled / column.rows
  const time = written.kind === 'clock' ? timeOfDay(column) : 1
  return said * time * (filled > 0.9 ? 1 : filled > 0.5 ? 0.85 : 0.4)
}

export const durationScore = (column: ColumnProfile, written: WrittenDuration): number => {
  const { header } = column
  if (header.whole !== null && header.whole !== 'DURATION' && header.whole !== 'CONTACT_DATE') return 0
  const said = Math.max(
    header.whole === 'DURATION' ? (header.has('talk') ? 0.76 : 0.82) : 0,
    headerScore(durationRule, header),
  )
  // "Call time" may be the time of day or how long the call took: the cells tell.
  const either =
    column.share('clock') > 0.5 && !header.has('duration') && headerScore(startRule, header) > 0.5
  return said * written.fit * (either ? 1 - 0.85 * Math.max(0, (timeOfDay(column) - 0.2) / 0.8) : 1)
}

/**
 * Whether `h:mm:ss` are times of the day rather than lengths: people are called in working hours, and hardly a call
 * takes hours. From 0.2 for lengths to 1 for times.
 */
export const timeOfDay = (column: ColumnProfile): number => {
  const cells = column.cells.filter(Boolean)
  if (cells.some(cell => /[ap]\.?m\.?$/i.test(cell))) return 1
  const byDay = cells.filter(cell => /(?:^|[T ])(?:0?[5-9]|1\d|2[0-3])[:.h]\d\d/.test(cell)).length
  const share = cells.length === 0 ? 1 : byDay / cells.length
  // Minutes and seconds look like hours and minutes, but do not keep to working hours.
  if (column.times.shapes()[0]?.shape === '9:9') return share > 0.9 ? 0.95 : 0.6
  return share >= 0.5 ? 1 : share < 0.1 ? 0.2 : 0.6
}
