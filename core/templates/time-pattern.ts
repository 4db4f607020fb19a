import type { TimeParser } from './calendar.ts'
import { clockMs, dayMs } from './calendar.ts'
import { offsetMinutes } from './iso-time.ts'
import { monthNamed } from './month-names.ts'
import { readPatternParts } from './pattern-parts.ts'

/**
 * Patterns for dates and times such as `dd/MM/yyyy HH:mm:ss`, compiled once to a parser that walks the cell.
 *
 *   yyyy, yy        year; of two digits 70 to 99 are 19.., the rest 20..
 *   MM, dd          two digits          M, d       one digit or two
 *   MMM, MMMM       a month's name, whole or shortened, with a dot or without (month-names.ts has the languages)
 *   E to EEEE       a weekday's name, which is read past
 *   HH, mm, ss      two digits          H, m, s    one digit or two
 *   hh, h with a    twelve hours with AM or PM, whatever the case (a.m. too)
 *   S to SSSSSSSSS  a fraction of that many digits, milliseconds kept
 *   X, XX, XXX, Z   an offset: Z, +01, +0100 or +01:00
 *   'text'          stands for itself, '' for an apostrophe; so does everything that is no letter
 */
export type TimePart =
  | 'year'
  | 'month'
  | 'day'
  | 'hour'
  | 'halfDay'
  | 'minute'
  | 'second'
  | 'fraction'
  | 'offset'
  | 'weekday'

export interface TimePattern {
  parts: ReadonlySet<TimePart>
  parse: TimeParser
}

const tokens: Record<string, { part: TimePart; least: number; most: number }> = {
  yyyy: { part: 'year', least: 4, most: 4 },
  yy: { part: 'year', least: 2, most: 2 },
  MM: { part: 'month', least: 2, most: 2 },
  M: { part: 'month', least: 1, most: 2 },
  MMM: { part: 'month', least: 0, most: 0 },
  MMMM: { part: 'month', least: 0, most: 0 },
  E: { part: 'weekday', least: 0, most: 0 },
  EE: { part: 'weekday', least: 0, most: 0 },
  EEE: { part: 'weekday', least: 0, most: 0 },
  EEEE: { part: 'weekday', least: 0, most: 0 },
  dd: { part: 'day', least: 2, most: 2 },
  d: { part: 'day', least: 1, most: 2 },
  HH: { part: 'hour', least: 2, most: 2 },
  H: { part: 'hour', least: 1, most: 2 },
  hh: { part: 'hour', least: 2, most: 2 },
  h: { part: 'hour', least: 1, most: 2 },
  mm: { part: 'minute', least: 2, most: 2 },
  m: { part: 'minute', least: 1, most: 2 },
  ss: { part: 'second', least: 2, most: 2 },
  s: { part: 'second', least: 1, most: 2 },
  a: { part: 'halfDay', least: 0, most: 0 },
  X: { part: 'offset', least: 0, most: 0 },
  XX: { part: 'offset', least: 0, most: 0 },
  XXX: { part: 'offset', least: 0, most: 0 },
  Z: { part: 'offset', least: 0, most: 0 },
}

interface Step {
  part: TimePart | 'literal'
  /** Of a name: a dot that follows is the pattern's own, so that only one before it belongs to the name. */
  beforeDot?: boolean
  least: number
  most: number
  text: string
}

/** What the steps of one cell have found; one object for all cells. */
interface Fields {
  year: number
  month: number
  day: number
  hour: number
  halfDay: number
  minute: number
  second: number
  fraction: number
  offset: number | null
}

const clear = (fields: Fields): void => {
  fields.year = 0
  fields.month = 0
  fields.day = 0
  fields.hour = 0
  fields.halfDay = 0
  fields.minute = 0
  fields.second = 0
  fields.fraction = 0
  fields.offset = null
}

const newFields = (): Fields => {
  const zero = { year: 0, month: 0, day: 0, hour: 0, halfDay: 0, minute: 0, second: 0, fraction: 0 }
  return { ...zero, offset: null }
}

const HALF_DAY = /([ap])(?:\.[ \u00a0\u202f]?)?m\.?/iy
const NAME = /[\p{L}\p{M}]+/uy
/** Portuguese weekdays are of two words (`segunda-feira`); what else follows a hyphen is the pattern's. */
const WEEKDAY = /[\p{L}\p{M}]+(?:-feira)?/iuy
/** Blanks that programs write for a space, so that the line is not broken there. */
const BLANKS = /[\u00a0\u2009\u202f]/g
const OFFSET = /[Zz]|[+-]\d\d(?::?\d\d)?/y

