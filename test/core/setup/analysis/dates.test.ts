import { describe, expect, test } from 'vitest'
import { analyse, codes, column, dayFirst, isoDate, monthFirst, plainFile, plainRows } from './a-sample.ts'

const start = (date: (day: number, row: number) => string, rows = 40) => {
  const analysis = analyse(plainFile(plainRows(rows, date)))
  return { analysis, found: column(analysis, 'Start') }
}

const two = (value: number) => String(value).padStart(2, '0')
const hour = (row: number) => 8 + (row % 10)
const epoch = (day: number, row: number) => Math.floor(Date.UTC(2026, 2, day, hour(row), row % 60, 7) / 1000)
const MONTHS = ['Jan', 'Feb', 'Mär', 'Apr']

describe('a date and time in one column', () => {
  test.each<[format: string, date: (day: number, row: number) => string]>([
    ['yyyy-MM-dd HH:mm:ss', isoDate],
    ['ISO', (day, row) => `${isoDate(day, row).replace(' ', 'T')}Z`],
    ['ISO', (day, row) => `${isoDate(day, row).replace(' ', 'T')}.${row}+01:00`],
    ['ISO', (day, row) => `${isoDate(day, row)} +0100`],
    ['ISO', (day, row) => (row % 3 === 0 ? isoDate(day, row) : `${isoDate(day, row)}.5`)],
    ['yyyy-MM-dd HH:mm:ss.SSS', (day, row) => `${isoDate(day, row)}.${100 + row}`],
    ['dd/MM/yyyy HH:mm', dayFirst],
    ['MM/dd/yyyy HH:mm', monthFirst],
    ['dd.MM.yyyy HH:mm:ss', (day, row) => `${two(day)}.03.2026 ${two(hour(row))}:${two(row % 60)}:00`],
    ['d.M.yy HH:mm', (day, row) => `${day}.3.26 ${two(hour(row))}:${two(row % 60)}`],
    ['M/d/yyyy h:mm:ss a', (day, row) => `3/${day}/2026 ${(hour(row) % 12) + 1}:${two(row % 60)}:07 PM`],
    ['yyyy/M/d HH:mm', (day, row) => `2026/3/${day} ${two(hour(row))}:${two(row % 60)}`],
    [
      'dd MMM yyyy HH:mm',
      (day, row) => `${two(day)} ${MONTHS[row % 4]} 2026 ${two(hour(row))}:${two(row % 60)}`,
    ],
    [
      'EEE, dd MMM yyyy HH:mm',
      (day, row) => `"Tue, ${two(day)} Mar 2026 ${two(hour(row))}:${two(row % 60)}"`,
    ],
    [
      'EEE, dd MMM yyyy HH:mm',
      (day, row) => `"quinta-feira, ${two(day)} ago. 2026 ${two(hour(row))}:${two(row % 60)}"`,
    ],
    ['d MMM yyyy HH:mm', (day, row) => `${day} juill. 2026 ${two(hour(row))}:${two(row % 60)}`],
    ["yyyy-MM-dd HH:mm:ss 'UTC'", (day, row) => `${isoDate(day, row)} UTC`],
    ['yyyyMMddHHmmss', (day, row) => isoDate(day, row).replaceAll(/\D/g, '')],
    ['EPOCH_SECONDS', (day, row) => (row % 9 === 4 ? '0' : String(epoch(day, row)))],
    ['EPOCH_MILLISECONDS', (day, row) => String(epoch(day, row) * 1000 + row)],
    ['SPREADSHEET_DAYS', (day, row) => (46_082 + day + row / 97).toFixed(6)],
  ])('%s', (format, date) => {
    const { analysis, found } = start(date)
    expect(found).toMatchObject({ guess: 'CONTACT_DATE', format, alternatives: [] })
    expect(analysis.proposal?.columns[2]).toMatchObject({ field: 'CONTACT_DATE', format, required: true })
    expect(codes(analysis)).toEqual([])
  })

  test('times that say UTC are read as UTC, whatever the tenant', () => {
    const berlin = { timeZone: 'Europe/Berlin' }
    expect(analyse(plainFile(), berlin).proposal?.timeZone).toBe('Europe/Berlin')
    const utc = plainFile(plainRows(40, (day, row) => `${isoDate(day, row)} UTC`))
    expect(analyse(utc, berlin).proposal?.timeZone).toBe('UTC')
    expect(analyse(plainFile().replace('Start', 'Start (UTC)'), berlin).proposal?.timeZone).toBe('UTC')
  })
})

