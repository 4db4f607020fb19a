import { expect, test } from 'vitest'
import { analyse, codes, fields, plainFile, plainRows } from './a-sample.ts'

const german = `Gesprächs-ID;Agent;Beginn;Dauer;Notiz\n${plainRows(30)
  .map(row => `${row.replaceAll(',', ';')} für Müller`)
  .join('\n')}\n`

const meant = {
  'Gesprächs-ID': 'REFERENCE',
  Agent: 'AGENT',
  Beginn: 'CONTACT_DATE',
  Dauer: 'DURATION',
  Notiz: 'METADATA',
}

test.each([
  ['UTF_8', 'UTF-8', Buffer.from(german)],
  ['UTF_8', 'UTF-8 with its mark', Buffer.from(`\ufeff${german}`)],
  ['UTF_16LE', 'UTF-16 with its mark', Buffer.from(`\ufeff${german}`, 'utf16le')],
  ['UTF_16LE', 'UTF-16 without', Buffer.from(german, 'utf16le')],
  ['UTF_16BE', 'big-endian UTF-16 with its mark', Buffer.from(`\ufeff${german}`, 'utf16le').swap16()],
  ['UTF_16BE', 'big-endian UTF-16 without', Buffer.from(german, 'utf16le').swap16()],
])('%s: %s is told without a doubt', (encoding, _, bytes) => {
  const analysis = analyse(bytes)
  expect(analysis.dialect).toMatchObject({ encoding, delimiter: ';' })
  expect(analysis.proposal?.dialect.encoding).toBe(encoding)
  expect(fields(analysis)).toEqual(meant)
  expect(codes(analysis)).toEqual([])
})

test('Windows-1252 is a guess that a person confirms, with a line that shows it', () => {
  const analysis = analyse(Buffer.from(german, 'latin1'))
  expect(analysis.dialect?.encoding).toBe('WINDOWS_1252')
  expect(fields(analysis)).toEqual(meant)
  expect(codes(analysis)).toEqual(['GUESSED_ENCODING'])
  expect(analysis.problems[0]?.message).toContain('Gesprächs-ID')
})

test('quotes, dashes and the euro sign of Windows-1252 are western too', () => {
  const text = `${plainFile()}C-1,agent1,2026-03-01 10:00:00,5,\u0093Don\u0092t\u0094 \u0096 5 \u0080\n`
  expect(analyse(Buffer.from(text, 'latin1')).dialect?.encoding).toBe('WINDOWS_1252')
})

test('a sample cut off within a character is still UTF-8', () => {
  const bytes = Buffer.from(`${plainFile()}ü`)
  expect(analyse(bytes.subarray(0, -1)).dialect?.encoding).toBe('UTF_8')
})

test.each([
  ['UTF-8 that was taken for Windows-1252', 'C-1,agent1,2026-03-01 10:00:00,5,GesprÃ¤ch\n', 'GesprÃ¤ch'],
  ['letters that were lost', 'C-1,agent1,2026-03-01 10:00:00,5,Gespr\ufffdch\n', 'Gespr\ufffdch'],
])('%s is said to be garbled', (_, row, piece) => {
  const analysis = analyse(plainFile() + row)
  expect(codes(analysis)).toContain('GARBLED_TEXT')
  expect(analysis.problems.find(({ code }) => code === 'GARBLED_TEXT')?.message).toContain(piece)
})
