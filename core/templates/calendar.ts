/** What a cell says about a moment: a local time, as milliseconds as if it were UTC, and its offset if it has one. */
export interface WrittenTime {
  localMs: number
  /** Minutes east of UTC; null when the cell names none. */
  offset: number | null
}

/** Fills `into` and answers true, or answers false. One `into` is used again and again: nothing is allocated. */
export type TimeParser = (text: string, into: WrittenTime) => boolean

export const DAY_MS = 86_400_000

/** Contacts lie between these years; what does not is a misread date (0001, 1899, 20210) rather than a contact. */
export const YEARS = { first: 1970, last: 2100 } as const

/** 1 January 1970, which systems write where there was no date. */
export const isFirstDay = (localMs: number): boolean => localMs >= 0 && localMs < DAY_MS

const lengths = [0, 31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31]

const isLeap = (year: number) => year % 4 === 0 && (year % 100 !== 0 || year % 400 === 0)

/** Midnight of that day as if UTC, or NaN where the calendar has no such day. */
export const dayMs = (year: number, month: number, day: number): number => {
  if (year < YEARS.first || year > YEARS.last || month < 1 || month > 12 || day < 1) return Number.NaN
  const length = month === 2 && isLeap(year) ? 29 : (lengths[month] ?? 0)
  return day > length ? Number.NaN : Date.UTC(year, month - 1, day)
}

/** Milliseconds since midnight, or NaN where the clock has no such time. */
export const clockMs = (hour: number, minute: number, second: number, millisecond: number): number =>
  hour > 23 || minute > 59 || second > 59
    ? Number.NaN
    : ((hour * 60 + minute) * 60 + second) * 1000 + millisecond
