import { expect, test } from 'vitest'
import type { ColumnTemplateInput, ContactField } from '../../../core/templates/template.ts'
import { templateOf, validateTemplate } from '../../../core/templates/validate-template.ts'
import { anInput, dialect } from './a-template.ts'

const withColumns = (...columns: [string, ContactField, string?][]) =>
  anInput([['Id', 'REFERENCE'], ['Agent', 'AGENT'], ...columns])
const withDate = (...columns: [string, ContactField, string?][]) =>
  withColumns(['Date', 'CONTACT_DATE'], ...columns)
const withDialect = (more: Partial<ColumnTemplateInput['dialect']>) =>
  anInput(undefined, { dialect: { ...dialect, ...more } })

const faulty: [what: string, input: ColumnTemplateInput, path: string, words: RegExp][] = [
  [
    'no reference',
    anInput([
      ['Agent', 'AGENT'],
      ['Date', 'CONTACT_DATE'],
    ]),
    'columns',
    /REFERENCE/,
  ],
  [
    'no agent',
    anInput([
      ['Id', 'REFERENCE'],
      ['Date', 'CONTACT_DATE'],
    ]),
    'columns',
    /AGENT/,
  ],
  ['no date', withColumns(), 'columns', /CONTACT_DATE/],
  ['no columns at all', anInput([]), 'columns', /REFERENCE.*AGENT.*CONTACT_DATE/],
  ['a time without a day', withDate(['Time', 'CONTACT_TIME']), 'columns.3.field', /CONTACT_DAY/],
  ['a date and a day', withDate(['Day', 'CONTACT_DAY']), 'columns.3.field', /not both/],
  ['a field twice', withDate(['Q', 'QUEUE'], ['R', 'QUEUE']), 'columns.4.field', /Column 4 is the queue/],
  ['the column of reasons', withDate(['Nightdrop_Reason', 'IGNORED']), 'columns.3.header', /Nightdrop adds/],
  ['a zone that is none', anInput(undefined, { timeZone: 'Europe/Atlantis' }), 'timeZone', /no time zone/],
  ['an offset as zone', anInput(undefined, { timeZone: '+01:00' }), 'timeZone', /no time zone/],
  [
    'a pattern with an unknown letter',
    withColumns(['D', 'CONTACT_DATE', 'dd/MM/yyyy QQ']),
    'columns.2.format',
    /QQ/,
  ],
  [
    'a pattern with an open apostrophe',
    withColumns(['D', 'CONTACT_DATE', "dd 'at"]),
    'columns.2.format',
    /never closed/,
  ],
  [
    'a date without time',
    withColumns(['D', 'CONTACT_DATE', 'dd/MM/yyyy']),
    'columns.2.format',
    /CONTACT_DAY/,
  ],
  [
    'a day with a time',
    withColumns(['D', 'CONTACT_DAY', 'dd/MM/yyyy HH:mm']),
    'columns.2.format',
    /time in it/,
  ],
  [
    'an hour h without AM or PM',
    withColumns(['D', 'CONTACT_DATE', 'dd/MM/yyyy h:mm']),
    'columns.2.format',
    /AM or PM/,
  ],
  [
    'a month in five letters',
    withColumns(['D', 'CONTACT_DATE', 'dd MMMMM yyyy HH:mm']),
    'columns.2.format',
    /months are MMM/,
  ],
  [
    'seconds since 1970 for a day',
    withColumns(['D', 'CONTACT_DAY', 'EPOCH_SECONDS']),
    'columns.2.format',
    /agree on CONTACT_DATE/,
  ],
  [
    'a duration in no form',
    withDate(['L', 'DURATION', 'minutes']),
    'columns.3.format',
    /no form of a duration/,
  ],
  [
    'a duration in the wrong order',
    withDate(['L', 'DURATION', 'ss:mm']),
    'columns.3.format',
    /in this order/,
  ],
  ['a format where none belongs', withDate(['Q', 'QUEUE', 'ISO']), 'columns.3.format', /takes no format/],
  ['a blank format', withDate(['L', 'DURATION', ' ']), 'columns.3.format', /not blank/],
  ['a glob with brackets', anInput(undefined, { filePattern: '/[ab].csv' }), 'filePattern', /not part of it/],
  ['a glob without a slash', anInput(undefined, { filePattern: '*.csv' }), 'filePattern', /begins with/],
  ['a glob with ** in a name', anInput(undefined, { filePattern: '/a**.csv' }), 'filePattern', /alone/],
  ['a glob with an open brace', anInput(undefined, { filePattern: '/{a,b.csv' }), 'filePattern', /partner/],
  [
    'a glob with nested braces',
    anInput(undefined, { filePattern: '/{a,{b,c}}.csv' }),
    'filePattern',
    /braces/,
  ],
  [
    'a glob of packed names',
    anInput(undefined, { filePattern: '/*.csv.GZ' }),
    'filePattern',
    /without \.gz.*Write "\/\*\.csv"\.$/,
  ],
  [
    'a glob of packed names alone in braces',
    anInput(undefined, { filePattern: '/*.{csv.gz,tsv.gz}' }),
    'filePattern',
    /Write "\/\*\.csv" or "\/\*\.tsv"\.$/,
  ],
  [
    'a glob of tried files',
    anInput(undefined, { filePattern: '/Test/*.csv' }),
    'filePattern',
    /after \/test.*Write "\/\*\.csv"\.$/,
  ],
  [
    'a glob below an archive',
    anInput(undefined, { filePattern: '/in/night*.zip/**/*.csv' }),
    'filePattern',
    /inside.*Write "\/\*\*\/\*\.csv"\.$/,
  ],
  [
    'a glob of all three',
    anInput(undefined, { filePattern: '/test/night.zip/calls.csv.gz' }),
    'filePattern',
    /Write "\/calls\.csv"\.$/,
  ],
  ['a glob of archives', anInput(undefined, { filePattern: '/*.zip' }), 'filePattern', /entries/],
  ['a delimiter of two', withDialect({ delimiter: ';;' }), 'dialect.delimiter', /one character/],
  ['no quote', withDialect({ quote: '' }), 'dialect.quote', /one character/],
  ['a letter as delimiter', withDialect({ delimiter: 'x' }), 'dialect.delimiter', /no letter/],
  ['delimiter and quote the same', withDialect({ delimiter: '"' }), 'dialect.quote', /different/],
  ['fewer lines than none', withDialect({ skipLines: -1 }), 'dialect.skipLines', /0 to 1000/],
  [
    'too many lines',
    withDialect({ skipLinesAfterHeader: 1001 }),
    'dialect.skipLinesAfterHeader',
    /0 to 1000/,
  ],
  [
    'lines under no header',
    withDialect({ hasHeader: false, skipLinesAfterHeader: 1 }),
    'dialect.skipLinesAfterHeader',
    /no header/,
  ],
  ['a share above 1', anInput(undefined, { maxRejectedShare: 1.1 }), 'maxRejectedShare', /0 to 1/],
  [
    'a share that is no number',
    anInput(undefined, { maxRejectedShare: Number.NaN }),
    'maxRejectedShare',
    /0 to 1/,
  ],
  ['a blank name', anInput(undefined, { name: ' ' }), 'name', /needs a name/],
  ['a NUL in its name', anInput(undefined, { name: 'Ca\0lls' }), 'name', /NUL/],
  ['a lost character in its name', anInput(undefined, { name: 'Gr\ufffde' }), 'name', /U\+FFFD/],
  ['half a character in its name', anInput(undefined, { name: 'a\ud800' }), 'name', /half a character/],
  ['a long name', anInput(undefined, { name: 'x'.repeat(201) }), 'name', /200/],
  ['a NUL in a header', withDate(['No\0te', 'METADATA']), 'columns.3.header', /NUL/],
  ['an escape at the end of a header', withDate(['Note\u001b', 'METADATA']), 'columns.3.header', /U\+001B/],
  ['a lost character in a header', withDate(['Gr\ufffde', 'IGNORED']), 'columns.3.header', /U\+FFFD/],
  ['a long header', withDate(['x'.repeat(201), 'METADATA']), 'columns.3.header', /200/],
  ['a NUL in a format', withColumns(['D', 'CONTACT_DAY', 'yyyy-MM-dd\0']), 'columns.2.format', /./],
  ['a NUL in its pattern', anInput(undefined, { filePattern: '/a\0.csv' }), 'filePattern', /./],
  ['a NUL in an empty word', anInput(undefined, { emptyWords: ['-', 'n\0a'] }), 'emptyWords.1', /NUL/],
  [
    'a lost character in an empty word',
    anInput(undefined, { emptyWords: ['\ufffd'] }),
    'emptyWords.0',
    /U\+FFFD/,
  ],
  ['a blank empty word', anInput(undefined, { emptyWords: ['-', ' '] }), 'emptyWords.1', /blank/],
]

