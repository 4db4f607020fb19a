import type { TimeParser, WrittenTime } from './calendar.ts'
import { DAY_MS, isFirstDay, YEARS } from './calendar.ts'

/** Dates written as one number. What they count from, and in what, is the template's to say: it cannot be guessed. */
export const countedFormats = ['EPOCH_SECONDS', 'EPOCH_MILLISECONDS', 'SPREADSHEET_DAYS'] as const
export type CountedFormat = (typeof countedFormats)[number]

export const isCounted = (format: string): format is CountedFormat =>
  (countedFormats as readonly string[]).includes(format)

const WHOLE = /^-?\d{1,15}(?:[.,]\d{1,18})?$/

const numberOf = (text: string): number => (WHOLE.test(text) ? Number(text.replace(',', '.')) : Number.NaN)

/** Seconds read as milliseconds come to January 1970: a count below this is one of another unit. */
const FIRST = Date.UTC(1980, 0, 1)
const BEYOND = Date.UTC(YEARS.last + 1, 0, 1)

/** The first day of 1970 stands for none, and is told by who reads the cell. */
const within = (ms: number): boolean => (ms >= FIRST && ms < BEYOND) || isFirstDay(ms)

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

/** Where another unit makes a date of what is none in the agreed one: which, and the day it would be. */
export const otherUnit = (text: string, agreed: string): { format: CountedFormat; day: string } | null => {
  if (!isCounted(agreed)) return null
  const written: WrittenTime = { localMs: 0, offset: null }
  for (const format of countedFormats) {
    const parse = countedParser(format, 'date and time')
    if (format === agreed || parse === null || !parse(text, written) || isFirstDay(written.localMs)) continue
    return { format, day: new Date(written.localMs).toISOString().slice(0, 10) }
  }
  return null
}
