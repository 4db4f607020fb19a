import { describe, expect, test } from 'vitest'
import { analyse, codes, column, isoDate, plainFile, plainHeader, plainRows } from './a-sample.ts'

const BERLIN = 'Europe/Berlin'
const NEW_YORK = 'America/New_York'

const underHeader = (start: string, timeZone: string, mark = '') => {
  const rows = plainRows(40, (day, row) => `${isoDate(day, row)}${mark}`)
  const analysis = analyse(plainFile(rows).replace('Start', start), { timeZone })
  return { analysis, start: column(analysis, start), zone: analysis.proposal?.timeZone }
}

const besideColumn = (header: string, cell: (row: number) => string, timeZone = BERLIN, start = 'Start') => {
  const rows = plainRows(40).map((row, index) => `${row},${cell(index)}`)
  const text = [`${plainHeader.replace('Start', start)},${header}`, ...rows, ''].join('\n')
  const analysis = analyse(text, { timeZone })
  return { analysis, start: column(analysis, start), zone: analysis.proposal?.timeZone }
}

const isAsked = ({ analysis, start }: ReturnType<typeof underHeader>, stated: string, zone: string) => {
  expect(start?.guess).toBe('CONTACT_DATE')
  expect(start?.confidence).toBeLessThanOrEqual(0.85)
  expect(analysis.problems).toMatchObject([
    { code: 'TIME_ZONE_STATED', whoseMove: 'SENDER', details: { stated, timeZone: zone } },
  ])
  expect(analysis.problems[0]?.message).toContain(stated)
  expect(analysis.problems[0]?.message).toContain(zone)
  expect(analysis.proposal?.timeZone).toBe(zone)
}

describe('a zone that the header states', () => {
  test.each<[stated: string, header: string]>([
    ['UTC-05:00', 'Start Time (UTC-05:00)'],
    ['UTC+1', 'Beginn (UTC+1)'],
    ['GMT+02:00', 'Start GMT+02:00'],
    ['+0200', 'Start (+0200)'],
    ['EST', 'Start Time (EST)'],
    ['ET', 'Start Time (ET)'],
    ['ET', 'Start Time ET'],
    ['pst', 'call_start_pst'],
    ['EDT', 'InitiatedDateTimeEDT'],
    ['UTC_-5', 'start_UTC_-5'],
    ['Eastern Time', 'Start (Eastern Time)'],
    ['Pacific', 'Start (Pacific)'],
    ['JST', 'Start [JST]'],
  ])('%s is asked about, where the account keeps another: %s', (stated, header) => {
    isAsked(underHeader(header, BERLIN), stated, BERLIN)
  })

  test.each<[header: string, timeZone: string]>([
    ['Start Time (ET)', NEW_YORK],
    ['Start Time (EST)', NEW_YORK],
    ['Start (Eastern Time)', NEW_YORK],
    ['Beginn (MEZ)', BERLIN],
    ['Start (CET)', BERLIN],
    ['Start (UTC+5:30)', 'Asia/Kolkata'],
    ['Start (IST)', 'Asia/Kolkata'],
  ])('is not, where the account keeps the same: %s, %s', (header, timeZone) => {
    const { analysis, start, zone } = underHeader(header, timeZone)
    expect(zone).toBe(timeZone)
    expect(codes(analysis)).toEqual([])
    expect(start?.confidence).toBeGreaterThan(0.85)
  })

  test('an offset is no zone that changes its clocks, even if it is the one of its winter', () => {
    isAsked(underHeader('Beginn (UTC+1)', BERLIN), 'UTC+1', BERLIN)
  })

  test('is the proposal, where it is a name that templates know', () => {
    const { analysis, zone } = underHeader('Start (America/New_York)', BERLIN)
    expect(zone).toBe(NEW_YORK)
    expect(codes(analysis)).toEqual([])
  })

  test.each(['Start (UTC)', 'Start GMT', 'startUTC', 'Start (UTC-Zeit)', 'Start (UTC+0)'])(
    'is UTC, where it says no more: %s',
    header => {
      const { analysis, zone } = underHeader(header, BERLIN)
      expect(zone).toBe('UTC')
      expect(codes(analysis)).toEqual([])
    },
  )

  test.each([
    'Date/Time',
    'Date et heure',
    'DATE ET HEURE',
    'Start (local)',
    'Start Date',
    'Start (Ortszeit)',
  ])('is none: %s', header => {
    expect(codes(underHeader(header, BERLIN).analysis)).toEqual([])
  })

  test('counts for nothing where cells bear their offset', () => {
    expect(codes(underHeader('Start (EST)', BERLIN, '-05:00').analysis)).toEqual([])
  })
})

