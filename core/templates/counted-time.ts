import type { TimeParser } from './calendar.ts'
import { DAY_MS, YEARS } from './calendar.ts'

/** Dates written as one number. What they count from, and in what, is the template's to say: it cannot be guessed. */
export const countedFormats = ['EPOCH_SECONDS', 'EPOCH_MILLISECONDS', 'SPREADSHEET_DAYS'] as const
export type CountedFormat = (typeof countedFormats)[number]

export const isCounted = (format: string): format is CountedFormat =>
  (countedFormats as readonly string[]).includes(format)

const WHOLE = /^-?\d{1,15}(?:[.,]\d{1,18})?$/

const numberOf = (text: string): number => (WHOLE.test(text) ? Number(text.replace(',', '.')) : Number.NaN)

const FIRST = Date.UTC(YEARS.first, 0, 1)
const BEYOND = Date.UTC(YEARS.last + 1, 0, 1)

const within = (ms: number): boolean => ms >= FIRST && ms < BEYOND

/** Day 25,569 of a spreadsheet is 1 January 1970. */
const SPREADSHEET_1970 = 25_569

const epoch =
  (unitMs: number): TimeParser =>
  (text, into) => {
    into.localMs = Math.floor(Number((numberOf(text) * unitMs).toFixed(3)))
    into.offset = 0
    return within(into.localMs)
  }

/** A day's fraction has more digits than a double has bits: it is rounded to the millisecond. */
const spreadsheetMs = (text: string): number => Math.round((numberOf(text) - SPREADSHEET_1970) * DAY_MS)

const spreadsheetMoment: TimeParser = (text, into) => {
  into.localMs = spreadsheetMs(text)
  into.offset = null
  return within(into.localMs)
}

const spreadsheetDay: TimeParser = (text, into) =>
  spreadsheetMoment(text, into) && into.localMs % DAY_MS === 0

const spreadsheetClock: TimeParser = (text, into) => {
  const days = numberOf(text)
  into.localMs = Math.round(days * DAY_MS)
  into.offset = null
  return days >= 0 && into.localMs < DAY_MS
}

export type TimeKind = 'date and time' | 'day' | 'time of day'

/** Null where the format counts something else: a number of seconds is a moment, never a day or a time of day. */
export const countedParser = (format: CountedFormat, kind: TimeKind): TimeParser | null => {
  if (format === 'SPREADSHEET_DAYS')
    return kind === 'day' ? spreadsheetDay : kind === 'time of day' ? spreadsheetClock : spreadsheetMoment
  if (kind !== 'date and time') return null
  return epoch(format === 'EPOCH_SECONDS' ? 1000 : 1)
}

/** `0`, however it is written: no date, where dates are counted. */
export const isZero = (text: string): boolean => numberOf(text) === 0
