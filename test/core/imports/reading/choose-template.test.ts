import { describe, expect, test } from 'vitest'
import { chooseTemplate } from '../../../../core/imports/reading/choose-template.ts'
import { HEAD_BYTES } from '../../../../core/imports/reading/file-head.ts'
import { aTemplate, dialect } from '../../templates/a-template.ts'

const base: Parameters<typeof aTemplate>[0] = [
  ['Id', 'REFERENCE'],
  ['Agent', 'AGENT'],
  ['Date', 'CONTACT_DATE'],
]
const calls = aTemplate(base, { name: 'Calls' })
const chats = aTemplate([...base, ['Chat', 'METADATA']], { name: 'Chats' })
const mails = aTemplate([...base.slice(0, 2), ['Sent', 'CONTACT_DATE']], { name: 'Mails' })
const again = aTemplate(base, { name: 'Calls again' })

const head = (text: string) => Buffer.from(text)

test('the header decides', () => {
  expect(chooseTemplate(head('\uFEFFid;agent'), [])).toMatchObject({
    kind: 'none',
    nearest: null,
    problem: { code: 'NO_TEMPLATE', whoseMove: 'ADMIN' },
  })
  expect(chooseTemplate(head('id,agent,sent\n1,2,"3'), [calls, mails])).toEqual({
    kind: 'one',
    template: mails,
  })
  expect(chooseTemplate(head('"Id","Agent","Date"\r\n'), [mails, calls])).toEqual({
    kind: 'one',
    template: calls,
  })
})

test('of two headers where one goes on, the longer one reads the file that has it', () => {
  expect(chooseTemplate(head('Id,Agent,Date,Chat\n'), [calls, chats])).toEqual({
    kind: 'one',
    template: chats,
  })
  expect(chooseTemplate(head('Id,Agent,Date\n'), [calls, chats])).toEqual({ kind: 'one', template: calls })
})

test('two that fit alike are an ambiguity that names them', () => {
  expect(chooseTemplate(head('Id,Agent,Date\n'), [calls, mails, again])).toMatchObject({
    kind: 'ambiguous',
    templates: [calls, again],
    problem: {
      code: 'AMBIGUOUS_TEMPLATE',
      message: expect.stringContaining('"Calls", "Calls again"'),
      details: { templates: ['Calls', 'Calls again'] },
    },
  })
})

test('none says how the file differs from the nearest', () => {
  expect(chooseTemplate(head('Id,Agent,Sent on\n'), [calls, chats])).toMatchObject({
    kind: 'none',
    nearest: calls,
    problem: {
      code: 'HEADER_MISMATCH',
      message: expect.stringContaining('should be "Date" and is "Sent on"'),
    },
  })
  expect(chooseTemplate(head('Id;Agent;Date\n'), [calls])).toMatchObject({
    kind: 'none',
    problem: { code: 'DIALECT_MISMATCH' },
  })
  expect(chooseTemplate(head(''), [calls])).toMatchObject({ kind: 'none', problem: { code: 'EMPTY' } })
})

const semicolons = aTemplate([...base.slice(0, 2), ['Sent', 'CONTACT_DATE']], {
  name: 'Semicolons',
  dialect: { ...dialect, delimiter: ';' },
})

test('a sep= line of a delimiter that nobody agreed is the same fault for one template and for several', () => {
  const file = head('sep=|\r\nId|Agent|Date\r\n')
  const [one, several] = [[calls], [mails, semicolons, calls]].map(candidates =>
    chooseTemplate(file, candidates),
  )
  expect(one).toMatchObject({
    kind: 'none',
    nearest: calls,
    problem: {
      code: 'DIALECT_MISMATCH',
      whoseMove: 'SENDER',
      details: { expected: { delimiter: ',' }, found: { delimiter: '|' } },
    },
  })
  expect(several).toEqual(one)
  expect(chooseTemplate(head('sep=|\nId,Agent,Date\n'), [chats, calls])).toMatchObject({
    kind: 'none',
    nearest: calls,
    problem: { code: 'DIALECT_MISMATCH' },
  })
})

