import { gzipSync } from 'node:zlib'
import { expect, test } from 'vitest'
import { analyse, codes, plainFile } from './a-sample.ts'

const zipHead = (name: string) =>
  Buffer.concat([
    Buffer.from('504b0304140000000800', 'hex'),
    Buffer.alloc(16),
    Buffer.from(name),
    Buffer.alloc(200, 7),
  ])

test.each([
  ['0 bytes', Buffer.alloc(0), 'EMPTY', '0 bytes'],
  ['blanks alone', Buffer.from(' \r\n\t\r\n '), 'EMPTY', 'only blanks'],
  ['a byte order mark alone', Buffer.from('efbbbf', 'hex'), 'EMPTY', 'only blanks'],
  ['an Excel workbook', zipHead('xl/workbook.xml'), 'NOT_CSV', 'Excel workbook (.xlsx)'],
  [
    'an old Excel workbook',
    Buffer.concat([Buffer.from('d0cf11e0a1b11ae1', 'hex'), Buffer.alloc(600)]),
    'NOT_CSV',
    'Excel workbook (.xls)',
  ],
  ['a zip archive', zipHead('calls.csv'), 'NOT_CSV', 'ZIP archive'],
  ['a gzip file', gzipSync(plainFile()), 'NOT_CSV', 'gzip'],
  [
    'a web page',
    Buffer.from('<!DOCTYPE html><html><body><table><tr><td>1</td></tr></table></body></html>'),
    'NOT_CSV',
    'web page',
  ],
  [
    'a web page with a byte order mark',
    Buffer.from('\ufeff<html><body>Login</body></html>'),
    'NOT_CSV',
    'web page',
  ],
  [
    'a web page in UTF-16',
    Buffer.from('\ufeff<html><body>Login</body></html>', 'utf16le'),
    'NOT_CSV',
    'web page',
  ],
  ['a PDF', Buffer.from('%PDF-1.7\n%âãÏÓ\n1 0 obj'), 'NOT_CSV', 'PDF'],
  ['JSON', Buffer.from('[{"callId": 1, "agent": "jane"}]'), 'NOT_CSV', 'JSON'],
  ['a recording', Buffer.from('RIFF\u0000\u0000\u0000\u0000WAVEfmt '), 'NOT_CSV', 'a recording'],
  [
    'binary data',
    Buffer.from(Array.from({ length: 5000 }, (_, index) => (index * 7919) % 256)),
    'NOT_CSV',
    'binary data',
  ],
  [
    'UTF-8 text full of control characters',
    Buffer.from('a\u0000b\u0001c\u0002,\n'.repeat(50)),
    'NOT_CSV',
    'binary data',
  ],
])('%s has no columns, and says what it is', (_, bytes, code, words) => {
  const analysis = analyse(bytes)
  expect(codes(analysis)).toEqual([code])
  expect(analysis.problems[0]?.message).toContain(words)
  expect(analysis).toMatchObject({
    dialect: null,
    rowCount: 0,
    columns: [],
    proposal: null,
    knownAgentShare: null,
  })
})

test('25 MB of one line have no columns, and say that no line ends', () => {
  const analysis = analyse(Buffer.alloc(25 * 1024 * 1024, 'a,b;c "d" '))
  expect(codes(analysis)).toEqual(['ONE_LINE'])
  expect(analysis).toMatchObject({ columns: [], proposal: null })
})

test.each([
  [
    'Cyrillic in Windows-1251',
    Buffer.from(
      'Агент Звонок Длительность'
        .split('')
        .map(c => (c.charCodeAt(0) > 1000 ? c.charCodeAt(0) - 848 : c.charCodeAt(0))),
    ),
  ],
  [
    'German in the DOS code page 850',
    Buffer.from('Gespr\u0084ch;M\u0084rz;f\u0081r;\u0094ffnen;gr\u0094\u00e1er\n'.repeat(5), 'latin1'),
  ],
  ['Japanese in Shift JIS', Buffer.from('926c928695b68e9a83658358836794d48d86', 'hex')],
  [
    'UTF-8 and Windows-1252 in one file',
    Buffer.concat([
      Buffer.from('Gespräch;für\n'.repeat(20)),
      Buffer.from('Gespr\u00e4ch;f\u00fcr\n', 'latin1'),
    ]),
  ],
])('%s cannot be told, and is not guessed', (_, bytes) => {
  const analysis = analyse(bytes)
  expect(codes(analysis)).toEqual(['UNKNOWN_ENCODING'])
  expect(analysis).toMatchObject({ dialect: null, proposal: null })
  expect(analysis.problems[0]).toMatchObject({ whoseMove: 'SENDER', details: { line: expect.any(Number) } })
})
