import type { ContactField } from '../../templates/template.ts'
import type { TimeColumn } from './choose-date.ts'
import { chooseDate } from './choose-date.ts'
import type { ColumnProfile } from './column-profile.ts'
import { agentScore, referenceScore, startScore } from './contact-fields.ts'
import { durationRate } from './duration-rate.ts'
import type { FurtherField } from './further-fields.ts'
import { furtherFields } from './further-fields.ts'
import type { WrittenDuration } from './written-duration.ts'
import { writtenDuration } from './written-duration.ts'
import type { DateHabits } from './written-time.ts'
import { writtenTime } from './written-time.ts'

/** What one column likely is, before formats are settled over all rows. */
export interface Guess {
  column: ColumnProfile
  field: ContactField
  confidence: number
  time: TimeColumn | null
  duration: WrittenDuration | null
}

export interface Guesses {
  byColumn: Guess[]
  times: TimeColumn[]
}

interface Candidate {
  column: ColumnProfile
  score: number
}

/** What score a column needs to be proposed at all. */
const LEAST = { REFERENCE: 0.25, AGENT: 0.36, DURATION: 0.5, further: 0.45 }

/** What each column means: first those that a contact must have, then the rest, each field at most once. */
export const guessColumns = (columns: readonly ColumnProfile[], habits: DateHabits): Guesses => {
  const times = timeColumns(columns, habits)
  const taken = new Map<ColumnProfile, Guess>()
  const take = (column: ColumnProfile, field: ContactField, confidence: number, more: Partial<Guess> = {}) =>
    taken.set(column, { column, field, confidence, time: null, duration: null, ...more })

  const date = chooseDate(times, hasZones(columns))
  if (date !== null) {
    const confidence = confidenceOf(date.score, date.rival)
    const kind = date.day.written.kind === 'moment' ? 'CONTACT_DATE' : 'CONTACT_DAY'
    take(date.day.column, kind, confidence, { time: date.day })
    if (date.time !== null) take(date.time.column, 'CONTACT_TIME', confidence, { time: date.time })
  }
  const isFree = ({ column }: Candidate) => !taken.has(column)
  const pick = (
    field: ContactField,
    candidates: Candidate[],
    least: number,
    more?: (column: ColumnProfile) => Partial<Guess>,
  ) => {
    const [best, next] = candidates.filter(isFree).sort(byScore)
    if (best === undefined || best.score < least) return
    take(best.column, field, confidenceOf(best.score, next?.score ?? 0), more?.(best.column))
  }
  const rated = (rate: (column: ColumnProfile) => number) =>
    columns.map(column => ({ column, score: rate(column) }))
  pick('REFERENCE', rated(referenceScore), LEAST.REFERENCE)
  pick('AGENT', rated(agentScore), LEAST.AGENT)
  const durations = new Map(columns.map(column => [column, writtenDuration(column)]))
  pick(
    'DURATION',
    rated(column => durationRate(column, durations.get(column) ?? null, { date, times, columns })),
    LEAST.DURATION,
    column => ({ duration: durations.get(column) ?? null }),
  )
  pickFurther(columns, taken, take)
  return { times, byColumn: columns.map(column => taken.get(column) ?? rest(column)) }
}

const byScore = (a: Candidate, b: Candidate) => b.score - a.score || a.column.index - b.column.index

/** The strongest claims first, so that a column goes to the field it speaks for most. */
const pickFurther = (
  columns: readonly ColumnProfile[],
  taken: ReadonlyMap<ColumnProfile, Guess>,
  take: (column: ColumnProfile, field: ContactField, confidence: number) => void,
): void => {
  const claims = Object.entries(furtherFields).flatMap(([field, rate]) =>
    columns.map(column => ({ field: field as FurtherField, column, score: rate(column) })),
  )
  const done = new Set<FurtherField>()
  for (const { field, column, score } of claims.sort(byScore)) {
    if (score < LEAST.further || done.has(field) || taken.has(column)) continue
    const rival = claims.find(
      other => other.field === field && other.column !== column && !taken.has(other.column),
    )
    take(column, field, confidenceOf(score, rival?.score ?? 0))
    done.add(field)
  }
}

const rest = (column: ColumnProfile): Guess => {
  const unused = column.filled === 0 && column.header.text === ''
  const ignored = unused || column.header.whole === 'IGNORED'
  return {
    column,
    field: ignored ? 'IGNORED' : 'METADATA',
    confidence: ignored ? 0.9 : 0.6,
    time: null,
    duration: null,
  }
}

const timeColumns = (columns: readonly ColumnProfile[], habits: DateHabits): TimeColumn[] =>
  columns.flatMap(column => {
    const written = writtenTime(column, habits)
    return written === null ? [] : [{ column, written, score: startScore(column, written) }]
  })

/** Rows have time zones of their own. */
const hasZones = (columns: readonly ColumnProfile[]): boolean =>
  columns.some(
    column =>
      column.filled > 0 &&
      column.examples.every(cell =>
        /^[A-Z][A-Za-z_]+\/[A-Za-z_/]+$|^(?:UTC|GMT)?[+-]\d\d?:?\d\d$/.test(cell),
      ),
  )

/**
 * A score is a likelihood as long as no other column speaks for the same field. Only what is said outright, with hardly
 * a rival, is surer than 0.9.
 */
const confidenceOf = (score: number, rival: number): number => {
  const near = score === 0 ? 0 : rival / score
  const confidence = score * (1 - 0.35 * near ** 3)
  const sure = score >= 0.94 && near < 0.6
  return Math.round(Math.min(sure ? 0.97 : 0.9, confidence) * 100) / 100
}