test.each(faulty)('a template with %s is refused, and the fault has its place', (_, input, path, words) => {
  expect(validateTemplate(input)).toEqual([
    { path: ['template', ...path.split('.')], message: expect.stringMatching(words) },
  ])
})

test.each([
  ['the usual one', anInput()],
  [
    'date and time in two columns',
    withColumns(['D', 'CONTACT_DAY', 'yyyy-MM-dd'], ['T', 'CONTACT_TIME', 'H:mm:ss']),
  ],
  ['ISO dates, durations in seconds', withDate(['L', 'DURATION'])],
  ['month names', withColumns(['D', 'CONTACT_DATE', 'EEE, d. MMMM yyyy HH:mm'])],
  ['seconds since 1970', withColumns(['D', 'CONTACT_DATE', 'EPOCH_SECONDS'])],
  [
    'spreadsheet days',
    withColumns(['D', 'CONTACT_DAY', 'SPREADSHEET_DAYS'], ['T', 'CONTACT_TIME', 'SPREADSHEET_DAYS']),
  ],
  ['AM and PM', withColumns(['D', 'CONTACT_DATE', 'M/d/yyyy h:mm a'])],
  ['a header twice', withDate(['Ä', 'METADATA'], [' a\u0308 ', 'METADATA'])],
  ['an empty header', withDate(['', 'METADATA'], [' ', 'IGNORED'])],
  ['no header, another encoding', withDialect({ hasHeader: false, encoding: 'WINDOWS_1252' })],
  ['lines to skip', withDialect({ skipLines: 3, skipLinesAfterHeader: 1, encoding: 'UTF_16LE' })],
  ['a tab and a single quote', withDialect({ delimiter: '\t', quote: "'" })],
  ['minutes and seconds in words', withDate(['L', 'DURATION', "m'm's's'"])],
])('a sound template is taken: %s', (_, input) => {
  expect(validateTemplate(input)).toEqual([])
})

test.each([
  '/*.csv{,.gz}',
  '/{test,live}/*.csv',
  '/testing/*.csv',
  '/calls/test/*.csv',
  '/*.gzip',
  '/unzip/*.csv',
  '/*.{csv,zip}',
])('a pattern that fits some file is taken: %s', filePattern => {
  expect(validateTemplate(anInput(undefined, { filePattern }))).toEqual([])
})

test('all faults are said at once', () => {
  const input = anInput([], { name: '', timeZone: 'x', filePattern: 'y', maxRejectedShare: -1 })
  expect(validateTemplate(input).map(fault => fault.path.join('.'))).toEqual([
    'template.name',
    'template.filePattern',
    'template.columns',
    'template.timeZone',
    'template.maxRejectedShare',
  ])
})

test('positions follow the order; reference, agent and date are always required', () => {
  const { columns } = templateOf(withDate([' Queue ', 'QUEUE']))
  expect(columns.map(({ position, header, required }) => [position, header, required])).toEqual([
    [1, 'Id', true],
    [2, 'Agent', true],
    [3, 'Date', true],
    [4, 'Queue', false],
  ])
})
