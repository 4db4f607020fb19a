import { expect, test } from 'vitest'
import type { Rejection } from '../../../../core/imports/reading/chunk.ts'
import { groupProblems } from '../../../../core/imports/reading/problem-groups.ts'
import { aTemplate } from '../../templates/a-template.ts'
import { readAll } from './read-all.ts'

const rejection = (row: number, column: string): Rejection => ({
  row,
  column,
  value: 'x',
  code: 'TOO_LONG',
  message: 'It is too long. Shorten it.',
})
const countOf = (details: unknown) => (details as { count: number }).count

test('causes beyond those that are told one by one are told together, by their rows', async () => {
  const extra = Array.from({ length: 400 }, (_, index) => `c${index}`)
  const long = 'x'.repeat(65_537)
  const lines = extra.map(
    (_, at) => `${at},ann,2026-01-02T03:04Z${','.repeat(at + 1)}${long}${','.repeat(399 - at)}`,
  )
  const template = aTemplate(
    [
      ['Id', 'REFERENCE'],
      ['Agent', 'AGENT'],
      ['Date', 'CONTACT_DATE'],
    ],
    { maxRejectedShare: 1 },
  )
  const { summary } = await readAll(`Id,Agent,Date,${extra.join(',')}\n${lines.join('\n')}\n`, template)
  expect(summary).toMatchObject({ rowsRead: 400, rejected: 400 })
  expect(summary.problems).toHaveLength(201)
  expect(summary.problems.reduce((sum, { details }) => sum + countOf(details), 0)).toBe(400)
  expect(summary.problems[0]).toMatchObject({
    code: 'OTHER_CAUSES',
    message: expect.stringMatching(
      /^200 rows were rejected for causes beyond the 200 that are told one by one\. For example row 201, TOO_LONG in column "c200": /,
    ),
    whoseMove: 'SENDER',
    row: 201,
    column: null,
    details: { count: 200, column: null, examples: [{ row: 201 }, { row: 202 }, { row: 203 }] },
  })
})

test('one cause is told by count, column and an example, its code once', () => {
  const groups = groupProblems(['x', 'y'])
  groups.add([rejection(3, 'y')])
  groups.add([rejection(5, 'y')])
  groups.add([{ ...rejection(7, ''), code: 'BAD_QUOTE', column: null, message: 'A quote is not closed.' }])
  expect(groups.problems()).toMatchObject([
    {
      code: 'TOO_LONG',
      message: '2 rows were rejected for column "y". For example row 3: It is too long. Shorten it.',
      column: 2,
    },
    {
      code: 'BAD_QUOTE',
      message: '1 row was rejected. For example row 7: A quote is not closed.',
      column: null,
    },
  ])
})

test('a row with several of them counts once among them, and the most frequent cause comes first', () => {
  const groups = groupProblems([])
  for (let column = 0; column < 200; column++) groups.add([rejection(1, `c${column}`)])
  groups.add([rejection(2, 'c0'), rejection(2, 'x'), rejection(2, 'y')])
  groups.add([rejection(3, 'c0'), rejection(3, 'y')])
  const problems = groups.problems()
  expect(problems.slice(0, 3).map(({ code, details }) => [code, countOf(details)])).toEqual([
    ['TOO_LONG', 3],
    ['OTHER_CAUSES', 2],
    ['TOO_LONG', 1],
  ])
  expect(problems[1]?.details).toMatchObject({ examples: [{ row: 2 }, { row: 3 }] })
})
