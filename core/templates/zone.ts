import { Temporal } from 'temporal-polyfill'
import type { AmbiguousTime } from './template.ts'

/**
 * Local times to instants. Nearly every local hour has one offset from end to end, which is kept; the few hours that a
 * clock change touches are settled one time at a time.
 */
export type ZoneFault = 'NO_SUCH_LOCAL_TIME' | 'AMBIGUOUS_LOCAL_TIME'

/** Milliseconds since 1970 of a local time given as if it were UTC, or why there is no one instant. */
export type LocalClock = (localMs: number) => number | ZoneFault

const HOUR_MS = 3_600_000
/** Two years of hours; beyond that the cache starts afresh. */
const HOURS_KEPT = 20_000
const DAYS_KEPT = 10_000

export const isTimeZone = (name: string): boolean => {
  // Offsets such as +01:00 are taken by Intl, but are no zones: they know no summer.
  if (!/^[A-Za-z]/.test(name)) return false
  try {
    Intl.DateTimeFormat('en', { timeZone: name })
    return true
  } catch {
    return false
  }
}

export const localClock = (timeZone: string, ambiguous: AmbiguousTime): LocalClock => {
  const offsets = new Map<number, number | null>()

  const bounds = (localMs: number) => {
    const local = Temporal.Instant.fromEpochMilliseconds(localMs).toZonedDateTimeISO('UTC').toPlainDateTime()
    const earlier = local.toZonedDateTime(timeZone, { disambiguation: 'earlier' })
    const later = local.toZonedDateTime(timeZone, { disambiguation: 'later' })
    return {
      earlier: earlier.epochMilliseconds,
      later: later.epochMilliseconds,
      exists: earlier.toPlainDateTime().equals(local),
    }
  }

  const settle = (localMs: number): number | ZoneFault => {
    const { earlier, later, exists } = bounds(localMs)
    if (!exists) return 'NO_SUCH_LOCAL_TIME'
    if (earlier === later || ambiguous === 'EARLIER') return earlier
    return ambiguous === 'LATER' ? later : 'AMBIGUOUS_LOCAL_TIME'
  }

  /** The one offset of a whole local hour, or null where a clock change touches it. */
  const offsetOf = (hour: number): number | null => {
    const first = bounds(hour * HOUR_MS)
    const last = bounds((hour + 1) * HOUR_MS - 1)
    const plain = first.exists && last.exists && first.earlier === first.later && last.earlier === last.later
    const offset = hour * HOUR_MS - first.earlier
    return plain && (hour + 1) * HOUR_MS - 1 - last.earlier === offset ? offset : null
  }

  return localMs => {
    const hour = Math.floor(localMs / HOUR_MS)
    let offset = offsets.get(hour)
    if (offset === undefined) {
      if (offsets.size >= HOURS_KEPT) offsets.clear()
      offset = offsetOf(hour)
      offsets.set(hour, offset)
    }
    return offset === null ? settle(localMs) : localMs - offset
  }
}

/**
 * The first moment of a day given as its midnight as if UTC. Where clocks leave midnight out, or come to it twice, a day
 * without a time still begins once.
 */
export const startOfDay = (timeZone: string): ((dayMs: number) => number) => {
  const starts = new Map<number, number>()
  return dayMs => {
    let start = starts.get(dayMs)
    if (start === undefined) {
      if (starts.size >= DAYS_KEPT) starts.clear()
      const day = Temporal.Instant.fromEpochMilliseconds(dayMs).toZonedDateTimeISO('UTC').toPlainDate()
      start = day.toZonedDateTime(timeZone).epochMilliseconds
      starts.set(dayMs, start)
    }
    return start
  }
}
