import { parse } from 'csv-parse/sync'
import { stringify } from 'csv-stringify/sync'
import { expect, test } from 'vitest'
import { LONGEST_RECORD } from '../../../../core/imports/reading/csv-records.ts'
import { fc } from '../../../support/properties.ts'
import { recordsOf } from './csv-records.ts'

const sizes = fc.array(fc.integer({ min: 1, max: 30 }), { minLength: 1, maxLength: 6 })
const anyCell = fc.oneof(
  { weight: 3, arbitrary: fc.string({ unit: 'grapheme', maxLength: 12 }) },
  {
    weight: 3,
    arbitrary: fc.string({ unit: fc.constantFrom(',', ';', '"', "'", '\r', '\n', 'a', ' '), maxLength: 8 }),
  },
)
const dialects = fc.constantFrom(
  { delimiter: ',', quote: '"' },
  { delimiter: ';', quote: "'" },
  { delimiter: '\t', quote: '"' },
)
const lineEnds = fc.constantFrom('\n', '\r\n', '\r')
const isBlank = (cells: readonly string[]) => cells.every(cell => cell.trim() === '')

test('any cells that were written down are read again, whatever the dialect and however they come', () => {
  const rows = fc.array(fc.array(anyCell, { minLength: 1, maxLength: 5 }), { maxLength: 8 })
  fc.assert(
    fc.property(rows, dialects, lineEnds, sizes, fc.boolean(), (rows, dialect, lineEnd, sizes, quoted) => {
      const { delimiter, quote } = dialect
      const written = { delimiter, quote, escape: quote, record_delimiter: lineEnd, quoted }
      const text = stringify(rows, { ...written, quoted_match: /[\r\n]/ })
      expect(recordsOf(text, { ...dialect, sizes })).toEqual({
        records: rows.filter(cells => !isBlank(cells)),
        unreadable: [],
      })
    }),
    { numRuns: 300 },
  )
})

test('what csv-parse takes for sound is read as csv-parse reads it', () => {
  const text = fc.string({ unit: fc.constantFrom(',', '"', '\n', '\r\n', 'a', 'b', ' '), maxLength: 40 })
  const strict = (text: string): string[][] | null => {
    try {
      return parse(text, {
        relax_column_count: true,
        skip_empty_lines: true,
        record_delimiter: ['\r\n', '\n', '\r'],
      })
    } catch {
      return null
    }
  }
  let sound = 0
  fc.assert(
    fc.property(text, sizes, (text, sizes) => {
      const expected = strict(text)
      const found = recordsOf(text, { sizes })
      expect(recordsOf(text)).toEqual(found)
      if (expected === null) return
      sound++
      expect(found).toEqual({ records: expected.filter(cells => !isBlank(cells)), unreadable: [] })
    }),
    { numRuns: 1500 },
  )
  expect(sound).toBeGreaterThan(150)
})

/** `n` columns, the first of which numbers the row: what a template's row would be. */
const isRow = (cells: readonly string[]) => cells.length === 4 && /^row \d+$/.test(cells[0] ?? '')

const plain = fc.string({ unit: fc.constantFrom('a', 'ü', '€', ' ', '-'), maxLength: 6 })
const written = fc.oneof(
  plain,
  plain.map(text => `"${text}"`),
  plain.map(text => `"${text}, ""${text}"""`),
  plain.map(text => `"${text}\nrow x,1,2\n\n${text}"`),
)
const soundRow = fc.tuple(written, written, written).map(cells => ({ damaged: false, cells }))
/** A quote too many, one too few, one that was moved, and whatever else a line may say. */
const damagedRow = fc
  .tuple(
    fc.constantFrom(
      '"',
      '"a',
      'a"',
      '"a"b',
      'a"b',
      '"a""',
      'a,"',
      '"a\n"b',
      '""a',
      '"a", "b"',
      'x"y"z',
      ',,"',
      '"""',
    ),
    fc.nat(2),
    fc.tuple(plain, plain, plain),
  )
  .map(([damage, place, cells]) => ({
    damaged: true,
    cells: cells.map((cell, at) => (at === place ? damage : cell)),
  }))

