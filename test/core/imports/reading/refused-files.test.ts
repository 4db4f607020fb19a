import { gzipSync } from 'node:zlib'
import { expect, test } from 'vitest'
import { aTemplate } from '../../templates/a-template.ts'
import { readAll, refusalOf } from './read-all.ts'

const template = aTemplate([
  ['Id', 'REFERENCE'],
  ['Agent', 'AGENT'],
  ['Date', 'CONTACT_DATE'],
])
const header = 'Id,Agent,Date\n'
const row = '1,ann,2026-01-02T03:04\n'
const many = header + row.repeat(20_000)

const latin1 = (text: string) => Buffer.from(text, 'latin1')

const refused: [what: string, file: string | Buffer, code: string, words: RegExp][] = [
  ['no bytes', '', 'EMPTY', /0 bytes/],
  ['only a byte order mark', '\uFEFF', 'EMPTY', /no text/],
  ['only blank lines', '\r\n \r\n', 'EMPTY', /no text/],
  ['blanks beyond what is looked at first', ' \r\n'.repeat(30_000), 'EMPTY', /no text/],
  ['line ends beyond what is looked at first', '\n'.repeat(70_000), 'EMPTY', /no text/],
  ['blanks in one line', ' '.repeat(70_000), 'EMPTY', /no text/],
  ['blanks in one line longer than a record', ' '.repeat(1_100_000), 'EMPTY', /no text/],
  ['a header alone', header, 'NO_ROWS', /no rows/],
  ['a header without its line end', 'Id,Agent,Date', 'NO_ROWS', /no rows/],
  ['a header and blank lines', `${header}\n\n`, 'NO_ROWS', /no rows/],
  ['columns that moved', 'Agent,Id,Date\nann,1,x\n', 'HEADER_MISMATCH', /stands at place/],
  ['no header at all', row, 'HEADER_MISMATCH', /should be "Id" and is "1"/],
  ['a broken header', `"Id,Agent,Date\n${row}`, 'HEADER_MISMATCH', /not the one agreed/],
  [
    'semicolons',
    (header + row).replaceAll(',', ';'),
    'DIALECT_MISMATCH',
    /comma \(","\) and are separated by semicolon \(";"\)/,
  ],
  ['tabs', (header + row).replaceAll(',', '\t'), 'DIALECT_MISMATCH', /tab \("\\t"\)/],
  ['semicolons and other columns', 'a;b;c;d\n1;2;3;4\n', 'DIALECT_MISMATCH', /semicolon/],
  ['semicolons by a sep= line', `sep=;\n${header}${row}`, 'DIALECT_MISMATCH', /semicolon/],
  ['other quotes', `'Id','Agent','Date'\n${row}`, 'DIALECT_MISMATCH', /quoted/],
  [
    'UTF-16 with its mark',
    Buffer.from(`\uFEFF${header}${row}`, 'utf16le'),
    'ENCODING_MISMATCH',
    /UTF-8 and is UTF-16 \(little/,
  ],
  ['UTF-16 without it', Buffer.from(header + row, 'utf16le'), 'ENCODING_MISMATCH', /UTF-16 \(little/],
  ['UTF-16 turned round', Buffer.from(header + row, 'utf16le').swap16(), 'ENCODING_MISMATCH', /UTF-16 \(big/],
  [
    'Windows-1252',
    latin1(`${header}${row}2,J\xf6rg,x\n`),
    'ENCODING_MISMATCH',
    /line 3 .*Windows-1252 \(from "örg,x" on\)/,
  ],
  [
    'Windows-1252 at the very end',
    latin1(`${header}${row}2,Ren\xe9`),
    'ENCODING_MISMATCH',
    /line 3 .*Windows-1252/,
  ],
  [
    'Windows-1252 far down',
    Buffer.concat([Buffer.from(many), latin1('2,\xfc,x')]),
    'ENCODING_MISMATCH',
    /line 20002 /,
  ],
  ['gzip', gzipSync(many), 'NOT_CSV', /gzip/],
  ['ZIP', Buffer.from('504b0304140000000800', 'hex'), 'NOT_CSV', /ZIP/],
  [
    'Excel',
    Buffer.concat([Buffer.from('504b0304', 'hex'), Buffer.from('....[Content_Types].xml')]),
    'NOT_CSV',
    /\.xlsx.*CSV UTF-8/,
  ],
  ['old Excel', Buffer.from('d0cf11e0a1b11ae100', 'hex'), 'NOT_CSV', /\.xls/],
  ['PDF', '%PDF-1.7\n', 'NOT_CSV', /PDF/],
  ['a web page', '\n<!DOCTYPE html><html>', 'NOT_CSV', /login page/],
  ['a recording', 'RIFF\0\0\0\0WAVEfmt ', 'NOT_CSV', /recording/],
]

test.each(refused.map(([what, file, code, words]) => ({ what, file, code, words })))(
  '$what: $code',
  async ({ file, code, words }) => {
    for (const pieces of [[1e9], [1], [7, 3]].slice(0, file.length > 1000 ? 1 : 3)) {
      const { problem } = await refusalOf(file, template, { pieces })
      expect(problem).toMatchObject({ code, message: expect.stringMatching(words), whoseMove: 'SENDER' })
    }
  },
)

test('a header that differs is shown side by side', async () => {
  const { problem } = await refusalOf('Id,User,Date\n1,2,3\n', template)
  expect(problem.details).toMatchObject({
    columns: [
      { position: 1, agreed: 'Id', foundAt: 1, found: 'Id', verdict: 'same' },
      { position: 2, agreed: 'Agent', foundAt: 2, found: 'User', verdict: 'renamed' },
      { position: 3, agreed: 'Date', foundAt: 3, found: 'Date', verdict: 'same' },
    ],
  })
})

test('both dialects and both encodings are named for programs as well', async () => {
  const dialect = await refusalOf((header + row).replaceAll(',', ';'), template)
  expect(dialect.problem.details).toEqual({ expected: { delimiter: ',' }, found: { delimiter: ';' } })
  const encoding = await refusalOf(latin1(`${header}1,J\xf6rg`), template)
  expect(encoding.problem.details).toEqual({ expected: 'UTF-8', found: 'Windows-1252', line: 2, text: 'örg' })
})

test('a file above the limit is refused, by its size or by its bytes', async () => {
  const bySize = await refusalOf(many, template, { maxBytes: 1000 })
  expect(bySize.problem).toMatchObject({ code: 'TOO_LARGE', message: expect.stringContaining('1000 bytes') })
  const usual = await refusalOf(header, template, { size: 2 ** 31 + 1 })
  expect(usual.problem).toMatchObject({
    code: 'TOO_LARGE',
    message: expect.stringContaining('more than 2 GiB'),
  })
  const byBytes = await refusalOf(many, template, { maxBytes: 1000, size: 10 })
  expect(byBytes.problem.code).toBe('TOO_LARGE')
})

test('what was read before the file proved unreadable is told', async () => {
  const file = Buffer.concat([Buffer.from(many), latin1('2,cleo,\xfc')])
  for (const pieces of [[1e9], [1000], [65_536]])
    expect((await refusalOf(file, template, { pieces })).rowsRead).toBe(20_000)
})

test('a file of nothing but broken quotes ends as unreadable', async () => {
  const { problem } = await refusalOf(`${header}${'1,"a" b,c\n'.repeat(10_002)}`, template)
  expect(problem).toMatchObject({ code: 'UNREADABLE', message: expect.stringMatching(/written twice/) })
})

test.each([
  ['a byte order mark', `\uFEFF${header}${row}`],
  ['a sep= line', `sep=,\r\n${header}${row}`],
  ['both', `\uFEFFsep=,\n${header}${row}`],
  ['CR alone', (header + row).replaceAll('\n', '\r')],
  ['mixed line ends', `${header.replace('\n', '\r\n')}${row}`],
  ['no last line end', `${header}${row}`.trimEnd()],
  ['blank lines before', `\r\n  \r\n${header}${row}`],
  ['blank lines between', `\n${header}\n\n${row}\n\n`],
])('%s is understood', async (_, file) => {
  for (const pieces of [[1e9], [1]]) {
    const { rows, summary } = await readAll(file, template, { pieces })
    expect(rows).toMatchObject([
      { reference: '1', agent_key: 'ann', occurred_at: '2026-01-02T02:04:00.000Z' },
    ])
    expect(summary).toMatchObject({ rowsRead: 1, staged: 1, rejected: 0 })
  }
})
