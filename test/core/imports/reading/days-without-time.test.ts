import { expect, test } from 'vitest'
import { aTemplate } from '../../templates/a-template.ts'
import { readAll } from './read-all.ts'

test.each([
  ['Africa/Cairo', '2026-04-24', '2026-04-23T22:00:00.000Z', 'although clocks are set forward over midnight'],
  ['America/Havana', '2025-11-02', '2025-11-02T04:00:00.000Z', 'although clocks are set back over midnight'],
])('in %s a day alone (%s) is its first moment, %s, %s', async (timeZone, day, instant) => {
  for (const ambiguousTime of ['REJECT', 'EARLIER', 'LATER'] as const) {
    const template = aTemplate(
      [
        ['Id', 'REFERENCE'],
        ['Agent', 'AGENT'],
        ['Day', 'CONTACT_DAY'],
      ],
      { timeZone, ambiguousTime },
    )
    const { rows, rejections } = await readAll(`Id,Agent,Day\n1,ann,${day}\n`, template)
    expect(rejections).toEqual([])
    expect(rows).toMatchObject([{ occurred_at: instant, occurred_at_text: day }])
  }
})

test('a time beside the day is still a time that must exist, and exist once', async () => {
  const template = aTemplate(
    [
      ['Id', 'REFERENCE'],
      ['Agent', 'AGENT'],
      ['Day', 'CONTACT_DAY'],
      ['Time', 'CONTACT_TIME'],
    ],
    { timeZone: 'America/Havana', ambiguousTime: 'REJECT', maxRejectedShare: 1 },
  )
  const file = 'Id,Agent,Day,Time\n1,ann,2025-11-02,00:00\n2,ann,2025-03-09,00:30\n'
  const { rejections } = await readAll(file, template)
  expect(rejections.map(({ column, code }) => `${column} ${code}`)).toEqual([
    'Time AMBIGUOUS_LOCAL_TIME',
    'Time NO_SUCH_LOCAL_TIME',
  ])
})