describe('a zone that the cells state', () => {
  test('is asked about, and is no text that stands for itself', () => {
    isAsked(underHeader('Start', BERLIN, ' EST'), 'EST', BERLIN)
  })

  test('is asked about also where the account keeps it, since summer has another word', () => {
    isAsked(underHeader('Start', NEW_YORK, ' EST'), 'EST', NEW_YORK)
    expect(codes(underHeader('Start', 'Asia/Kolkata', ' IST').analysis)).toEqual([])
  })
})

describe('a column of zones or offsets beside the start', () => {
  test.each<[stated: string, header: string, (row: number) => string]>([
    ['America/New_York', 'Time Zone', () => 'America/New_York'],
    ['America/Denver', 'Region', row => (row % 2 === 0 ? 'America/Denver' : BERLIN)],
    ['-300', 'UTC Offset', () => '-300'],
    ['-05:00', 'tz_offset', () => '-05:00'],
    ['-0500', 'GMT Offset', () => '-0500'],
    ['EST', 'timezone', () => 'EST'],
    ['Eastern Standard Time', 'TimeZone', () => 'Eastern Standard Time'],
  ])('is asked about, where it has another than the account: %s in %s', (stated, header, cell) => {
    const found = besideColumn(header, cell)
    isAsked(found, stated, BERLIN)
    expect(found.analysis.problems[0]?.column).toBe(6)
  })

  test.each<[header: string, (row: number) => string, timeZone: string]>([
    ['Time Zone', () => BERLIN, BERLIN],
    ['UTC Offset', row => (row % 2 === 0 ? '60' : '120'), BERLIN],
    ['UTC Offset', row => (row % 2 === 0 ? '+01:00' : '+02:00'), BERLIN],
    ['UTC Offset', () => '-5', 'America/Bogota'],
    ['Time Zone', () => 'UTC', 'UTC'],
    ['Time Zone', row => (row % 2 === 0 ? 'EST' : 'EDT'), NEW_YORK],
    ['Team', () => 'Sales/Support', BERLIN],
    ['Recording Offset', () => '12', BERLIN],
    ['Customer Time Zone', () => NEW_YORK, BERLIN],
    ['Time Zone', () => '', BERLIN],
  ])('is not, where it has the same, or is none: %s', (header, cell, timeZone) => {
    const { analysis, start } = besideColumn(header, cell, timeZone)
    expect(codes(analysis)).toEqual([])
    expect(start?.confidence).toBeGreaterThan(0.85)
  })

  test.each(['Start (UTC)', 'Start (Europe/Berlin)'])(
    'is not, where the header of the start says more: %s',
    start => {
      expect(codes(besideColumn('Time Zone', () => NEW_YORK, BERLIN, start).analysis)).toEqual([])
    },
  )

  test('is not, where the start is a count from 1970', () => {
    const rows = plainRows(40, (day, row) => String(Date.UTC(2026, 2, day, 9, row) / 1000))
    const text = [`${plainHeader},Time Zone`, ...rows.map(row => `${row},${NEW_YORK}`), ''].join('\n')
    expect(codes(analyse(text, { timeZone: BERLIN }))).toEqual([])
  })
})

test('a day and its time are asked about once', () => {
  const rows = plainRows(40, (day, row) => isoDate(day, row).replace(' ', ','))
  const text = plainFile(rows).replace('Start', 'Start Date (EST),Start Time (EST)')
  const analysis = analyse(text, { timeZone: BERLIN })
  expect(codes(analysis)).toEqual(['TIME_ZONE_STATED'])
  expect(column(analysis, 'Start Date (EST)')?.confidence).toBeLessThanOrEqual(0.85)
  expect(column(analysis, 'Start Time (EST)')?.confidence).toBeLessThanOrEqual(0.85)
})
