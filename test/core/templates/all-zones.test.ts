import { Temporal } from 'temporal-polyfill'
import { expect, test } from 'vitest'
import { localClock } from '../../../core/templates/zone.ts'
import { fc } from '../../support/properties.ts'

const zones = Intl.supportedValuesOf('timeZone')
const HOUR_MS = 3_600_000

/** Clock changes from 1990 to 2037, as the local time that each came at, as if it were UTC. */
const changesOf = (zone: string): number[] => {
  const found: number[] = []
  let at = Temporal.Instant.from('1990-01-01T00:00Z').toZonedDateTimeISO(zone)
  for (let next = at.getTimeZoneTransition('next'); next !== null; next = at.getTimeZoneTransition('next')) {
    if (next.year > 2037) break
    found.push(next.epochMilliseconds + next.offsetNanoseconds / 1e6)
    at = next
  }
  return found
}

/** Before and after a change, at its edges to the millisecond, and anywhere within the hours around it. */
const near = fc.oneof(
  fc.constantFrom(-HOUR_MS, -HOUR_MS - 1, -HOUR_MS / 2, -1, 0, 1, HOUR_MS / 2, HOUR_MS - 1, HOUR_MS),
  fc.integer({ min: -25 * HOUR_MS, max: 25 * HOUR_MS }),
)

test('around the clock changes of any zone, local times are the instants that Temporal finds', () => {
  const zone = fc.constantFrom(...zones)
  const places = fc.array(fc.tuple(fc.nat(), near), { minLength: 12, maxLength: 12 })
  fc.assert(
    fc.property(zone, places, (zone, places) => {
      const changes = changesOf(zone)
      const clock = localClock(zone, 'EARLIER')
      const strict = localClock(zone, 'REJECT')
      for (const [which, off] of places) {
        const ms = (changes[which % changes.length] ?? Date.UTC(2000, 0, 1)) + off
        const local = Temporal.Instant.fromEpochMilliseconds(ms).toZonedDateTimeISO('UTC').toPlainDateTime()
        const earlier = local.toZonedDateTime(zone, { disambiguation: 'earlier' })
        const later = local.toZonedDateTime(zone, { disambiguation: 'later' })
        const gap = !earlier.toPlainDateTime().equals(local)
        expect([zone, ms, clock(ms)]).toEqual([
          zone,
          ms,
          gap ? 'NO_SUCH_LOCAL_TIME' : earlier.epochMilliseconds,
        ])
        const twice = earlier.epochMilliseconds !== later.epochMilliseconds
        if (!gap) expect(strict(ms)).toBe(twice ? 'AMBIGUOUS_LOCAL_TIME' : earlier.epochMilliseconds)
      }
    }),
    { numRuns: 60 },
  )
})
