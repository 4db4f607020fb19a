import { expect, test } from 'vitest'
import { compileRowReader } from '../../../../core/imports/reading/row-reader.ts'
import type { ExtraColumns } from '../../../../core/templates/template.ts'
import { aTemplate } from '../../templates/a-template.ts'
import { readAll, refusalOf } from './read-all.ts'

const template = (extraColumns: ExtraColumns = 'KEEP') =>
  aTemplate(
    [
      ['Ref', 'REFERENCE'],
      ['Agent', 'AGENT'],
      ['Date', 'CONTACT_DATE'],
    ],
    { extraColumns },
  )
const row = '1,ann,2026-01-02T03:04'

test.each([
  ['a NUL', 'No\0te', /column 4 \("No␀te"\) holds the control character U\+0000 \(NUL\)/],
  ['an escape', '\u001b[2J', /column 4 \("␛\[2J"\) holds the control character U\+001B/],
  ['a character that was lost', 'Gr\ufffd\ufffde', /column 4 .*U\+FFFD/],
  ['more than a name holds', 'x'.repeat(513), /column 4 \("x{100}…"\) has more than 512 characters/],
])(
  'an extra header with %s refuses the file, whatever is agreed for extra columns',
  async (_, name, words) => {
    for (const rule of ['KEEP', 'IGNORE', 'REJECT'] as const) {
      const { problem, rowsRead } = await refusalOf(`Ref,Agent,Date,${name}\n${row},x\n`, template(rule))
      expect(problem).toMatchObject({ code: 'HEADER_MISMATCH', message: expect.stringMatching(words) })
      expect(rowsRead).toBe(0)
    }
  },
)

test('an agreed header with a control character around it is none that was agreed', async () => {
  const { problem } = await refusalOf(`\u000bRef,Agent,Date\n${row}\n`, template())
  expect(problem).toMatchObject({
    code: 'HEADER_MISMATCH',
    message: expect.stringMatching(/column 1 .*U\+000B/),
  })
})

test('a header of more columns than a file may have is refused for that', async () => {
  const wide = (columns: number) =>
    `Ref,Agent,Date,${Array.from({ length: columns - 3 }, (_, at) => `c${at}`).join(',')}`
  for (const rule of ['KEEP', 'IGNORE'] as const) {
    const { problem } = await refusalOf(`${wide(1005)}\n${row}\n`, template(rule))
    expect(problem).toMatchObject({ code: 'HEADER_MISMATCH', whoseMove: 'SENDER' })
    expect(problem.message).toBe(
      'The header has 1005 columns, and no file may have more than 1000. Leave out those that nobody needs; the 3 that are agreed are there.',
    )
    const { summary } = await readAll(`${wide(1000)}\n${row}${',x'.repeat(997)}\n`, template(rule))
    expect(summary).toMatchObject({ staged: 1, rejected: 0 })
  }
  const moved = await refusalOf(`${wide(1005).replace('Ref,Agent', 'Agent,Ref')}\n${row}\n`, template())
  expect(moved.problem.message).toMatch(/Column 1 "Ref" stands at place 2 instead/)
})

test('a header is shown cut to a bounded length', async () => {
  const { problem } = await refusalOf(`Ref,Agent,Date,${'x'.repeat(60_000)}\n${row},x\n`, template())
  expect(JSON.stringify(problem).length).toBeLessThan(2000)
})

test('extra headers that are empty or come again keep every cell, and a plain name keeps its own', async () => {
  const header = 'Ref,Agent,Date,Note,Note,,Note (2), ,column 8,Ref'
  const { rows } = await readAll(`${header}\n${row},a,b,c,d,e,f,g\n`, template())
  expect(JSON.parse(rows[0]?.['metadata'] ?? '')).toEqual({
    Note: 'a',
    'Note (3)': 'b',
    'column 6': 'c',
    'Note (2)': 'd',
    'column 8 (2)': 'e',
    'column 8': 'f',
    Ref: 'g',
  })
  const again = await readAll(`${header}\n${row},a,b,c,d,e,f,g\n`, template())
  expect(again.rows).toEqual(rows)
})

test('what a row holds under empty headers at the end is kept as well, and named by its place', async () => {
  const header = 'Ref,Agent,Date,column 6,, ,'
  const lines = ['a,b,c,d', 'a', 'a,, ,', 'a,,,d', 'a,,,\u0007'].map(
    (cells, at) => `${at}${row.slice(1)},${cells}`,
  )
  const agreed = { ...template(), maxRejectedShare: 1 }
  const { rows, rejections } = await readAll(`${header}\n${lines.join('\n')}\n`, agreed)
  const kept = [
    { 'column 6': 'a', 'column 5': 'b', 'column 6 (2)': 'c', 'column 7': 'd' },
    { 'column 6': 'a' },
    { 'column 6': 'a' },
    { 'column 6': 'a', 'column 7': 'd' },
  ]
  expect(rows.length + rejections.length).toBe(5)
  expect(rejections).toMatchObject([{ row: 5, column: 'column 7', code: 'BAD_CHARACTER' }])
  expect(rows.map(each => JSON.parse(each['metadata'] ?? ''))).toEqual(kept)
  for (const rule of ['IGNORE', 'REJECT'] as const) {
    const { rows } = await readAll(`Ref,Agent,Date,,\n${row},x,y\n`, template(rule))
    expect(rows.map(each => each['metadata'])).toEqual(['{}'])
  }
})

test('a row holds a thousand cells at most, however many empty headers there are', async () => {
  const agreed = { ...template(), maxRejectedShare: 1 }
  const file = `Ref,Agent,Date${','.repeat(2000)}\n${row}${','.repeat(997)}x\n${row}${','.repeat(998)}x\n`
  const { rows, rejections } = await readAll(file, agreed)
  expect(rows.map(each => each['metadata'])).toEqual(['{"column 1000":"x"}'])
  expect(rejections).toMatchObject([{ row: 2, code: 'EXTRA_COLUMN', value: 'x' }])
})

test('a line break in a quoted header is kept', async () => {
  const { rows } = await readAll(`Ref,Agent,Date,"No\nte"\n${row},a\n`, template())
  expect(JSON.parse(rows[0]?.['metadata'] ?? '')).toEqual({ 'No\nte': 'a' })
})

test('a key that cannot be stored stops the reading before a row is staged', () => {
  const names = ['Ref', 'Agent', 'Date', 'a\0']
  const extras = [{ index: 3, name: 'a\0' }]
  const match = { matches: true, width: 4, least: 4, names, reasonAt: null, extras } as const
  const compile = () => compileRowReader(template(), match)
  expect(compile).toThrow('column 4 cannot be stored')
})