test('of several templates a sep= line leaves those that have its delimiter', () => {
  expect(chooseTemplate(head('sep=;\nId;Agent;Sent\n'), [calls, semicolons])).toEqual({
    kind: 'one',
    template: semicolons,
  })
  expect(chooseTemplate(head('sep=;\nId;Agent;Date\n'), [calls, semicolons])).toMatchObject({
    nearest: semicolons,
    problem: { code: 'HEADER_MISMATCH' },
  })
})

test('blank lines before the header are passed over, as the reading does', () => {
  expect(chooseTemplate(head('\r\n \r\nId,Agent,Date\r\n'), [calls, mails])).toEqual({
    kind: 'one',
    template: calls,
  })
})

test('so are lines of nothing but delimiters', () => {
  const file = head(',,,\n"","",\nId,Agent,Date,Chat\n')
  expect(chooseTemplate(file, [calls, chats])).toEqual({ kind: 'one', template: chats })
})

test('a header of several lines, and one whose quotes do not fit, are taken as the reading takes them', () => {
  const note = aTemplate([...base, ['Note\nof the call', 'METADATA']], { name: 'Noted' })
  expect(chooseTemplate(head('Id,Agent,Date,"Note\nof the call"\n1,a,b,c\n'), [calls, note])).toEqual({
    kind: 'one',
    template: note,
  })
  expect(chooseTemplate(head('Id,Agent,Date"\n1,a,b\n'), [calls, mails])).toMatchObject({
    kind: 'none',
    problem: { code: 'HEADER_MISMATCH' },
  })
})

describe('of two templates that differ by their encoding', () => {
  const [utf8, western] = (['UTF_8', 'WINDOWS_1252'] as const).map(encoding =>
    aTemplate(base, { name: encoding, dialect: { ...dialect, encoding } }),
  )
  const both = [utf8, western].flatMap(template => template ?? [])
  const rows = (agent: string) => `Id,Agent,Date\n1,${agent},2026-01-02T03:04:05Z\n`

  test('the one whose bytes these are reads the file', () => {
    const text = rows('J\u00f6rg M\u00fcller')
    expect(chooseTemplate(head(text), both)).toEqual({ kind: 'one', template: utf8 })
    expect(chooseTemplate(Buffer.from(text, 'latin1'), both)).toEqual({ kind: 'one', template: western })
    expect(chooseTemplate(head(text.trim().replace(/,[^,]*$/, ',\u00fc')), both)).toEqual({
      kind: 'one',
      template: utf8,
    })
    expect(chooseTemplate(Buffer.from('Id,Agent,Date\n1,ann,\u00fc', 'latin1'), both)).toEqual({
      kind: 'one',
      template: western,
    })
  })

  test('a character that the end of the head cuts says nothing against its encoding', () => {
    for (const agent of ['M\u00fcller', 'ann M\u00fcller']) {
      const long = head(rows(agent + '\u00fc'.repeat(HEAD_BYTES)))
      expect(chooseTemplate(long.subarray(0, HEAD_BYTES), both)).toEqual({ kind: 'one', template: utf8 })
    }
  })

  test('bytes that are the same in both leave them alike', () => {
    expect(chooseTemplate(head(rows('ann')), both)).toMatchObject({
      problem: { code: 'AMBIGUOUS_TEMPLATE' },
    })
  })

  test('a file of neither is no ambiguity, and refused for the bytes that are not UTF-8', () => {
    const text = Array.from({ length: 30 }, (_, at) => `${at},M\u00fcller,2026-01-02T03:04:05Z\n`).join('')
    const nearly = Buffer.concat([head(`Id,Agent,Date\n${text}`), Buffer.from('31,M\u00fcller,\n', 'latin1')])
    for (const candidates of [both, both.toReversed()])
      expect(chooseTemplate(nearly, candidates)).toMatchObject({
        kind: 'none',
        nearest: utf8,
        problem: { code: 'ENCODING_MISMATCH', details: { line: 32 } },
      })
  })

  test('a file of neither is read by the one of its header, whose reader says what is wrong', () => {
    const latin = Buffer.from(rows('M\u00fcller'), 'latin1')
    expect(chooseTemplate(latin, [calls, mails])).toEqual({ kind: 'one', template: calls })
    expect(chooseTemplate(latin, [calls, { ...mails, dialect: both[1]?.dialect ?? dialect }])).toEqual({
      kind: 'one',
      template: calls,
    })
  })
})

