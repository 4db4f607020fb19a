import { readPatternParts } from './pattern-parts.ts'

/**
 * Durations become whole seconds, rounded to the nearest, halves up. Plain numbers take a decimal point or comma; a
 * comma with exactly three digits behind it could as well separate thousands, so it is not taken.
 *
 *   seconds, milliseconds, ticks (100 ns), days (a spreadsheet's fraction)
 *   or a pattern: h, m, s for any number of digits in the first place, then one digit or two below 60, hh, mm, ss for
 *   two; seconds may have a fraction; text between apostrophes stands for itself: m:ss, h:mm:ss, m'm's's'
 */
export type DurationParser = (text: string) => number | null

export const LONGEST_SECONDS = 2_147_483_647

const units: Record<string, number> = { seconds: 1, milliseconds: 1e-3, ticks: 1e-7, days: 86_400 }

const NUMBER = /^\d{1,18}(?:\.\d{1,18}|,(?:\d\d?|\d{4,18}))?$/

const wholeSeconds = (seconds: number): number | null => {
  // The seventh decimal is a tick; what lies behind it is the arithmetic's own noise.
  const whole = Number.isInteger(seconds) ? seconds : Math.floor(Number(seconds.toFixed(7)) + 0.5)
  return whole <= LONGEST_SECONDS ? whole : null
}

const escape = (text: string) => text.replace(/[\\^$.*+?()[\]{}|/-]/g, String.raw`\$&`)

/** The parser, or what is wrong with the form in words. The parser answers null for what does not fit. */
export const compileDuration = (format: string): DurationParser | string => {
  const unit = units[format]
  if (unit !== undefined)
    return text => (NUMBER.test(text) ? wholeSeconds(Number(text.replace(',', '.')) * unit) : null)
  const parts = readPatternParts(format)
  if (typeof parts === 'string') return parts
  const named: string[] = []
  let source = ''
  for (const { letters, literal } of parts) {
    if (letters === '') {
      source += escape(literal)
      continue
    }
    if (!/^(hh?|mm?|ss?)$/.test(letters))
      return `"${format}" is no form of a duration: seconds, milliseconds, ticks, days, m:ss, h:mm:ss, m'm's's'.`
    const kind = letters[0] ?? ''
    const digits = letters.length === 2 ? String.raw`\d\d` : String.raw`\d\d?`
    source += named.length === 0 ? String.raw`(\d${letters.length === 2 ? '{2,9}' : '{1,9}'}` : `(${digits}`
    source += kind === 's' ? String.raw`(?:[.,]\d{1,9})?)` : ')'
    named.push(kind)
  }
  if (!['hms', 'hm', 'ms', 'h', 'm', 's'].includes(named.join('')))
    return `"${format}" is no form of a duration: hours, minutes and seconds in this order, each once.`
  const shape = new RegExp(`^${source}$`)
  const worth = named.map(kind => (kind === 'h' ? 3600 : kind === 'm' ? 60 : 1))
  return text => {
    const m = shape.exec(text)
    if (m === null) return null
    let seconds = 0
    for (let index = 0; index < worth.length; index++) {
      const text = m[index + 1] ?? ''
      const value = Number(text.includes(',') ? text.replace(',', '.') : text)
      if (index > 0 && value >= 60) return null
      seconds += value * (worth[index] ?? 0)
    }
    return wholeSeconds(seconds)
  }
}
