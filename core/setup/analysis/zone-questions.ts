import type { Problem } from '../../imports/problem.ts'
import { isTimeZone } from '../../templates/zone.ts'
import type { ColumnProfile } from './column-profile.ts'
import type { Guess } from './guess-columns.ts'
import { problem } from './sample-problem.ts'
import type { Settled } from './settle-formats.ts'
import { zoneNamed, zoneStated } from './stated-zone.ts'
import { changesClocks, isTrueAtTimes, isZoneItself } from './zone-names.ts'

/** The zone that the contact's date names, by its header or its cells; null where it is left to the tenant. */
export const namedZone = (guesses: readonly Guess[]): string | null => {
  const local = guesses.flatMap(({ time }) => (time === null || time.written.offset ? [] : [time]))
  const named = local.map(({ column }) => zoneNamed(column.header.text)).find(zone => zone !== null)
  return named ?? (local.some(({ written, column }) => written.utc || saysUtc(column)) ? 'UTC' : null)
}

/** `UTC-05:00` begins with the word, and says something else. */
const saysUtc = ({ header }: ColumnProfile): boolean =>
  (header.has('utc') || header.hints.has('utc')) && zoneStated(header.text) === null

/** What the sample states of its times' zone and the proposal does not follow: at most one question. */
export const zoneQuestion = (settled: readonly Settled[], timeZone: string): Problem | null => {
  const times = settled.filter(
    ({ written, column }) =>
      written !== null && !written.offset && column.format?.startsWith('EPOCH') !== true,
  )
  for (const time of times) {
    const found = ofHeader(time, timeZone) ?? ofCells(time, timeZone)
    if (found !== null) return found
  }
  const [start] = times
  if (start === undefined || namedZone(settled.map(({ guess }) => guess)) !== null) return null
  return ofColumn(settled, start, timeZone)
}

/** The columns of a date that is asked about are not agreed on. */
export const lessSure = (settled: readonly Settled[]): Settled[] =>
  settled.map(each =>
    each.written === null
      ? each
      : { ...each, column: { ...each.column, confidence: Math.min(each.column.confidence, 0.85) } },
  )

const ask = ({ column: { position } }: Settled, message: string, stated: string, timeZone: string) =>
  problem('TIME_ZONE_STATED', 'SENDER', message, { column: position, details: { stated, timeZone } })

const named = ({ column: { position, header } }: Settled) =>
  header === null ? `column ${position}` : `column ${position} ("${header}")`

const WHICH = 'Say in which time zone the times are, and whether its clocks change in summer'

const ofHeader = (time: Settled, timeZone: string): Problem | null => {
  const stated = zoneStated(time.column.header ?? '')
  if (stated === null || isZoneItself(stated, timeZone)) return null
  return ask(
    time,
    `The header of ${named(time)} says "${stated}", while its times are proposed to be those of ${timeZone}. ${WHICH}.`,
    stated,
    timeZone,
  )
}

/** A word behind each time is read as text that stands for itself: times of the other season, with another word, would be rejected. */
const ofCells = (time: Settled, timeZone: string): Problem | null => {
  const [, stated] = /'([A-Z]{3,5})'/.exec(time.written?.formats[0] ?? '') ?? []
  if (stated === undefined || time.written?.utc === true) return null
  if (isZoneItself(stated, timeZone) && !changesClocks(timeZone)) return null
  return ask(
    time,
    `Each cell of ${named(time)} says "${stated}", while its times are proposed to be those of ${timeZone}, with this word and no other behind them. ${WHICH} and the word with them; better, have the export write offsets, as in 2026-01-31T09:30:00+01:00.`,
    stated,
    timeZone,
  )
}

const ofColumn = (settled: readonly Settled[], start: Settled, timeZone: string): Problem | null => {
  for (const beside of settled) {
    if (beside.written !== null || !holdsZones(beside.guess.column)) continue
    const zones = [...new Set(beside.guess.column.cells)]
    const stated = zones.find(cell => cell !== '' && !isTrueAtTimes(cell, timeZone))
    if (stated === undefined) continue
    return ask(
      beside,
      `C${named(beside).slice(1)} states a time zone for each row, such as "${stated.slice(0, 100)}", which imports do not look at: the times of ${named(start)} are proposed to be those of ${timeZone}. ${WHICH}; better, have the export write offsets, as in 2026-01-31T09:30:00+01:00.`,
      stated.slice(0, 100),
      timeZone,
    )
  }
  return null
}

const SAYS_ZONE =
  /time[\s_-]?zone|(?:huso|fuso)[\s_-]?hor[aá]rio|(?:utc|gmt|tz|zone)[\s_-]*offset|offset[\s_-]*(?:utc|gmt|tz)/i

/** By its header, or by cells that can be nothing else. A customer's zone is not that of the times. */
const holdsZones = ({ header, filled, examples, share }: ColumnProfile): boolean => {
  if (filled === 0 || header.has('customer') || share('moment', 'day', 'clock') > 0.5) return false
  if (header.has('zone') || SAYS_ZONE.test(header.text)) return true
  return examples.every(
    cell => (cell.includes('/') && isTimeZone(cell)) || /^(?:UTC|GMT)?[+-]\d\d?:\d\d$/.test(cell),
  )
}
