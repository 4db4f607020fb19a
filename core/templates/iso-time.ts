import type { TimeParser } from './calendar.ts'
import { clockMs, dayMs } from './calendar.ts'

/**
 * ISO 8601 as exports write it: `2026-01-02T03:04:05.678+01:00`, with a space for the T, without seconds, in the
 * basic form, the hour of one digit, a comma before the fraction. Fractions beyond milliseconds are cut off.
 */
const DAY = String.raw`(\d{4})(?:-(\d\d)-(\d\d)|(\d\d)(\d\d))`
const CLOCK = String.raw`(?:(\d\d?):(\d\d)(?::(\d\d)(?:[.,](\d{1,9}))?)?|(\d\d)(\d\d)(?:(\d\d)(?:[.,](\d{1,9}))?)?)`
const OFFSET = String.raw`( ?(?:[Zz]|[+-]\d\d(?::?\d\d)?))?`

const dateTime = new RegExp(`^${DAY}(?:[Tt]| +)${CLOCK}${OFFSET}$`)
const dayOnly = new RegExp(`^${DAY}$`)
const clockOnly = new RegExp(`^${CLOCK}$`)

/** Minutes east of UTC; null for none, NaN for an impossible one. */
export const offsetMinutes = (text: string | undefined): number | null => {
  if (text === undefined || text === '') return null
  const digits = text.replace(/[^\d]/g, '')
  if (digits === '') return 0
  const hours = Number(digits.slice(0, 2))
  const minutes = Number(digits.slice(2) || '0')
  if (hours > 18 || minutes > 59) return Number.NaN
  return (text.includes('-') ? -1 : 1) * (hours * 60 + minutes)
}

const milliseconds = (fraction: string | undefined) =>
  fraction === undefined ? 0 : Number(fraction.slice(0, 3).padEnd(3, '0'))

const dayOf = (m: RegExpExecArray) => dayMs(Number(m[1]), Number(m[2] ?? m[4]), Number(m[3] ?? m[5]))

const clockOf = (m: RegExpExecArray, at: number) =>
  m[at] === undefined
    ? clockMs(Number(m[at + 4]), Number(m[at + 5]), Number(m[at + 6] ?? 0), milliseconds(m[at + 7]))
    : clockMs(Number(m[at]), Number(m[at + 1]), Number(m[at + 2] ?? 0), milliseconds(m[at + 3]))

export const parseIsoDateTime: TimeParser = (text, into) => {
  const m = dateTime.exec(text)
  if (m === null) return false
  into.localMs = dayOf(m) + clockOf(m, 6)
  into.offset = offsetMinutes(m[14])
  return !Number.isNaN(into.localMs) && !Number.isNaN(into.offset)
}

export const parseIsoDay: TimeParser = (text, into) => {
  const m = dayOnly.exec(text)
  if (m === null) return false
  into.localMs = dayOf(m)
  into.offset = null
  return !Number.isNaN(into.localMs)
}

export const parseIsoClock: TimeParser = (text, into) => {
  const m = clockOnly.exec(text)
  if (m === null) return false
  into.localMs = clockOf(m, 1)
  into.offset = null
  return !Number.isNaN(into.localMs)
}
