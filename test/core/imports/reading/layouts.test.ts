import { expect, test } from 'vitest'
import type { ColumnTemplateInput, Dialect } from '../../../../core/templates/template.ts'
import { aTemplate, dialect } from '../../templates/a-template.ts'
import { readAll, refusalOf } from './read-all.ts'

const template = (layout: Partial<Dialect> = {}, more: Partial<ColumnTemplateInput> = {}) =>
  aTemplate(
    [
      ['Id', 'REFERENCE'],
      ['Agent', 'AGENT'],
      ['Date', 'CONTACT_DATE'],
      ['Note', 'METADATA'],
    ],
    { dialect: { ...dialect, ...layout }, maxRejectedShare: 1, ...more },
  )
const row = (id: string, note = 'x') => `${id},ann,2026-01-02T03:04Z,${note}\n`
const references = ({ rows }: Awaited<ReturnType<typeof readAll>>) => rows.map(found => found['reference'])
const metadata = ({ rows }: Awaited<ReturnType<typeof readAll>>) =>
  rows.map(found => JSON.parse(found['metadata'] ?? ''))
const pieces = [[1e9], [1]]

test('without a header the first row is a row, and columns are told by their places', async () => {
  for (const sizes of pieces) {
    const reading = await readAll(row('1') + row('2'), template({ hasHeader: false }), { pieces: sizes })
    expect(references(reading)).toEqual(['1', '2'])
    expect(metadata(reading)).toEqual([{ Note: 'x' }, { Note: 'x' }])
  }
})

test('without a header each row that has more or fewer cells is judged by itself', async () => {
  const file = row('1', 'x,more,and more') + '2,ann,2026-01-02T03:04Z\n' + row('3', 'x,,') + row('4')
  const kept = await readAll(file, template({ hasHeader: false }))
  expect(metadata(kept)).toEqual([
    { Note: 'x', 'column 5': 'more', 'column 6': 'and more' },
    { Note: 'x' },
    { Note: 'x' },
  ])
  expect(kept.rejections).toMatchObject([
    {
      row: 2,
      code: 'MISSING_COLUMN',
      column: 'Note',
      message: expect.stringContaining('3 cells, and 4 are agreed'),
    },
  ])
  const left = await readAll(file, template({ hasHeader: false }, { extraColumns: 'IGNORE' }))
  expect(metadata(left)[0]).toEqual({ Note: 'x' })
  const refused = await readAll(file, template({ hasHeader: false }, { extraColumns: 'REJECT' }))
  expect(refused.rejections.map(({ row, code }) => [row, code])).toEqual([
    [1, 'EXTRA_COLUMN'],
    [2, 'MISSING_COLUMN'],
  ])
})

test('rejected rows of a file without a header come back, and their reasons are kept nowhere', async () => {
  const agreed = template({ hasHeader: false, delimiter: ';' })
  const file =
    '1;ann;tomorrow;x\n2;"open;2026-01-02T03:04Z;x\n3;ann;2026-01-02T03:04Z;"y;1";more\n4;ann;;z;more\n'
  const first = await readAll(file, agreed)
  expect(references(first)).toEqual(['3'])
  expect(first.rejectedCsv.split('\n')[0]).toMatch(
    /^1;ann;tomorrow;x;"nightdrop_reason: BAD_DATE in ""Date"": /,
  )
  const again = await readAll(first.rejectedCsv, agreed)
  expect(again.rejections.map(({ code }) => code)).toEqual(first.rejections.map(({ code }) => code))
  expect((await readAll(again.rejectedCsv, agreed)).rejectedCsv).toBe(first.rejectedCsv)
  const corrected = first.rejectedCsv
    .replace('tomorrow', '2026-01-02T03:04Z')
    .replace(';ann;;z', ';ann;2026-01-02T03:04Z;z')
    .replace('2;"open', '2;open')
  const accepted = await readAll(corrected, agreed)
  expect(accepted.rejections).toEqual([])
  expect(metadata(accepted)).toEqual([{ Note: 'x' }, { Note: 'x' }, { Note: 'z', 'column 5': 'more' }])
})

const title = 'Calls of "last night\n\nby Acme\n'
const types = 'text,"text,date\n'
const skipping = { skipLines: 3, skipLinesAfterHeader: 1 }

test.each([
  ['lines before the header', { skipLines: 3 }, `${title}Id,Agent,Date,Note\n`],
  ['lines of any kind under it', { skipLinesAfterHeader: 2 }, `Id,Agent,Date,Note\n${types}\n`],
  ['both', skipping, `${title}Id,Agent,Date,Note\n${types}`],
  ['a sep= line before them, which does not count', skipping, `sep=,\n${title}Id,Agent,Date,Note\n${types}`],
  [
    'a mark, a sep= line and blank lines as well',
    skipping,
    `\uFEFFsep=,\r\n${title}\n\nId,Agent,Date,Note\n${types}`,
  ],
  ['lines before the first row, and no header', { skipLines: 3, hasHeader: false }, title],
  ['other line ends', skipping, `${title}Id,Agent,Date,Note\n${types}`.replaceAll('\n', '\r')],
])('%s are read past', async (_, layout, before) => {
  for (const sizes of pieces) {
    const reading = await readAll(before + row('1') + row('2'), template(layout), { pieces: sizes })
    expect(references(reading)).toEqual(['1', '2'])
    expect(reading.summary.rejected).toBe(0)
  }
})

