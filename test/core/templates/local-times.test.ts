import { Temporal } from 'temporal-polyfill'
import { describe, expect, test } from 'vitest'
import { isTimeZone, localClock, startOfDay } from '../../../core/templates/zone.ts'
import { fc } from '../../support/properties.ts'

const zones = [
  'Europe/Berlin',
  'America/New_York',
  'Australia/Lord_Howe',
  'Asia/Kolkata',
  'America/Santiago',
  'Africa/Casablanca',
  'Pacific/Apia',
  'UTC',
  'Asia/Tehran',
  'Africa/Monrovia',
]

const asIfUtc = (local: string) => Temporal.PlainDateTime.from(local).toZonedDateTime('UTC').epochMilliseconds

/** Milliseconds around each change of the zone's offset, where everything that can go wrong goes wrong. */
const changes = (zone: string) => {
  const found: number[] = []
  let at = Temporal.Instant.from('1970-01-02T00:00Z').toZonedDateTimeISO(zone)
  for (let next = at.getTimeZoneTransition('next'); next !== null; next = at.getTimeZoneTransition('next')) {
    if (next.year > 2030) break
    found.push(asIfUtc(next.toPlainDateTime().toString()))
    at = next
  }
  return found
}

describe.each(zones)('in %s', zone => {
  const around = changes(zone)
  const moments = fc.integer({ min: asIfUtc('1970-01-02T00:00'), max: asIfUtc('2035-01-01T00:00') })
  const near = fc
    .tuple(
      fc.constantFrom(...(around.length > 0 ? around : [0])),
      fc.integer({ min: -10_800_000, max: 10_800_000 }),
    )
    .map(([at, off]) => Math.max(at + off, 86_400_000))

  test('every local time is the instant that Temporal finds, and gaps and doubled hours are known', () => {
    const clocks = {
      earlier: localClock(zone, 'EARLIER'),
      later: localClock(zone, 'LATER'),
      reject: localClock(zone, 'REJECT'),
    }
    fc.assert(
      fc.property(fc.oneof(near, moments), ms => {
        const local = Temporal.Instant.fromEpochMilliseconds(ms).toZonedDateTimeISO('UTC').toPlainDateTime()
        const earlier = local.toZonedDateTime(zone, { disambiguation: 'earlier' })
        const later = local.toZonedDateTime(zone, { disambiguation: 'later' })
        const gap = !earlier.toPlainDateTime().equals(local)
        const double = !gap && earlier.epochMilliseconds !== later.epochMilliseconds
        expect(clocks.earlier(ms)).toBe(gap ? 'NO_SUCH_LOCAL_TIME' : earlier.epochMilliseconds)
        expect(clocks.later(ms)).toBe(gap ? 'NO_SUCH_LOCAL_TIME' : later.epochMilliseconds)
        expect(clocks.reject(ms)).toBe(
          gap ? 'NO_SUCH_LOCAL_TIME' : double ? 'AMBIGUOUS_LOCAL_TIME' : earlier.epochMilliseconds,
        )
      }),
      { numRuns: 300 },
    )
  })
})

test.each([
  ['Africa/Cairo', '2026-04-24', '2026-04-23T22:00:00.000Z', 'midnight is left out'],
  ['America/Havana', '2025-11-02', '2025-11-02T04:00:00.000Z', 'midnight comes twice'],
  ['Pacific/Apia', '2011-12-30', '2011-12-30T10:00:00.000Z', 'the day is left out'],
  ['Europe/Berlin', '2025-03-30', '2025-03-29T23:00:00.000Z', 'clocks change later'],
  ['Asia/Kolkata', '2025-06-01', '2025-05-31T18:30:00.000Z', 'nothing changes'],
])('in %s, %s begins at %s: %s', (zone, day, instant) => {
  const begins = startOfDay(zone)
  for (let again = 0; again < 2; again++)
    expect(new Date(begins(asIfUtc(`${day}T00:00`))).toISOString()).toBe(instant)
})

test('names of zones are known from what only looks like one', () => {
  expect(['Europe/Berlin', 'UTC', 'Etc/GMT+5'].map(isTimeZone)).toEqual([true, true, true])
  expect(['', '+01:00', 'Europe/Nowhere', 'CET DST'].map(isTimeZone)).toEqual([false, false, false, false])
})
