import { columnKinds } from './column-kinds.ts'
import { countedParser, isCounted } from './counted-time.ts'
import { compileDuration } from './duration.ts'
import type { ColumnInput } from './template.ts'
import { compileTimePattern } from './time-pattern.ts'

/** Words for what is wrong with a column's format, or null. */
export const formatFault = ({ field, format }: ColumnInput): string | null => {
  const kind = columnKinds[field]
  if (format === null || format === undefined) return null
  if (format.trim() === '')
    return 'A format is not blank; leave it out for ISO dates and durations in seconds.'
  if (kind.format === 'none') return `${field} takes no format: its cells are kept as they are.`
  if (kind.format === 'duration') {
    const parser = compileDuration(format)
    return typeof parser === 'string' ? parser : null
  }
  if (format === 'ISO') return null
  if (isCounted(format))
    return countedParser(format, kind.format) === null
      ? `${format} is a date and time: agree on CONTACT_DATE.`
      : null
  const pattern = compileTimePattern(format)
  if (typeof pattern === 'string') return pattern
  const { parts } = pattern
  const day = parts.has('year') && parts.has('month') && parts.has('day')
  const anyDay = parts.has('year') || parts.has('month') || parts.has('day')
  const anyClock = ['hour', 'minute', 'second', 'fraction', 'halfDay'].some(part => parts.has(part as 'hour'))
  const clock = parts.has('hour') && parts.has('minute')
  switch (kind.format) {
    case 'date and time':
      if (!day)
        return `"${format}" has no day: a date needs a year (yyyy), a month (MM or MMM) and a day (dd).`
      return clock ? null : `"${format}" has no time: for a date alone, agree on CONTACT_DAY.`
    case 'day':
      if (anyClock || parts.has('offset'))
        return `"${format}" has a time in it: agree on CONTACT_DATE for both.`
      return day
        ? null
        : `"${format}" has no day: it needs a year (yyyy), a month (MM or MMM) and a day (dd).`
    case 'time of day':
      if (anyDay || parts.has('offset')) return `"${format}" is more than a time of day.`
      return clock ? null : `"${format}" has no time: it needs HH and mm.`
  }
}
