import type { ColumnProfile } from './column-profile.ts'
import type { HeaderReading } from './read-header.ts'

/** How a column writes lengths of time. */
export interface WrittenDuration {
  /** Forms that fit, the likeliest first. */
  formats: string[]
  /** How sure it is that these are lengths of time at all, from 0 to 1. */
  fit: number
}

/** Null for a column whose cells can be no durations, or none that a template can read. */
export const writtenDuration = (profile: ColumnProfile): WrittenDuration | null => {
  if (profile.filled === 0) return null
  if (profile.share('clock') > 0.9) return fromClocks(profile)
  if (profile.share('span') > 0.9) return fromSpans(profile)
  return profile.numbers === null ? null : (fromDigits(profile) ?? fromNumbers(profile))
}

const sure = (format: string, fit = 1): WrittenDuration => ({ formats: [format], fit })

const fromClocks = (profile: ColumnProfile): WrittenDuration | null => {
  const shapes = new Set(profile.times.shapes().map(({ shape }) => shape.replace(/[.,]S$/, '')))
  if (shapes.size !== 1) return null
  const [shape] = shapes
  if (shape === '9:9:9') return sure('h:mm:ss')
  if (shape !== '9:9') return null
  const { hintText } = profile.header
  if (/m+i?n? ?: ?s/.test(hintText)) return sure('m:ss')
  if (/h+ ?: ?m/.test(hintText)) return sure('h:mm')
  const firsts = profile.cells.filter(Boolean).map(cell => Number.parseInt(cell, 10))
  // Contacts of a day and more are none: what counts beyond are minutes.
  if (Math.max(...firsts) > 23) return sure('m:ss')
  const zeros = firsts.filter(first => first === 0).length
  return { formats: zeros > firsts.length * 0.9 ? ['h:mm', 'm:ss'] : ['m:ss', 'h:mm'], fit: 0.9 }
}

/** `02m42s`: all cells alike, or none of the forms reads them. */
const fromSpans = (profile: ColumnProfile): WrittenDuration | null => {
  const forms = new Set(profile.cells.filter(Boolean).map(spanForm))
  const [form] = forms
  return forms.size === 1 && form !== undefined && form !== '' ? sure(form) : null
}

const spanForm = (cell: string): string => {
  if (cell.startsWith('P')) return ''
  return cell.replaceAll(/[\d.,]+(\D+)/g, (_, unit: string) => {
    const letter = /h/i.test(unit) ? 'h' : /m/i.test(unit) ? 'm' : 's'
    return `${letter}'${unit}'`
  })
}

const says = (header: HeaderReading, unit: 'seconds' | 'milliseconds' | 'minutes') =>
  header.hints.has(unit) || header.has(unit)

/** Hours, minutes and seconds without a sign between them: `000223` is 2:23, unless it is 223 seconds filled up with zeros. */
const fromDigits = ({ cells, header }: ColumnProfile): WrittenDuration | null => {
  // Calls that nobody took may have a plain zero among them.
  const filled = cells.filter(cell => cell !== '' && cell !== '0')
  const all = (shape: RegExp) => filled.every(cell => shape.test(cell))
  const clock = all(/^\d\d(?:[0-5]\d){2}$/) ? ['hhmmss'] : all(/^\d\d[0-5]\d$/) ? ['mmss', 'hhmm'] : []
  const letters = header.text.toLowerCase().replaceAll(/[^a-z]/g, '')
  const said = clock.find(format => letters.includes(format))
  if (said !== undefined) return sure(said)
  const counted = (['seconds', 'milliseconds', 'minutes'] as const).some(unit => says(header, unit))
  const padded = filled.some(cell => cell.startsWith('0'))
  return clock.length > 0 && padded && !counted ? { formats: [...clock, 'seconds'], fit: 0.85 } : null
}

const fromNumbers = ({ numbers, header, times, rows, distinct }: ColumnProfile): WrittenDuration | null => {
  if (numbers === null || numbers.least < 0) return null
  const { median, most, whole, decimals } = numbers
  if (times.shapes().some(({ count }) => count > rows * 0.5) || most >= 4e10) return null
  if (says(header, 'milliseconds')) return sure('milliseconds')
  if (says(header, 'seconds')) return sure('seconds')
  if (says(header, 'minutes')) return null
  if (whole < 0.5) {
    if (most < 1.5 && decimals >= 4) return sure('days', 0.9)
    // A few with one or two decimals are minutes, which no form reads.
    return median >= 30 ? sure('seconds', 0.8) : null
  }
  if (median >= 1e7) return sure('ticks', 0.9)
  if (median >= 12_000) return sure('milliseconds')
  // From here a number may be a long call in seconds or a short one in milliseconds.
  if (median >= 2_400) return { formats: ['milliseconds', 'seconds'], fit: 0.85 }
  return sure('seconds', distinct <= 2 && rows > 10 ? 0.5 : 1)
}
