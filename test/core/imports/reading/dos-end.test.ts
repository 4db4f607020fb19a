import { expect, test } from 'vitest'
import { chooseTemplate } from '../../../../core/imports/reading/choose-template.ts'
import { encodeText } from '../../../../core/imports/reading/text-decoding.ts'
import { type Dialect, encodings } from '../../../../core/templates/template.ts'
import { aTemplate, dialect } from '../../templates/a-template.ts'
import { readAll, refusalOf } from './read-all.ts'

const template = (layout: Partial<Dialect> = {}) =>
  aTemplate(
    [
      ['Id', 'REFERENCE'],
      ['Agent', 'AGENT'],
      ['Date', 'CONTACT_DATE'],
      ['Note', 'METADATA'],
    ],
    { dialect: { ...dialect, ...layout }, maxRejectedShare: 1 },
  )
const header = 'Id,Agent,Date,Note\r\n'
const row = (id: string) => `${id},ann,2026-01-02T03:04Z,é`
const pieces = [[1e9], [1], [2, 3]]
const END = '\u001a'

test.each(encodings)('%s: the sign by which DOS ends a file is no part of it', async encoding => {
  const agreed = template({ encoding })
  const ends = [END, `${END}\r\n`, `${END}\n`, END.repeat(128), `${END}\r\n${END}\r\n`]
  const texts = [`${header}${row('1')}\r\n`, `${header}${row('1')}`, `${header}${row('1')}\r`]
  for (const text of texts.flatMap(text => ends.map(end => text + end)))
    for (const sizes of pieces) {
      const file = encodeText(text, encoding)
      const { rows, summary } = await readAll(file, agreed, { pieces: sizes })
      expect(summary).toMatchObject({ rowsRead: 1, staged: 1, rejected: 0, bytesRead: file.length })
      expect(rows).toMatchObject([{ reference: '1', metadata: '{"Note":"é"}' }])
    }
})

test('anywhere else it is a character that no cell may hold', async () => {
  for (const sizes of pieces) {
    const inside = await readAll(`${header}${row('1')}${END}\r\n${row('2')}`, template(), { pieces: sizes })
    expect(inside.rejections).toMatchObject([{ row: 1, column: 'Note', code: 'BAD_CHARACTER' }])
  }
})

test('a file of nothing else is empty, and a header before it is one without rows', async () => {
  for (const end of [END, `${END}\r\n`, END.repeat(3)])
    expect((await refusalOf(end, template())).problem.code).toBe('EMPTY')
  expect((await refusalOf(`${header}${END}`, template())).problem.code).toBe('NO_ROWS')
  const bare = Buffer.from(`${header.trim()}${END}`)
  expect(chooseTemplate(bare, [template()]).kind).toBe('one')
  expect((await refusalOf(bare, template())).problem.code).toBe('NO_ROWS')
})

test('thousands of them are a damaged file, however its bytes come, and cost no more than their length', async () => {
  const damaged = `${header}${row('1')}\r\n${END.repeat(5000)}`
  for (const end of ['', '\r\n', `\r\n${row('2')}${END}`, `\r\n${END}\r\n`]) {
    const whole = await readAll(damaged + end, template())
    expect(whole.rejections[0]).toMatchObject({ row: 2, code: 'MISSING_COLUMN' })
    for (const sizes of [[1], [4096], [4999, 7]])
      expect(await readAll(damaged + end, template(), { pieces: sizes })).toEqual({
        ...whole,
        chunks: expect.anything(),
      })
  }
  const { rejections } = await readAll(`${header}${row('1')}\r\n${END.repeat(3e6)}\r\n`, template())
  expect(rejections[0]).toMatchObject({ row: 2, code: 'TOO_LONG' })
})
