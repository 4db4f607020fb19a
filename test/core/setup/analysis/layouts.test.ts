import { describe, expect, test } from 'vitest'
import { analyse, codes, dayFirst, fields, plainFile, plainHeader, plainRows } from './a-sample.ts'

const meant = {
  'Call ID': 'REFERENCE',
  Agent: 'AGENT',
  Start: 'CONTACT_DATE',
  Duration: 'DURATION',
  Note: 'METADATA',
}

const plain = { delimiter: ',', quote: '"', hasHeader: true, skipLines: 0, skipLinesAfterHeader: 0 }

describe('delimiters and line ends are told by the file, not by its name', () => {
  test.each([
    ['commas', (text: string) => text, ','],
    ['semicolons', (text: string) => text.replaceAll(',', ';'), ';'],
    ['tabs', (text: string) => text.replaceAll(',', '\t'), '\t'],
    ['pipes', (text: string) => text.replaceAll(',', '|'), '|'],
    [
      'semicolons with commas in the cells',
      (text: string) => text.replaceAll(',', ';').replaceAll('remark', 'a, b, c, d'),
      ';',
    ],
    ['commas with semicolons in a cell', (text: string) => text.replaceAll('remark', 'tag;other;third'), ','],
    ['a sep= line', (text: string) => `sep=;\r\n${text.replaceAll(',', ';')}`, ';'],
    ['CR and LF', (text: string) => text.replaceAll('\n', '\r\n'), ','],
    ['CR alone', (text: string) => text.replaceAll('\n', '\r'), ','],
    ['blank lines before, between and after', (text: string) => `\n \n${text.replaceAll('\n', '\n\n')}`, ','],
    ['cells in apostrophes', (text: string) => text.replaceAll(/[^,\n]+/g, "'$&'"), ','],
  ])('%s', (_, write, delimiter) => {
    const analysis = analyse(write(plainFile()))
    expect(analysis.dialect).toMatchObject({
      ...plain,
      delimiter,
      quote: _.includes('apostrophes') ? "'" : '"',
    })
    expect(Object.values(fields(analysis))).toEqual(Object.values(meant))
    expect(analysis.rowCount).toBe(40)
    expect(codes(analysis)).toEqual([])
  })

  test('quoted cells may hold the delimiter, line breaks and quotes', () => {
    const rows = plainRows(40).map(row => row.replace('remark', '"said ""no"",\nthen hung up"'))
    const analysis = analyse(plainFile(rows))
    expect(analysis.rowCount).toBe(40)
    expect(analysis.columns[4]?.examples).toEqual(['said "no",\nthen hung up'])
    expect(codes(analysis)).toEqual([])
  })
})

describe('lines around the header', () => {
  test('a title and a blank line are skipped, and somebody looks whether they always come', () => {
    const analysis = analyse(`Calls of March 2026\nCreated;by;Export\n\n${plainFile()}`)
    expect(analysis.dialect).toMatchObject({ ...plain, skipLines: 3 })
    expect(fields(analysis)).toEqual(meant)
    expect(analysis.rowCount).toBe(40)
    expect(codes(analysis)).toEqual(['PREAMBLE'])
    expect(analysis.problems[0]?.message).toContain('"Calls of March 2026"')
  })

  test('a title that a spreadsheet gave all its delimiters is a title', () => {
    const analysis = analyse(`Calls of March,,,,\n,,,,\n${plainFile()}`)
    expect(analysis.dialect).toMatchObject({ skipLines: 2 })
    expect(fields(analysis)).toEqual(meant)
    expect(codes(analysis)).toEqual(['PREAMBLE'])
  })

  test('a line of types under the header is no row', () => {
    const analysis = analyse(plainFile(['VARCHAR(20),VARCHAR(50),TIMESTAMP,INTEGER,TEXT', ...plainRows(40)]))
    expect(analysis.dialect).toMatchObject({ ...plain, skipLinesAfterHeader: 1 })
    expect(analysis.rowCount).toBe(40)
    expect(fields(analysis)).toEqual(meant)
    expect(codes(analysis)).toEqual(['TWO_HEADER_LINES'])
  })

  test('nor are dashes, or units', () => {
    for (const line of ['-------,-----,-----,--------,----', '(key),(login),(local),(s),']) {
      const analysis = analyse(plainFile([line, ...plainRows(40)]))
      expect(analysis.dialect).toMatchObject({ ...plain, skipLinesAfterHeader: 1 })
      expect(codes(analysis)).toEqual(['TWO_HEADER_LINES'])
    }
  })

  test('of a line of groups and the header below it, the header is taken', () => {
    const analysis = analyse(`Call,Call,Call,Times,Other\n${plainFile()}`)
    expect(analysis.dialect).toMatchObject({ ...plain, skipLines: 1 })
    expect(fields(analysis)).toEqual(meant)
    expect(codes(analysis)).toEqual(['TWO_HEADER_LINES'])
  })

  test('a file without a header says so; its columns are told by their cells', () => {
    const rows = plainRows(40).map((row, index) =>
      row.replace(/^C-(\d+)/, `0b9c2f4e-1d4e-4f6a-9b7c-2a1d3e4f5${String(index).padStart(3, '0')}`),
    )
    const analysis = analyse(`${rows.join('\n')}\n`)
    expect(analysis.dialect).toMatchObject({ ...plain, hasHeader: false })
    expect(analysis.rowCount).toBe(40)
    expect(analysis.columns.map(({ header }) => header)).toEqual([null, null, null, null, null])
    expect(fields(analysis)).toMatchObject({ 1: 'REFERENCE', 3: 'CONTACT_DATE' })
    expect(Math.max(...analysis.columns.map(({ confidence }) => confidence))).toBeLessThanOrEqual(0.9)
    expect(codes(analysis)).toContain('NO_HEADER')
    expect(analysis.proposal?.columns.map(({ header }) => header)).toContain('column 1')
  })

  test('a header alone is one, and has no rows', () => {
    const analysis = analyse(`${plainHeader}\n`)
    expect(analysis.rowCount).toBe(0)
    expect(fields(analysis)).toMatchObject({ 'Call ID': 'REFERENCE', Agent: 'AGENT' })
    expect(codes(analysis)).toContain('NO_ROWS')
  })

  test('doubled and empty headers are named by their place', () => {
    const analysis = analyse(
      `Call ID,Agent,Start,,Note,note\n${plainRows(40)
        .map(row => `${row},x`)
        .join('\n')}\n`,
    )
    const found = analysis.problems.find(({ code }) => code === 'UNCLEAR_HEADERS')
    expect(found?.message).toContain('column 4 has no header')
    expect(found?.message).toContain('"note" (column 6)')
  })
})