describe('day or month first', () => {
  test('one row of thousands decides, wherever it stands', () => {
    const rows = plainRows(5000, (day, row) =>
      row === 4321 ? '03/25/2026 09:00' : `03/${two((day % 12) + 1)}/2026 09:00`,
    )
    expect(column(analyse(plainFile(rows)), 'Start')).toMatchObject({
      format: 'MM/dd/yyyy HH:mm',
      alternatives: [],
    })
  })

  test('what no row decides is asked, and not agreed on', () => {
    const { analysis, found } = start((day, row) => dayFirst((day % 12) + 1, row))
    expect(new Set([found?.format, ...(found?.alternatives ?? [])])).toEqual(
      new Set(['MM/dd/yyyy HH:mm', 'dd/MM/yyyy HH:mm']),
    )
    expect(found?.confidence).toBeLessThanOrEqual(0.85)
    expect(analysis.problems).toMatchObject([{ code: 'AMBIGUOUS_DATE', column: 3, whoseMove: 'SENDER' }])
    expect(analysis.problems[0]?.message).toContain('dd/MM/yyyy HH:mm')
    expect(analysis.proposal?.columns[2]).toMatchObject({ field: 'CONTACT_DATE', format: null })
  })

  test('where the words are German or cells stand between semicolons, the day is the likelier first', () => {
    const text = plainFile(plainRows(40, (day, row) => dayFirst((day % 12) + 1, row)))
    expect(column(analyse(text.replaceAll(',', ';')), 'Start')?.format).toBe('dd/MM/yyyy HH:mm')
    expect(column(analyse(text), 'Start')?.format).toBe('MM/dd/yyyy HH:mm')
  })

  test('dots are never month first', () => {
    const { found } = start((day, row) => `${two((day % 12) + 1)}.03.2026 09:${two(row % 60)}`)
    expect(found).toMatchObject({ format: 'dd.MM.yyyy HH:mm', alternatives: [] })
  })

  test('rows of both orders are named, and nothing is proposed for them', () => {
    const { analysis, found } = start(
      (day, row) => (row === 30 ? '03/25/2026 09:00' : dayFirst(day, row)),
      200,
    )
    expect(found).toMatchObject({ guess: 'CONTACT_DATE', format: null, alternatives: [] })
    expect(analysis.problems).toMatchObject([{ code: 'MIXED_DATE_ORDERS', row: 31, column: 3 }])
    expect(analysis.problems[0]?.message).toContain('"03/25/2026 09:00"')
    expect(analysis.problems[0]?.message).toMatch(/row 13 \("13\/03\/2026/)
  })

  test('two-digit years may be anywhere that a row does not rule out', () => {
    expect(start((day, row) => `${two((day % 9) + 1)}-06-18 10:${two(row % 60)}`).found).toMatchObject({
      format: 'MM-dd-yy H:mm',
      alternatives: ['dd-MM-yy H:mm'],
    })
    expect(start((day, row) => `26-03-${two(day)} 10:${two(row % 60)}`).found).toMatchObject({
      format: 'yy-MM-dd H:mm',
      alternatives: [],
    })
  })
})

describe('dates that no one format reads', () => {
  test.each<[string, (day: number, row: number) => string]>([
    ['two ways to write them', (day, row) => (row % 2 === 0 ? isoDate(day, row) : dayFirst(day, row))],
    ['days without a year', day => `03/${two(day)}`],
  ])('%s are said with an example', (_, date) => {
    const analysis = analyse(plainFile(plainRows(40, date)).replace('Start', 'Start date'))
    const found = column(analysis, 'Start date')
    expect(found).toMatchObject({ guess: expect.stringMatching(/^CONTACT_DA/), format: null })
    expect(codes(analysis)).toContain('UNREADABLE_DATE')
  })

  test('a few cells that are no dates do not hide those that are', () => {
    const { found } = start((day, row) => (row % 20 === 7 ? 'unknown' : isoDate(day, row)))
    expect(found).toMatchObject({ guess: 'CONTACT_DATE', format: 'yyyy-MM-dd HH:mm:ss' })
  })
})

describe('a day and its time in two columns', () => {
  const rows = (date: (day: number) => string, time: (row: number) => string) =>
    Array.from(
      { length: 40 },
      (_, row) => `C-${row},jane${row % 3},${date((row % 27) + 1)},${time(row)},00:0${row % 9}:1${row % 7}`,
    )
  const of = (day: (day: number) => string, time: (row: number) => string) =>
    analyse(`Call ID,Agent,Date,Time,Duration\n${rows(day, time).join('\n')}\n`)

  test.each<[day: string, time: string, (day: number) => string, (row: number) => string]>([
    ['yyyy-MM-dd', 'H:mm:ss', day => `2026-03-${two(day)}`, row => `${hour(row)}:15:07`],
    ['dd/MM/yyyy', 'HH:mm', day => `${two(day)}/03/2026`, row => `${two(hour(row))}:15`],
    ['dd/MM/yyyy', 'hh:mm a', day => `${two(day)}/03/2026`, row => `0${(row % 9) + 1}:15 AM`],
    [
      "yyyy-MM-dd' 00:00:00'",
      'HH:mm:ss',
      day => `2026-03-${two(day)} 00:00:00`,
      row => `${two(hour(row))}:15:07`,
    ],
    ['yyyyMMdd', 'HH:mm:ss', day => `202603${two(day)}`, row => `${two(hour(row))}:15:07`],
    [
      'dd.MM.yyyy',
      "'1899-12-30 'HH:mm:ss",
      day => `${two(day)}.03.2026`,
      row => `1899-12-30 ${two(hour(row))}:15:07`,
    ],
  ])('%s and %s', (day, time, writeDay, writeTime) => {
    const analysis = of(writeDay, writeTime)
    expect(column(analysis, 'Date')).toMatchObject({ guess: 'CONTACT_DAY', format: day })
    expect(column(analysis, 'Time')).toMatchObject({ guess: 'CONTACT_TIME', format: time })
    expect(column(analysis, 'Duration')).toMatchObject({ guess: 'DURATION', format: 'h:mm:ss' })
    expect(codes(analysis)).toEqual([])
  })
})

describe('which of several dates is the contact', () => {
  const of = (header: string, cells: (row: number) => string) =>
    analyse(
      `Call ID,Agent,${header}\n${Array.from({ length: 40 }, (_, row) => `C-${row},jane${row % 3},${cells(row)}`).join('\n')}\n`,
    )
  const at = (row: number, minutes: number, mark = '') =>
    `2026-03-${two((row % 27) + 1)} ${two(hour(row))}:${two((row % 20) + minutes)}:00${mark}`
  const chosen = (analysis: ReturnType<typeof of>) =>
    analysis.columns.filter(({ guess }) => guess.startsWith('CONTACT_')).map(({ header }) => header)

  test.each<[wanted: string[], header: string, (row: number) => string]>([
    [['Started'], 'Ended,Started', row => `${at(row, 9)},${at(row, 2)}`],
    [
      ['Start Time'],
      'Created At,Start Time,Modified At',
      row => `${at(row, 1)},${at(row, 2)},${at(row, 30)}`,
    ],
    [['Local Start'], 'UTC Start,Local Start', row => `${at(row, 2)},${at(row, 2)}`],
    [
      ['Start (UTC)'],
      'Date,Time,Time Zone,Start (UTC)',
      row => `${at(row, 2).replace(' ', ',')},Europe/Paris,${at(row, 2)}`,
    ],
    [['Start UTC'], 'Start Local,Start UTC', row => `${at(row, 2)},${at(row, 2, 'Z')}`],
    [['First'], 'Second,First', row => `${at(row, 20)},${at(row, 3)}`],
    [['Ende'], 'Ende', row => at(row, 3)],
  ])('%s of %s', (wanted, header, cells) => {
    expect(chosen(of(header, cells))).toEqual(wanted)
  })
})
