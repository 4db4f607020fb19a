import { expect, test } from 'vitest'
import { aTemplate, dialect } from '../../templates/a-template.ts'
import { readAll } from './read-all.ts'

const template = aTemplate(
  [
    ['Id', 'REFERENCE'],
    ['Agent', 'AGENT'],
    ['Date', 'CONTACT_DATE'],
    ['Note', 'METADATA'],
  ],
  { dialect: { ...dialect, delimiter: ';', quote: "'" }, maxRejectedShare: 0.5 },
)

const file = [
  'Id;Agent;Date;Note;Extra',
  '1;ann;2026-01-02T03:04;fine;x',
  "+44 20;=cmd;tomorrow;'two\r\nlines; and it''s so';@x",
  "007;'Änne';;-1+1; padded ",
  '',
].join('\r\n')

test('cells come back exactly as they were sent, in the dialect agreed, with the reasons last', async () => {
  const { rejectedCsv } = await readAll(`\uFEFF${file}`, template)
  expect(rejectedCsv).toBe(
    [
      '\uFEFFId;Agent;Date;Note;Extra;nightdrop_reason',
      '+44 20;=cmd;tomorrow;\'two\r\nlines; and it\'\'s so\';@x;BAD_DATE in "Date": "tomorrow" is no date and time written as ISO. Correct it.',
      '007;Änne;;-1+1;\' padded \';MISSING_VALUE in "Date": The contact date is missing. Fill it in.',
      '',
    ].join('\r\n'),
  )
})

test('corrected and sent again, they are accepted, and the reasons are kept nowhere', async () => {
  const { rejectedCsv } = await readAll(file, template)
  const corrected = rejectedCsv
    .replace('tomorrow', '2026-01-03T04:05')
    .replace('Änne;;', 'Änne;2026-01-03T04:05;')
  const again = await readAll(corrected, template)
  expect(again.rejections).toMatchObject([])
  expect(again.rows.map(row => [row['reference'], row['agent_key'], row['metadata']])).toEqual([
    ['+44 20', '=cmd', '{"Extra":"@x","Note":"two\\r\\nlines; and it\'s so"}'],
    ['007', 'Änne', '{"Extra":"padded","Note":"-1+1"}'],
  ])
})

test('the second reading of a refused file holds every row, sound ones without a reason', async () => {
  const first = await readAll(file, template)
  const second = await readAll(file, template, { everyRow: true })
  expect(second.summary.rowsRead).toBe(first.summary.rowsRead)
  expect(second.summary.rejected).toBe(first.summary.rejected)
  expect(second.rows).toEqual([])
  expect(second.rejections).toEqual([])
  expect(second.rejectedCsv).toContain('\r\n1;ann;2026-01-02T03:04;fine;x;\r\n')
  expect(second.rejectedCsv.endsWith(first.rejectedCsv.split('\r\n').slice(1).join('\r\n'))).toBe(true)
})
