import { expect, test } from 'vitest'
import { aTemplate } from '../../templates/a-template.ts'
import { readAll } from './read-all.ts'

const template = aTemplate(undefined, { maxRejectedShare: 1, emptyWords: ['-', 'Null'] })
const header = 'Id,Agent,Date,Phone,Duration,Url,Note'
const sound = '1,ann,31/12/2025 10:00,+49301,1:00,https://x.example/1,fine'
const row = (cells: Record<string, string>) => {
  const names = header.split(',')
  const values = sound.split(',')
  return names.map((name, index) => cells[name] ?? values[index]).join(',')
}

const faults: [
  what: string,
  line: string,
  code: string,
  column: string | null,
  value: string | null,
  words: RegExp,
][] = [
  ['too few cells', '2,ann,31/12/2025 10:00', 'MISSING_COLUMN', 'Phone', null, /3 cells, the header 7/],
  ['too many cells', `${sound},more`, 'EXTRA_COLUMN', null, 'more', /8 cells, the header 7/],
  ['no reference', row({ Id: ' ' }), 'MISSING_VALUE', 'Id', ' ', /reference is missing/],
  ['no agent', row({ Agent: '' }), 'MISSING_VALUE', 'Agent', '', /agent is missing/],
  ['no date', row({ Date: '' }), 'MISSING_VALUE', 'Date', '', /date is missing/],
  ['a word that means nothing', row({ Agent: 'NULL' }), 'MISSING_VALUE', 'Agent', 'NULL', /missing/],
  [
    'an impossible date',
    row({ Date: '31/02/2025 10:00' }),
    'BAD_DATE',
    'Date',
    '31/02/2025 10:00',
    /dd\/MM\/yyyy/,
  ],
  [
    'a date of another form',
    row({ Date: '2025-12-31T10:00' }),
    'BAD_DATE',
    'Date',
    '2025-12-31T10:00',
    /Correct it/,
  ],
  [
    'an hour that does not exist',
    row({ Date: '30/03/2025 02:30' }),
    'NO_SUCH_LOCAL_TIME',
    'Date',
    '30/03/2025 02:30',
    /forward/,
  ],
  ['a bad duration', row({ Duration: '1:75' }), 'BAD_NUMBER', 'Duration', '1:75', /m:ss/],
  ['a damaged reference', row({ Id: '5.58E+12' }), 'SPREADSHEET_DAMAGE', 'Id', '5.58E+12', /digits are lost/],
  ['a damaged agent', row({ Agent: '1E+05' }), 'SPREADSHEET_DAMAGE', 'Agent', '1E+05', /spreadsheet/],
  ['a damaged phone', row({ Phone: '4.93E+11' }), 'SPREADSHEET_DAMAGE', 'Phone', '4.93E+11', /spreadsheet/],
  ['NUL', row({ Note: 'a\0b' }), 'BAD_CHARACTER', 'Note', 'a\0b', /NUL/],
  ['another control character', row({ Id: 'a\u0007' }), 'BAD_CHARACTER', 'Id', 'a\u0007', /U\+0007/],
  ['U+FFFD', row({ Agent: 'J\uFFFDrg' }), 'BAD_CHARACTER', 'Agent', 'J\uFFFDrg', /lost/],
  ['a long cell', row({ Note: 'x'.repeat(65_537) }), 'TOO_LONG', 'Note', `${'x'.repeat(200)}…`, /64 KiB/],
  [
    'a long cell in bytes',
    row({ Note: 'é'.repeat(32_769) }),
    'TOO_LONG',
    'Note',
    `${'é'.repeat(200)}…`,
    /64 KiB/,
  ],
  ['a long reference', row({ Id: 'x'.repeat(513) }), 'TOO_LONG', 'Id', `${'x'.repeat(200)}…`, /512/],
  [
    'a script for an address',
    row({ Url: 'javascript:alert(1)' }),
    'BAD_URL',
    'Url',
    'javascript:alert(1)',
    /https/,
  ],
  ['a stray quote', row({ Id: '"a" b' }), 'BAD_QUOTE', null, row({ Id: '"a" b' }), /quotes/],
  ['a quote inside', row({ Note: 'x"y' }), 'BAD_QUOTE', null, row({ Note: 'x"y' }), /written twice/],
]

test.each(faults)('%s rejects its row alone', async (_, line, code, column, value, words) => {
  const reading = await readAll(`${header}\n${sound}\n${line}\n${row({ Id: '3' })}\n`, template)
  expect(reading.rejections).toEqual([{ row: 2, column, value, code, message: expect.stringMatching(words) }])
  expect(reading.rows.map(({ reference }) => reference)).toEqual(['1', '3'])
  expect(reading.summary).toMatchObject({ rowsRead: 3, staged: 2, rejected: 1 })
  expect(reading.summary.problems).toMatchObject([
    { code, whoseMove: 'SENDER', row: 2, details: { count: 1 } },
  ])
})

test('a row with several bad cells is rejected once, and each cell is said', async () => {
  const reading = await readAll(`${header}\n${row({ Id: '', Date: 'x', Duration: 'y' })}\n`, template)
  expect(reading.summary.rejected).toBe(1)
  expect(reading.rejections.map(({ code, column }) => [code, column])).toEqual([
    ['MISSING_VALUE', 'Id'],
    ['BAD_DATE', 'Date'],
    ['BAD_NUMBER', 'Duration'],
  ])
})

test('the doubled hour is rejected where that is agreed', async () => {
  const file = `${header}\n${row({ Date: '26/10/2025 02:30' })}\n`
  const strict = await readAll(file, { ...template, ambiguousTime: 'REJECT' })
  expect(strict.rejections).toMatchObject([{ code: 'AMBIGUOUS_LOCAL_TIME', column: 'Date' }])
  const later = await readAll(file, { ...template, ambiguousTime: 'LATER' })
  expect(later.rows).toMatchObject([{ occurred_at: '2025-10-26T01:30:00.000Z' }])
})

test('a line longer than a record may be is rejected, and the next one is read', async () => {
  const long = row({ Note: 'x'.repeat(3 * 1024 * 1024) })
  const reading = await readAll(`${header}\n${sound}\n${long}\n${row({ Id: '3' })}\n`, template)
  expect(reading.rejections).toMatchObject([{ row: 2, code: 'TOO_LONG' }])
  expect(reading.rows).toHaveLength(2)
})

test('an unclosed quote costs its own line', async () => {
  const lines = Array.from({ length: 40 }, (_, i) => row({ Id: i === 7 ? '"7' : String(i) }))
  for (const end of ['\n', '\r\n']) {
    const reading = await readAll([header, ...lines].join(end), template)
    expect(reading.rejections).toMatchObject([{ row: 8, code: 'BAD_QUOTE', value: row({ Id: '"7' }) }])
    expect(reading.summary).toMatchObject({ rowsRead: 40, staged: 39, rejected: 1 })
  }
})

test('rejections are handed out up to a limit, and counted beyond it', async () => {
  const lines = Array.from({ length: 50 }, () => row({ Date: 'x' }))
  const reading = await readAll([header, ...lines].join('\n'), template, { rejectionLimit: 10 })
  expect(reading.rejections).toHaveLength(10)
  expect(reading.summary).toMatchObject({ rejected: 50 })
  expect(reading.summary.problems[0]?.details).toMatchObject({ count: 50, column: 'Date' })
  expect(reading.rejectedCsv.split('\n')).toHaveLength(52)
})
