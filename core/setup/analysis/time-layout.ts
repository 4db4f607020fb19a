import { monthNamed } from '../../templates/month-names.ts'

/**
 * How one cell writes a date, a time of day, or both, before it is known which of its numbers is the day. Cells with the
 * same `shape` are written alike; over all of them the numbers' smallest and largest tell which is which.
 */
export interface TimeLayout {
  /** The cell with each number replaced by `9`, month names by `M`, weekdays by `E`, AM and PM by `a`, offsets by `X`. */
  shape: string
  hasDay: boolean
  hasClock: boolean
  /** The three parts of the date as numbers; month names count from 1. */
  day: [number, number, number] | null
  /** Digits of each part; 0 for a month's name. */
  digits: [number, number, number] | null
  hour: number
  hourDigits: number
  /** Digits of a fraction of a second; 0 for none. */
  fraction: number
}

const DATE = String.raw`(?:(\p{L}{2,10}(?:-feira)?)\.?(,? ))?(\d{1,4}|\p{L}{3,10})(\.?[-/. ]|\. )(\d{1,2}|\p{L}{3,10})(\.?[-/. ],?|, )(\d{1,4})`
const CLOCK = String.raw`(\d{1,2})([:.h])(\d\d)(?:([:.m])(\d\d)(?:([.,])(\d{1,9}))?s?)?(?:( ?)([AaPp])\.?[Mm]\.?)?`
const ZONE = String.raw`(?:( ?)(Z|UTC|GMT|[A-Z]{3,5}|(?:GMT|UTC)?[+-]\d{1,2}:?(?:\d\d)?))?`

const moment = new RegExp(`^${DATE}(T|,? +|,? - |_|:)${CLOCK}${ZONE}$`, 'u')
const day = new RegExp(`^${DATE}$`, 'u')
const clock = new RegExp(`^${CLOCK}${ZONE}$`)
/** Digits alone: `20260214`, `20260214093107`, with a fraction or an offset perhaps. */
const packed = /^(\d{4})(\d\d)(\d\d)(?:([T _-]?)(\d\d)(\d\d)(\d\d)(?:([.,])(\d{1,9}))?)?(Z|[+-]\d\d:?\d\d)?$/

export const layoutOf = (cell: string): TimeLayout | null => {
  if (cell.length < 4 || cell.length > 48 || !/\d/.test(cell)) return null
  const both = moment.exec(cell)
  if (both !== null) return joined(dayPart(both), both[8] ?? '', clockPart(both, 9))
  const onlyDay = day.exec(cell)
  if (onlyDay !== null) return joined(dayPart(onlyDay), '', null)
  const onlyClock = clock.exec(cell)
  if (onlyClock !== null) return joined(undefined, '', clockPart(onlyClock, 1))
  const digits = packed.exec(cell)
  return digits === null ? null : packedPart(digits)
}

interface DayPart {
  shape: string
  day: [number, number, number]
  digits: [number, number, number]
}

interface ClockPart {
  shape: string
  hour: number
  hourDigits: number
  fraction: number
}

const dayPart = (m: RegExpExecArray): DayPart | null => {
  const [, weekday, after = '', one = '', sep1 = '', two = '', sep2 = '', three = ''] = m
  const first = numberOf(one)
  const second = numberOf(two)
  if (first === null || second === null || (isNaN(Number(one)) && isNaN(Number(two)))) return null
  if (three.length === 3 || (three.length === 1 && one.length < 4) || !couldBeDay(one, three, first, second))
    return null
  const sign = (text: string) => (/^\d/.test(text) ? '9' : 'M')
  const spelled = sign(one) === 'M' || sign(two) === 'M'
  // Without a name, both separators are the same: "12.30 45" is no date.
  if (!spelled && (sep1 !== sep2 || /[ ,]/.test(sep1))) return null
  const length = (text: string) => (/^\d/.test(text) ? text.length : 0)
  return {
    shape: `${weekday === undefined ? '' : `E${after}`}${sign(one)}${sep1}${sign(two)}${sep2}9`,
    day: [first, second, Number(three)],
    digits: [length(one), length(two), three.length],
  }
}

/** Some order of day, month and year makes a date of it. */
const couldBeDay = (one: string, three: string, first: number, second: number): boolean => {
  const last = Number(three)
  const isYear = (year: number) => year >= 1899 && year <= 2100
  if (one.length > 2 && /^\d/.test(one))
    return one.length === 4 && three.length <= 2 && isYear(first) && dayAndMonth(second, last)
  if (three.length === 4) return isYear(last) && dayAndMonth(first, second)
  return dayAndMonth(first, second) || dayAndMonth(second, last)
}

const dayAndMonth = (one: number, other: number) =>
  one >= 1 && other >= 1 && one <= 31 && other <= 31 && (one <= 12 || other <= 12)

const numberOf = (text: string): number | null => {
  const number = /^\d/.test(text) ? Number(text) : monthNamed(text)
  return Number.isNaN(number) ? null : number
}

const clockPart = (m: RegExpExecArray, at: number): ClockPart => {
  const [hour = '', sep1 = ':', , sep2, , point, fraction = '', gap = '', half, zoneGap = '', zone] =
    m.slice(at)
  const seconds = sep2 === undefined ? '' : `${sep2}9`
  const part = fraction === '' ? '' : `${point}S`
  const offset = zone === undefined ? '' : `${zoneGap}${/\d|^Z$/.test(zone) ? 'X' : `'${zone}'`}`
  return {
    shape: `9${sep1}9${seconds}${part}${half === undefined ? '' : `${gap}a`}${offset}`,
    hour: Number(hour),
    hourDigits: hour.length,
    fraction: fraction.length,
  }
}

const joined = (
  date: DayPart | null | undefined,
  between: string,
  time: ClockPart | null,
): TimeLayout | null => {
  if (date === null) return null
  return {
    shape: `${date?.shape ?? ''}${between}${time?.shape ?? ''}`,
    hasDay: date !== undefined,
    hasClock: time !== null,
    day: date?.day ?? null,
    digits: date?.digits ?? null,
    hour: time?.hour ?? 0,
    hourDigits: time?.hourDigits ?? 0,
    fraction: time?.fraction ?? 0,
  }
}

const packedPart = (m: RegExpExecArray): TimeLayout | null => {
  const [, year = '', month = '', date = '', between, hour, minute, second, point, fraction = '', zone] = m
  const plausible = Number(year) >= 1990 && Number(year) <= 2100 && Number(month) <= 12 && Number(date) <= 31
  if (!plausible || Number(month) < 1 || Number(date) < 1) return null
  if (hour !== undefined && (Number(hour) > 23 || Number(minute) > 59 || Number(second) > 59)) return null
  const time = hour === undefined ? '' : `${between}HHmmss${fraction === '' ? '' : `${point}S`}`
  return {
    shape: `yyyyMMdd${time}${zone === undefined ? '' : 'X'}`,
    hasDay: true,
    hasClock: hour !== undefined,
    day: [Number(year), Number(month), Number(date)],
    digits: [4, 2, 2],
    hour: Number(hour ?? 0),
    hourDigits: 2,
    fraction: fraction.length,
  }
}
