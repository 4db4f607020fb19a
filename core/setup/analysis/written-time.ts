import type { ColumnProfile, NumberProfile } from './column-profile.ts'
import type { HeaderReading } from './read-header.ts'
import { formatsOf } from './time-format.ts'
import type { ShapeTally, TimeTally } from './time-tally.ts'

/** How a column writes moments: dates with times, days, or times of day. */
export interface WrittenTime {
  kind: 'moment' | 'day' | 'clock'
  /** Formats that fit, the likeliest first; none when no one format reads the column. */
  formats: string[]
  /** Rows that are day first and rows that are month first stand in one column. */
  mixed: boolean
  /** Without one format: an example of each way in which dates are written. */
  ways: string[]
  /** The cells are UTC, by a word of their own. */
  utc: boolean
  /** The cells bear their offset, so that they need no time zone. */
  offset: boolean
}

/** What shows which of day and month an undecided column likely writes first; it orders the choices, and decides none. */
export interface DateHabits {
  dayFirst: boolean
}

const none = { mixed: false, ways: [], utc: false, offset: false }

export const isTimely = ({ has }: HeaderReading): boolean =>
  has('date') ||
  has('clock') ||
  has('moment') ||
  has('start') ||
  has('end') ||
  has('answer') ||
  has('created')

/** Null for a column that holds no dates or times; `times` may have seen more rows than the profile. */
export const writtenTime = (
  profile: ColumnProfile,
  habits: DateHabits,
  times: TimeTally = profile.times,
): WrittenTime | null => {
  const { header, numbers } = profile
  const timely = isTimely(header)
  const shapes = times.shapes()
  const [main] = shapes
  const bare = header.words.length === 0
  const packed = main?.shape.startsWith('yyyy') === true && (timely || bare)
  if (numbers !== null && !packed) return fromNumbers(profile, numbers, timely, bare)
  if (main === undefined || times.others > times.total * 0.15)
    return header.has('date') ? withoutYear(profile) : null
  if (main.shape.startsWith('yyyy') && !timely && !bare) return null
  return fromShapes(shapes, times, habits)
}

/** Days without a year, as some switches print them: a date, though none that can be read. */
const withoutYear = ({ cells, filled, examples }: ColumnProfile): WrittenTime | null => {
  const days = cells.filter(cell =>
    /^(?:0?[1-9]|[12]\d|3[01])[-/.](?:0?[1-9]|[12]\d|3[01])\.?$/.test(cell),
  ).length
  return filled > 0 && days === filled
    ? { ...none, kind: 'day', formats: [], ways: examples.slice(0, 1) }
    : null
}

const fromShapes = (shapes: ShapeTally[], times: TimeTally, { dayFirst }: DateHabits): WrittenTime | null => {
  const [main] = shapes
  if (main === undefined) return null
  const kind = kindOf(main)
  if (shapes.every(isIso) && (shapes.length > 1 || isPlainIso(main)))
    return { ...none, kind, formats: ['ISO'], offset: main.shape.endsWith('X') }
  if (main.count < (times.total - times.others) * 0.9 && shapes.some(other => other.shape !== main.shape))
    return { ...none, kind, formats: [], ways: shapes.slice(0, 4).map(shape => shape.example) }
  if (isSpreadsheetClock(main)) return spreadsheetClock(main)
  const found = formatsOf(main, dayFirst)
  if (found.formats.length === 0 && isIso(main)) return { ...none, kind, formats: ['ISO'] }
  return {
    kind: found.midnight ? 'day' : kind,
    formats: found.formats,
    mixed: found.mixed,
    ways: found.formats.length === 0 ? [main.example] : [],
    utc: found.utc,
    offset: found.offset,
  }
}

const kindOf = ({ sample }: ShapeTally): WrittenTime['kind'] =>
  sample.hasDay ? (sample.hasClock ? 'moment' : 'day') : 'clock'

/** What the ISO reader takes, whichever of its forms a row has. */
const isIso = ({ shape, sample }: ShapeTally) =>
  (/^9-9-9[T ]9:9(?::9(?:[.,]S)?)?(?: ?X)?$/.test(shape) &&
    sample.digits?.[0] === 4 &&
    sample.digits[2] === 2) ||
  /^yyyyMMdd[T ]HHmmss(?:[.,]S)?X?$/.test(shape)

/** With a T or an offset a cell says that it means ISO; otherwise its pattern says more. */
const isPlainIso = (main: ShapeTally) => isIso(main) && /T|X$/.test(main.shape)

/** A time of day that a spreadsheet wrote with its day zero. */
const isSpreadsheetClock = ({ sample, least, most }: ShapeTally) =>
  sample.hasDay &&
  sample.hasClock &&
  [0, 1, 2].every(part => least[part] === most[part]) &&
  [0, 2].some(part => least[part] === 1899 || least[part] === 1900)

const spreadsheetClock = (main: ShapeTally): WrittenTime => {
  const at = /[T ]/.exec(main.example)?.index ?? 0
  const shape = main.shape.replace(/^[^T ]*[T ]/, '')
  const clock = { ...main, shape, midnights: 0, sample: { ...main.sample, hasDay: false } }
  const formats = formatsOf(clock, true).formats.map(format => `'${main.example.slice(0, at + 1)}'${format}`)
  return { ...none, kind: 'clock', formats }
}

const YEAR = 31_557_600
const FROM = 946_684_800
const UNTIL = 2_208_988_800

/** Seconds or milliseconds since 1970, or a spreadsheet's days; a phone number or an id looks like these as well. */
const fromNumbers = (
  { distinct, filled, cells }: ColumnProfile,
  { median, most, whole, decimals }: NumberProfile,
  timely: boolean,
  bare: boolean,
): WrittenTime | null => {
  const within = (from: number, until: number) => median >= from && median <= until && most <= until
  const close = () => {
    const values = cells.map(Number).filter(value => value > 0)
    return Math.max(...values) - Math.min(...values)
  }
  const told = (unit: number) =>
    timely || (bare && filled >= 5 && distinct > filled * 0.5 && close() < 3 * YEAR * unit)
  const since = (format: string) => ({ ...none, kind: 'moment' as const, formats: [format] })
  if (whole === 1 && within(FROM, UNTIL) && told(1)) return since('EPOCH_SECONDS')
  if (whole === 1 && within(FROM * 1000, UNTIL * 1000) && told(1000)) return since('EPOCH_MILLISECONDS')
  if (within(32_874, 60_000) && (timely || (bare && decimals >= 5)))
    return whole === 1
      ? { ...none, kind: 'day', formats: ['SPREADSHEET_DAYS'] }
      : { ...none, kind: 'moment', formats: ['SPREADSHEET_DAYS'] }
  return null
}