describe('without a header the first rows decide', () => {
  const noHeader = { ...dialect, hasHeader: false }
  const places = (name: string, columns: Parameters<typeof aTemplate>[0]) =>
    aTemplate(columns, { name, dialect: noHeader })
  const byReference = places('By reference', base)
  const byAgent = places('By agent', [...base.slice(1, 2), ...base.slice(0, 1), ...base.slice(2)])
  const withDuration = places('With duration', [...base, ['Duration', 'DURATION', 'm:ss']])
  const dayFirst = places('Day first', [...base.slice(0, 2), ['Date', 'CONTACT_DATE', 'dd/MM/yyyy HH:mm']])
  const row = (index: number) => `ann@x.test,${index},2026-01-02T03:04:05Z\n`
  const rows = Array.from({ length: 30 }, (_, index) => row(index)).join('')

  test('whatever the first one is', () => {
    for (const first of ['', 'Total,,\n', 'ann@x.test,100,2026-13-02T03:04:05Z\n', 'a "stray" quote,,\n'])
      for (const candidates of [
        [byReference, dayFirst, withDuration],
        [dayFirst, calls, byReference],
      ])
        expect([first, chooseTemplate(head(first + rows), candidates)]).toEqual([
          first,
          { kind: 'one', template: byReference },
        ])
  })

  test('rows that are rows of two are an ambiguity, also when the first one is of neither', () => {
    for (const first of ['', 'Total,,\n'])
      expect(chooseTemplate(head(first + rows), [byReference, byAgent, dayFirst])).toMatchObject({
        kind: 'ambiguous',
        templates: [byReference, byAgent],
        problem: { code: 'AMBIGUOUS_TEMPLATE', details: { templates: ['By agent', 'By reference'] } },
      })
  })

  test('rows that are rows of none are an ambiguity as well, and never a guess', () => {
    expect(chooseTemplate(head('a;b;c\n1;2;3\n'), [byReference, byAgent])).toMatchObject({
      kind: 'ambiguous',
      templates: [byReference, byAgent],
      problem: { code: 'AMBIGUOUS_TEMPLATE', message: expect.stringContaining('rows of none of them') },
    })
    expect(chooseTemplate(head('a;b;c\n'), [byReference])).toEqual({ kind: 'one', template: byReference })
  })

  test('a header that is not the one agreed is no bad first row', () => {
    const unlike = ['Id,Agent,Sent on', 'Agent,Id,Date', 'Kennung,Bearbeiter,Datum', 'Id,Agent,Phone 1']
    for (const header of unlike)
      expect([header, chooseTemplate(head(`${header}\n${rows}`), [byReference, calls])]).toMatchObject([
        header,
        { kind: 'none', nearest: calls, problem: { code: 'HEADER_MISMATCH' } },
      ])
    const fits = head(`Id,Agent,Date\n${rows}`)
    expect(chooseTemplate(fits, [byReference, calls])).toEqual({ kind: 'one', template: calls })
  })

  test('lines of nothing but delimiters are no file of any', () => {
    for (const candidates of [
      [byReference, byAgent],
      [calls, mails],
    ])
      expect(chooseTemplate(head(',,\n,,\n'), candidates)).toMatchObject({
        kind: 'none',
        problem: { code: 'EMPTY' },
      })
  })
})

test('a file whose encoding none of several templates has is refused for that', () => {
  const german = aTemplate([...base.slice(0, 2), ['L\u00e4nge', 'CONTACT_DATE']], { name: 'German' })
  const noHeader = aTemplate(base, { name: 'Places', dialect: { ...dialect, hasHeader: false } })
  const file = Buffer.from('Id,Agent,L\u00e4nge\n1,a,b\n', 'latin1')
  const problem = { code: 'ENCODING_MISMATCH', details: { line: 1 } }
  expect(chooseTemplate(file, [calls, german])).toMatchObject({ kind: 'none', problem })
  expect(chooseTemplate(file, [noHeader, noHeader])).toMatchObject({ kind: 'none', problem })
})