test('rejected rows come back with the lines that are skipped before and under the header', async () => {
  const agreed = template(skipping)
  const file = `${title}Id,Agent,Date,Note\n${types}${row('1')}2,ann,x,y\n`
  const { rejectedCsv } = await readAll(file, agreed)
  expect(rejectedCsv.startsWith(`${title}Id,Agent,Date,Note,nightdrop_reason\n${types}2,ann,x,y,`)).toBe(true)
  const again = await readAll(rejectedCsv.replace('ann,x', 'ann,2026-01-02T03:04Z'), agreed)
  expect(references(again)).toEqual(['2'])
})

test('a file that ends before its header or its rows says which', async () => {
  const one = await refusalOf('Calls of last night\n', template({ skipLines: 3 }))
  expect(one.problem.code).toBe('NO_ROWS')
  const two = await refusalOf(`${title}Id,Agent,Date,Note\n${types}`, template(skipping))
  expect(two.problem.code).toBe('NO_ROWS')
  const blank = await refusalOf('\n\n\n\n', template({ skipLines: 3 }))
  expect(blank.problem.code).toBe('EMPTY')
})

test('a header at another line than agreed is a mismatch', async () => {
  const { problem } = await refusalOf(`${title}Id,Agent,Date,Note\n${row('1')}`, template({ skipLines: 1 }))
  expect(problem).toMatchObject({ code: 'HEADER_MISMATCH', message: expect.stringContaining('is "by Acme"') })
})

test('doubled and empty headers are told apart by their places, agreed ones and others', async () => {
  const agreed = aTemplate(
    [
      ['Id', 'REFERENCE'],
      ['Name', 'AGENT'],
      ['Date', 'CONTACT_DATE'],
      ['Name', 'METADATA'],
      ['', 'METADATA'],
      ['Name', 'METADATA'],
      ['', 'CUSTOMER_PHONE'],
    ],
    { maxRejectedShare: 1 },
  )
  const file =
    'Id,Name,Date,Name,,Name,,Name,\n1,ann,2026-01-02T03:04Z,a,b,c,+49,d,e\n2,,2026-01-02T03:04Z,a,b,c,1E+9,,\n'
  const reading = await readAll(file, agreed)
  expect(metadata(reading)).toEqual([
    { Name: 'a', 'column 5': 'b', 'Name (2)': 'c', 'Name (3)': 'd', 'column 9': 'e' },
  ])
  expect(reading.rejections.map(({ column, code }) => [column, code])).toEqual([
    ['Name', 'MISSING_VALUE'],
    ['column 7', 'SPREADSHEET_DAMAGE'],
  ])
  expect(reading.summary.problems.map(problem => problem.column)).toEqual([2, 7])
})

const long = 'Id,Agent,Date,Note'
test.each([
  ['in every line', `${long},\n${row('1', 'x,')}${row('2', 'x,')}`],
  ['in the rows alone', `${long}\n${row('1', 'x,,')}${row('2', 'x,')}`],
  ['in the header alone', `${long},,\n${row('1')}${row('2')}`],
])('delimiters at the end %s make no cells, whatever is agreed for extra columns', async (_, file) => {
  for (const extraColumns of ['KEEP', 'IGNORE', 'REJECT'] as const) {
    const reading = await readAll(file, template({}, { extraColumns }))
    expect(reading.rejections).toEqual([])
    expect(metadata(reading)).toEqual([{ Note: 'x' }, { Note: 'x' }])
  }
})

test('what stands behind the last delimiter is an extra cell all the same', async () => {
  const reading = await readAll(`${long}\n${row('1', 'x,,y')}${row('2')}`, template())
  expect(reading.rejections).toMatchObject([{ row: 1, code: 'EXTRA_COLUMN', value: 'y' }])
})

test('a line of totals is rejected, blank lines are none, and rows are counted without them', async () => {
  const file = `${long}\n${row('1')}\n \n,,,\n${row('2')}Total,,,2\n\n`
  const { summary, rejections } = await readAll(file, template())
  expect(summary).toMatchObject({ rowsRead: 3, staged: 2, rejected: 1 })
  expect(rejections.map(({ row, column, code }) => [row, column, code])).toEqual([
    [3, 'Agent', 'MISSING_VALUE'],
    [3, 'Date', 'MISSING_VALUE'],
  ])
})
