import { expect, test } from 'vitest'
import type { TimeParser, WrittenTime } from '../../../core/templates/calendar.ts'
import { parseIsoClock, parseIsoDateTime, parseIsoDay } from '../../../core/templates/iso-time.ts'
import { compileTimePattern } from '../../../core/templates/time-pattern.ts'
import { fc } from '../../support/properties.ts'

const read = (parse: TimeParser, text: string) => {
  const into: WrittenTime = { localMs: 0, offset: null }
  if (!parse(text, into)) return null
  const offset = into.offset === null ? '' : ` ${into.offset}`
  return `${new Date(into.localMs).toISOString().slice(0, -1)}${offset}`
}

const pattern = (text: string): TimeParser => {
  const compiled = compileTimePattern(text)
  if (typeof compiled === 'string') throw new Error(compiled)
  return compiled.parse
}

test.each([
  ['2019-05-03T09:27:23+00:00', '2019-05-03T09:27:23.000 0'],
  ['2026-01-02T03:04:05.6789Z', '2026-01-02T03:04:05.678 0'],
  ['2026-01-02 3:04', '2026-01-02T03:04:00.000'],
  ['2026-01-02 03:04:05,5 +0130', '2026-01-02T03:04:05.500 90'],
  ['20260102T030405-05', '2026-01-02T03:04:05.000 -300'],
  ['2024-02-29T00:00', '2024-02-29T00:00:00.000'],
  ['2023-02-29T00:00', null],
  ['2026-01-02', null],
  ['2026-01-02T24:00', null],
  ['2026-01-02T03:60', null],
  ['0001-01-01T00:00', null],
  ['2101-01-01T00:00', null],
  ['2026-01-02T03:04+19:00', null],
  ['2026-01-02T03:04 or so', null],
])('ISO: %s', (text, expected) => {
  expect(read(parseIsoDateTime, text)).toBe(expected)
})

test('ISO days and times of day apart', () => {
  expect(read(parseIsoDay, '2021-01-01')).toBe('2021-01-01T00:00:00.000')
  expect(read(parseIsoDay, '2021-1-1')).toBeNull()
  expect(read(parseIsoClock, '9:12:58')).toBe('1970-01-01T09:12:58.000')
  expect(read(parseIsoClock, '0912')).toBe('1970-01-01T09:12:00.000')
})

test.each([
  ['dd/MM/yyyy HH:mm:ss', '31/12/2025 23:59:58', '2025-12-31T23:59:58.000'],
  ['dd/MM/yyyy HH:mm:ss', '31/02/2025 00:00:00', null],
  ['dd/MM/yyyy HH:mm:ss', '1/12/2025 00:00:00', null],
  ['dd/MM/yyyy HH:mm:ss', '01/12/2025 00:00:00 ', null],
  ['d.M.yyyy H:mm', '1.2.2025 9:05', '2025-02-01T09:05:00.000'],
  ['d.M.yyyy H:mm', '11.12.2025 19:05', '2025-12-11T19:05:00.000'],
  ['yyyyMMddHHmmss', '20250201090507', '2025-02-01T09:05:07.000'],
  ['M/d/yyyy h:mm a', '2/1/2025 12:05 am', '2025-02-01T00:05:00.000'],
  ['M/d/yyyy h:mm a', '2/1/2025 12:05 PM', '2025-02-01T12:05:00.000'],
  ['M/d/yyyy h:mm a', '2/1/2025 11:05 p.m.', '2025-02-01T23:05:00.000'],
  ['M/d/yyyy h:mm a', '2/1/2025 13:05 PM', null],
  ['dd.MM.yy HH:mm', '01.02.25 09:05', '2025-02-01T09:05:00.000'],
  ["dd.MM.yyyy 'um' HH''mm", "01.02.2025 um 09'05", '2025-02-01T09:05:00.000'],
  ['yyyy-MM-dd HH:mm:ss.SSS', '2025-02-01 09:05:07.123', '2025-02-01T09:05:07.123'],
  ['yyyy-MM-dd HH:mm:ss.SSSSSS', '2025-02-01 09:05:07.123456', '2025-02-01T09:05:07.123'],
  ['yyyy-MM-dd HH:mm:ssXXX', '2025-02-01 09:05:07+02:00', '2025-02-01T09:05:07.000 120'],
  ['yyyy-MM-dd HH:mm:ss Z', '2025-02-01 09:05:07 -0330', '2025-02-01T09:05:07.000 -210'],
  ['yyyy-MM-dd HH:mmX', '2025-02-01 09:05Z', '2025-02-01T09:05:00.000 0'],
])('%s reads %s', (format, text, expected) => {
  expect(read(pattern(format), text)).toBe(expected)
})

test('every moment written by a pattern is read back', () => {
  const parse = pattern('dd/MM/yyyy HH:mm:ss.SSS')
  const iso = /^(\d+)-(\d+)-(\d+)T(.*)Z$/
  fc.assert(
    fc.property(fc.integer({ min: 0, max: Date.UTC(2100, 11, 31) }), ms => {
      const text = new Date(ms).toISOString().replace(iso, '$3/$2/$1 $4')
      expect(read(parse, text)).toBe(new Date(ms).toISOString().slice(0, -1))
    }),
  )
})
