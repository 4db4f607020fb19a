import { expect, test } from 'vitest'
import { headerWords, wholeHeaders } from '../../../../core/setup/analysis/header-words.ts'
import { foldWords } from '../../../../core/setup/analysis/read-header.ts'
import type { SampleAnalysis } from '../../../../core/setup/analysis/sample-analysis.ts'
import { formatFault } from '../../../../core/templates/format-fault.ts'
import { fc } from '../../../support/properties.ts'
import { analyse } from './a-sample.ts'

const LATER = /not supported yet|are not supported/

/** What should hold of every answer, whatever was asked, and does not. Thousands are looked at: one look each. */
const broken = (analysis: SampleAnalysis): string[] => {
  const { columns, proposal, problems, dialect, rowCount } = analysis
  const once = columns.map(({ guess }) => guess).filter(guess => guess !== 'METADATA' && guess !== 'IGNORED')
  const faults: [boolean, string][] = [
    [new Set(once).size < once.length, 'a field is proposed twice'],
    [once.includes('CONTACT_DATE') && once.includes('CONTACT_DAY'), 'there are two dates'],
    [dialect === null && columns.length > 0, 'columns of no text'],
    [rowCount < 0, 'less than no rows'],
    [(proposal?.columns.length ?? 0) > columns.length, 'more columns are proposed than there are'],
    [JSON.stringify(JSON.parse(JSON.stringify(analysis))) !== JSON.stringify(analysis), 'it is no JSON'],
    ...columns.flatMap(({ confidence, examples, format, alternatives, guess }): [boolean, string][] => [
      [!(confidence >= 0 && confidence <= 1), `a confidence of ${confidence}`],
      [examples.length > 5, 'too many examples'],
      ...[format, ...alternatives].map((each): [boolean, string] => {
        const fault = formatFault({ header: 'x', field: guess, required: false, format: each })
        return [fault !== null && !LATER.test(fault), `${guess} as ${each}: ${fault}`]
      }),
    ]),
    ...problems.flatMap(({ code, message }): [boolean, string][] => [
      [!/^[A-Z_]+$/.test(code), `the code ${code}`],
      [!message.endsWith('.') || message.length > 3000, `the message ${message}`],
    ]),
  ]
  return faults.filter(([isBroken]) => isBroken).map(([, words]) => words)
}

const holds = (sample: string | Uint8Array) => {
  const faults = broken(analyse(sample))
  if (faults.length > 0) throw new Error(faults.join('; '))
}

test('any bytes have an answer', () => {
  fc.assert(fc.property(fc.uint8Array({ maxLength: 2000 }), holds), { numRuns: 300 })
})

test('so has any text of delimiters, quotes and line ends', () => {
  const piece = fc.constantFrom(
    ',',
    ';',
    '\t',
    '|',
    '"',
    '""',
    "'",
    '\n',
    '\r\n',
    '\r',
    ' ',
    'a',
    '0',
    '12',
    '-',
    'sep=;\n',
  )
  fc.assert(
    fc.property(fc.array(piece, { maxLength: 400 }), pieces => holds(pieces.join(''))),
    { numRuns: 500 },
  )
})

test('and any table of the cells that exports have, under any of their headers', () => {
  const cell = fc.constantFrom(
    '',
    '-',
    'NULL',
    '0',
    '1',
    '17',
    '245',
    '4821177',
    '1771057067',
    '1771057067120',
    '1771057067.4821',
    '46082.397',
    '0.0028',
    '2026-03-01',
    '2026-03-14 09:31:07',
    '2026-03-14T09:31:07Z',
    '14/03/2026 09:31',
    '03/14/2026',
    '1/2/26 9:31 AM',
    '14.3.26',
    '14 Mar 2026',
    '20260314093107',
    '09:31:07',
    '0:04:05',
    '4:05',
    '04m05s',
    '9:31 PM',
    'inbound',
    'voice',
    'yes',
    'Jane Doe',
    'Doe, Jane (117)',
    'jdoe',
    'jane@example.com',
    '+49 30 1234567',
    '5.58E+12',
    '3f2b8c9a-1d4e-4f6a-9b7c-2a1d3e4f5a6b',
    'https://example.com/x',
    'D:\\a\\b.wav',
    'c.mp4',
    'SIP/100-0a1b',
    'some words',
    'Ä',
    'Total',
    '99/99/9999 99:99:99',
  )
  const header = fc.constantFrom(
    '',
    'Call ID',
    'ID',
    'Agent',
    'User',
    'Start',
    'End Time',
    'Date',
    'Time',
    'Duration',
    'Dauer',
    'Talk Time (ms)',
    'From',
    'To',
    'Avg Handle',
    'Interval Start',
    'Queue',
    'Recording',
    'x',
    'nightdrop_reason',
    '%',
    'Call Time',
    'Birth date',
    '()',
  )
  const table = fc.integer({ min: 1, max: 6 }).chain(width =>
    fc.record({
      header: fc.array(header, { minLength: width, maxLength: width }),
      rows: fc.array(fc.array(cell, { minLength: width, maxLength: width + 1 }), { maxLength: 12 }),
    }),
  )
  fc.assert(
    fc.property(table, ({ header, rows }) =>
      holds([header, ...rows].map(cells => cells.join('|')).join('\n')),
    ),
    { numRuns: 1000 },
  )
})

test('the table of headers is written in small letters without accents, and means one field by each', () => {
  const words = Object.values(headerWords).flatMap(list => list.split(/\s+/))
  expect(words.filter(word => foldWords(word) !== word || word === '')).toEqual([])
  const whole = Object.entries(wholeHeaders).flatMap(([field, list]) =>
    list.split(',').map(header => [header.trim(), field]),
  )
  expect(whole.filter(([header = '']) => foldWords(header) !== header)).toEqual([])
  const squeezed = whole.map(([header = '']) => header.replaceAll(/[^a-z0-9]/g, ''))
  expect(squeezed.filter((header, index) => squeezed.indexOf(header) !== index)).toEqual([])
})
