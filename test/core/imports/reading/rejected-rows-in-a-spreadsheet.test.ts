import { expect, test } from 'vitest'
import type { ColumnTemplateInput, Dialect } from '../../../../core/templates/template.ts'
import { aTemplate, dialect } from '../../templates/a-template.ts'
import { readAll } from './read-all.ts'
import { savedAgain } from './spreadsheet.ts'

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

const file = [
  'Id,Agent,Date,Note',
  '1,ann,tomorrow,x',
  '2,ann,2026-01-02T03:04Z',
  '3,ann,2026-01-02T03:04Z,a,b,c',
  '4,ann,2026-01-02T03:04Z,"y',
  '5,ann,2026-01-02T03:04Z,z',
  '',
].join('\n')
const faults = [
  [1, 'BAD_DATE'],
  [2, 'MISSING_COLUMN'],
  [3, 'EXTRA_COLUMN'],
  [4, 'BAD_QUOTE'],
]

const headers = [
  ['with a header', true, file],
  ['without a header', false, file.slice(file.indexOf('\n') + 1)],
] as const
const rules = ['KEEP', 'IGNORE', 'REJECT'] as const

test.each(headers)(
  'saved by a spreadsheet and sent again %s, rows are rejected as before and no reason is kept',
  async (_, hasHeader, file) => {
    for (const extraColumns of rules) {
      const agreed = template({ hasHeader }, { extraColumns })
      const first = await readAll(file, agreed)
      const wide = hasHeader || extraColumns === 'REJECT'
      expect(first.rejections.map(({ row, code }) => [row, code])).toEqual(
        wide ? faults : faults.filter(([row]) => row !== 3),
      )
      const again = await readAll(savedAgain(first.rejectedCsv), agreed)
      expect(again.rejections.map(({ code }) => code)).toEqual(first.rejections.map(({ code }) => code))
      expect(again.rows).toEqual([])
      expect((await readAll(savedAgain(again.rejectedCsv), agreed)).rejectedCsv).toBe(
        (await readAll(again.rejectedCsv, agreed)).rejectedCsv,
      )
    }
  },
)

test.each(headers)(
  'corrected in a spreadsheet %s, they are accepted with what is theirs',
  async (_, hasHeader, file) => {
    for (const extraColumns of rules) {
      const agreed = template({ hasHeader }, { extraColumns })
      const { rejectedCsv } = await readAll(file.replace(/^4.*\n/m, ''), agreed)
      const corrected = savedAgain(rejectedCsv)
        .replace('tomorrow', '2026-01-02T03:04Z')
        .replace(/^(2,ann,[^,]*),"nightdrop_reason: (?:[^"]|"")*",/m, '$1,new,')
        .replace(/,a,b,c,|(,a,"nightdrop_reason: (?:[^"]|"")*",)b,c/, (_, read = ',a,') => `${read},,`)
      const again = await readAll(corrected, agreed)
      expect(again.rejections).toEqual([])
      expect(again.rows.map(row => row['metadata'])).toEqual(
        ['x', 'new', 'a'].slice(0, corrected.includes('\n3') ? 3 : 2).map(Note => JSON.stringify({ Note })),
      )
    }
  },
)

test('what stands behind the column of reasons is never dropped in silence', async () => {
  const header = 'Id,Agent,Date,Note,nightdrop_reason,'
  const { rejections } = await readAll(`${header}\n1,ann,2026-01-02T03:04Z,x,y,z\n`, template())
  expect(rejections).toMatchObject([{ row: 1, code: 'EXTRA_COLUMN', value: 'y' }])
})

test('a column without a header keeps no reason, wherever it stands', async () => {
  const header = 'Id,Agent,Date,Note,,'
  const first = await readAll(`${header}\n1,ann,tomorrow,x\n2,ann,tomorrow,x,y\n`, template())
  const again = await readAll(
    savedAgain(first.rejectedCsv).replaceAll('tomorrow', '2026-01-02T03:04Z'),
    template(),
  )
  expect(again.rejections).toEqual([])
  expect(again.rows.map(row => row['metadata'])).toEqual(['{"Note":"x"}', '{"Note":"x","column 5":"y"}'])
})

test('a row that ends before the reasons, as Excel writes blocks of rows, keeps its last cell', async () => {
  const named = 'Id,Agent,Date,Note,nightdrop_reason'
  const short = await readAll(`${named}\n1,ann,2026-01-02T03:04Z,x\n2,ann\n`, template())
  expect(short.rows).toMatchObject([{ reference: '1', metadata: '{"Note":"x"}' }])
  expect(short.rejections).toMatchObject([{ row: 2, code: 'MISSING_VALUE', column: 'Date' }])
  expect(short.rejectedCsv.split('\n')[1]).toMatch(/^2,ann,,,"MISSING_VALUE /)

  const unnamed = aTemplate(
    [
      ['Id', 'REFERENCE'],
      ['Agent', 'AGENT'],
      ['Date', 'CONTACT_DATE'],
      ['', 'QUEUE'],
    ],
    { maxRejectedShare: 1 },
  )
  const header = 'Id,Agent,Date,,nightdrop_reason'
  const last = await readAll(`${header}\n1,ann,2026-01-02T03:04Z,Sales\n`, unnamed)
  expect(last.rows).toMatchObject([{ reference: '1', queue: 'Sales' }])
})