test('whatever is damaged, only damaged rows are lost: each sound row is read, and as it was written', () => {
  const rows = fc.array(fc.oneof({ weight: 2, arbitrary: soundRow }, { weight: 1, arbitrary: damagedRow }), {
    minLength: 1,
    maxLength: 14,
  })
  fc.assert(
    fc.property(rows, lineEnds, sizes, (rows, lineEnd, sizes) => {
      const lines = rows.map(({ cells }, at) => `row ${at},${cells.join(',')}`)
      const { records } = recordsOf(lines.join(lineEnd), { sizes, isRow })
      const alone = (line: string) => recordsOf(line).records[0]
      const sound = rows.flatMap(({ damaged }, at) => (damaged ? [] : [alone(lines[at] ?? '')]))
      const numbers = new Set(sound.map(cells => cells?.[0]))
      expect(records.filter(cells => numbers.has(cells[0]) && cells.length === 4)).toEqual(sound)
    }),
    { numRuns: 1000 },
  )
})

test('an unclosed quote costs its own line, also where a later line closes it by mistake', () => {
  const text = 'row 1,"open,x,y\nrow 2,a,b,c\nrow 3,"","",""\nrow 4,a",b,c\nrow 5,"e",f,g\n'
  for (const sizes of [[1e9], [1], [7]]) {
    const { records, unreadable } = recordsOf(text, { sizes, isRow })
    expect(records.map(cells => cells[0])).toEqual(['row 2', 'row 3', 'row 5'])
    expect(unreadable).toEqual(['BAD_QUOTE row 1,"open,x,y', 'BAD_QUOTE row 4,a",b,c'])
  }
})

test('line ends may change from line to line, and come doubled', () => {
  const { records } = recordsOf('a,1\r\nb,2\nc,3\rd,4\r\r\ne,5\n\r\nf,6', { sizes: [1] })
  expect(records.map(cells => cells.join(''))).toEqual(['a1', 'b2', 'c3', 'd4', 'e5', 'f6'])
})

test('lines of blanks or of delimiters alone are no rows', () => {
  expect(recordsOf('a,b\n\n   \n,\n , \t,,\n"",""\nc,d\n').records).toEqual([
    ['a', 'b'],
    ['c', 'd'],
  ])
})

test.each([
  ['a line that never ends', 'x'.repeat(3_000_000)],
  ['a quoted cell that never ends', `"${'x'.repeat(3_000_000)}`],
  ['a line of three megabytes', `${'x'.repeat(3_000_000)}\n1,2\n`],
  ['a quoted line of three megabytes', `"${'x'.repeat(3_000_000)}",1\n1,2\n`],
  ['characters of three bytes each', `${'€'.repeat(500_000)}\n1,2\n`],
])('%s is one unreadable line, cut to what a record may hold', (_, text) => {
  for (const sizes of [[1e9], [64 * 1024], [999_983]]) {
    const { records, unreadable } = recordsOf(`0,0\n${text}`, { sizes })
    expect(unreadable.map(line => line.slice(0, 9))).toEqual(['TOO_LONG '])
    expect(unreadable[0]?.length).toBeLessThanOrEqual(LONGEST_RECORD + 9)
    expect(records).toEqual(
      text.endsWith('1,2\n')
        ? [
            ['0', '0'],
            ['1', '2'],
          ]
        : [['0', '0']],
    )
  }
})

test('a quote that stays open over more than a record may hold costs its own line', () => {
  const lines = Array.from({ length: 200_000 }, (_, at) => `row ${at},a,b,c`)
  lines[3] = 'row 3,"a,b,c'
  const whole = recordsOf(lines.join('\n'), { sizes: [64 * 1024] })
  expect(whole.unreadable).toEqual(['BAD_QUOTE row 3,"a,b,c'])
  expect(whole.records).toHaveLength(199_999)
})

test.each([
  ['an open quote in each line', '1,"open\n'],
  ['nothing but quotes', '"\n'],
  ['pairs of quotes', '"",""\n'],
  ['three quotes', '"""\n'],
  ['an open quote, then empty cells', '1,"\n"",""\n'],
  ['quotes that close and open again', '","\n'],
  ['an odd line now and then', `"x\n${',""\n'.repeat(500)}`],
])('a file made of %s is read in time that grows with its length', (_, line) => {
  const of = (bytes: number) => {
    const text = line.repeat(Math.ceil(bytes / line.length))
    const before = performance.now()
    recordsOf(text, { sizes: [64 * 1024], isRow })
    return performance.now() - before
  }
  of(1e5)
  // Ten times as much in a hundred times the time would be the square of it: what stays far below is not measured.
  expect(of(5e6)).toBeLessThan(100 * (of(5e5) + 20))
})