const takeLiteral = (literal: string, text: string, at: number): number => {
  const end = at + literal.length
  if (text.startsWith(literal, at)) return end
  return literal.includes(' ') && text.slice(at, end).replaceAll(BLANKS, ' ') === literal ? end : -1
}

const takeName = (step: Step, text: string, at: number, fields: Fields): number => {
  const shape = step.part === 'weekday' ? WEEKDAY : NAME
  shape.lastIndex = at
  const name = shape.exec(text)?.[0]
  if (name === undefined) return -1
  if (step.part === 'month') fields.month = monthNamed(name)
  const end = at + name.length
  const dotted = text[end] === '.' && (step.beforeDot !== true || text[end + 1] === '.')
  return dotted ? end + 1 : end
}

/** Where the step ends, or -1 when the cell does not fit it. */
const take = (step: Step, text: string, at: number, fields: Fields): number => {
  if (step.part === 'literal') return takeLiteral(step.text, text, at)
  if (step.part === 'weekday' || (step.part === 'month' && step.most === 0))
    return takeName(step, text, at, fields)
  if (step.part === 'halfDay' || step.part === 'offset') {
    const shape = step.part === 'offset' ? OFFSET : HALF_DAY
    shape.lastIndex = at
    const found = shape.exec(text)
    if (found === null) return -1
    if (step.part === 'offset') fields.offset = offsetMinutes(found[0])
    else fields.halfDay = found[1]?.toLowerCase() === 'p' ? 12 : 0
    return shape.lastIndex
  }
  let value = 0
  let end = at
  while (end - at < step.most) {
    const digit = text.charCodeAt(end) - 48
    if (!(digit >= 0 && digit <= 9)) break
    value = value * 10 + digit
    end++
  }
  if (end - at < step.least) return -1
  if (step.part === 'fraction') value = Math.trunc((value * 1000) / 10 ** (end - at))
  else if (step.part === 'year' && step.most === 2) value += value >= 70 ? 1900 : 2000
  fields[step.part] = value
  return end
}

const stepOf = (letters: string): Step | string => {
  if (/^S{1,9}$/.test(letters))
    return { part: 'fraction', least: letters.length, most: letters.length, text: '' }
  const token = tokens[letters]
  if (token !== undefined) return { ...token, text: '' }
  if (/^(M{5,}|L+)$/.test(letters)) return `${letters} is no part of a date here: names of months are MMM.`
  if (/^[Eec]+$/.test(letters)) return `${letters} is no part of a date here: names of weekdays are EEE.`
  if (/^[VvzO]+$/.test(letters)) return `Names of time zones (${letters}) are not supported; offsets are XXX.`
  if (/^(Y+|D+)$/.test(letters)) return `${letters} is no part of a date here: years are yyyy, days dd.`
  return `${letters} is no part of a pattern; text that stands for itself goes between apostrophes.`
}

/** The compiled pattern, or what is wrong with it in words. */
export const compileTimePattern = (pattern: string): TimePattern | string => {
  const read = readPatternParts(pattern)
  if (typeof read === 'string') return read
  const steps: Step[] = []
  const parts = new Set<TimePart>()
  for (const { letters, literal } of read) {
    const step =
      letters === '' ? { part: 'literal' as const, least: 0, most: 0, text: literal } : stepOf(letters)
    if (typeof step === 'string') return step
    const before = steps.at(-1)
    if (before !== undefined && step.part === 'literal' && step.text.startsWith('.')) before.beforeDot = true
    steps.push(step)
    if (step.part === 'literal') continue
    if (parts.has(step.part)) return `The pattern "${pattern}" names the ${step.part} twice.`
    parts.add(step.part)
  }
  const twelve = read.some(part => part.letters === 'h' || part.letters === 'hh')
  if (twelve !== parts.has('halfDay'))
    return `In "${pattern}", h (1 to 12) and a (AM or PM) need each other; H is the hour from 0 to 23.`
  const hasDay = parts.has('year') || parts.has('month') || parts.has('day')
  const fields = newFields()
  const parse: TimeParser = (text, into) => {
    clear(fields)
    let at = 0
    for (const step of steps) {
      at = take(step, text, at, fields)
      if (at < 0) return false
    }
    if (at !== text.length) return false
    if (twelve) {
      if (fields.hour < 1 || fields.hour > 12) return false
      fields.hour = (fields.hour % 12) + fields.halfDay
    }
    const clock = clockMs(fields.hour, fields.minute, fields.second, fields.fraction)
    into.localMs = (hasDay ? dayMs(fields.year, fields.month, fields.day) : 0) + clock
    into.offset = fields.offset
    return !Number.isNaN(into.localMs) && !Number.isNaN(into.offset)
  }
  return { parts, parse }
}