describe('rows that are not like the others', () => {
  test('totals at the end are no contacts', () => {
    const analysis = analyse(`${plainFile()}\nTotal,4,,12345,\n40 rows\n`)
    const [found] = analysis.problems
    expect(codes(analysis)).toEqual(['TOTALS_AT_END'])
    expect(found).toMatchObject({ row: 41, details: { lines: 2 } })
    expect(found?.message).toContain('"Total,4,,12345,"')
    expect(fields(analysis)).toEqual(meant)
  })

  test('a queue that is called "Total care" makes no total', () => {
    const rows = plainRows(40).map(row => `Total care,${row}`)
    expect(codes(analyse(`Queue,${plainHeader}\n${rows.join('\n')}\n`))).toEqual([])
  })

  test('a delimiter at the end of each row is said, with a header that has it or has not', () => {
    const rows = plainRows(40).map(row => `${row},`)
    for (const header of [plainHeader, `${plainHeader},`]) {
      const analysis = analyse(`${header}\n${rows.join('\n')}\n`)
      expect(codes(analysis)).toEqual(['TRAILING_DELIMITERS'])
      expect(analysis.proposal?.columns.map(({ header }) => header)).toEqual(Object.keys(meant))
    }
  })

  test('rows of another width are counted, and the first is named', () => {
    const rows = plainRows(40)
    rows[6] += ',more,cells'
    rows[9] = 'C-1,agent1'
    const analysis = analyse(plainFile(rows))
    expect(analysis.problems).toMatchObject([{ code: 'UNEVEN_ROWS', row: 7, details: { rows: 2 } }])
  })

  test('a quote that is never closed costs its own line alone', () => {
    const rows = plainRows(40)
    rows[5] = 'C-9,"agent1,2026-03-06 10:00:07,9,remark'
    const analysis = analyse(plainFile(rows))
    expect(analysis.rowCount).toBe(40)
    expect(codes(analysis)).toContain('STRAY_QUOTES')
  })

  test('caller ids as switches write them are cells with stray quotes', () => {
    const rows = plainRows(40).map(row => row.replace('remark', '"User 10" <114>'))
    const analysis = analyse(plainFile(rows))
    expect(analysis.columns[4]?.examples).toEqual(['User 10 <114>'])
    expect(codes(analysis)).toEqual(['STRAY_QUOTES'])
  })
})

describe('what is no list of contacts', () => {
  test.each([
    [
      'totals by interval',
      'Interval Start,Interval End,Agent Name,Handle,Avg Talk',
      '2026-03-01 08:00,2026-03-01 08:30,Jane Sample,14,312',
    ],
    [
      'sums by queue and day',
      'Date,Queue,Calls Offered,Calls Answered,Avg Wait,Service Level %',
      '2026-03-01,Billing,412,387,31,84.2',
    ],
    ['a list of fields', 'Field Name,Data Type,Description', 'CallID,varchar(32),the id of the call'],
    ['a list of people', 'Name,Email,Team', 'Jane Sample,jane.sample@example.com,Blue'],
  ])('%s: nothing is proposed', (_, header, row) => {
    const analysis = analyse(`${header}\n${`${row}\n`.repeat(30)}`)
    expect(codes(analysis)).toEqual(['NO_CONTACTS'])
    expect(analysis.proposal).toBeNull()
    expect(Object.values(fields(analysis))).not.toContainEqual(
      expect.stringMatching(/REFERENCE|AGENT|CONTACT_|DURATION/),
    )
  })

  test('averages in a list of contacts do not make it one of totals', () => {
    const rows = plainRows(40).map(row => `${row},3.5,12`)
    const analysis = analyse(`${plainHeader},Avg Sentiment,Avg Hold\n${rows.join('\n')}\n`)
    expect(fields(analysis)).toMatchObject(meant)
  })

  test('a file of one column has no delimiter', () => {
    expect(codes(analyse(`${plainRows(40, dayFirst).join('\n').replaceAll(',', ' ')}\n`))).toContain(
      'NO_DELIMITER',
    )
  })
})
