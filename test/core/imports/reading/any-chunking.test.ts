import * as fc from 'fast-check'
import { expect, test } from 'vitest'
import { aTemplate } from '../../templates/a-template.ts'
import type { WholeReading } from './read-all.ts'
import { readAll } from './read-all.ts'

const template = aTemplate(undefined, { maxRejectedShare: 1 })
const header = 'Id,Agent,Date,Phone,Duration,Url,Note,Extra'

const cell = fc.oneof(
  fc.constantFrom(
    '',
    ' ',
    'ann',
    '31/12/2025 10:00',
    '30/03/2025 02:30',
    '5.58E+12',
    '1:05',
    'x:y',
    'a\u0001b',
    '€ü',
  ),
  fc.constantFrom('"quoted, cell"', '"two\nlines"', '"say ""x"""', '"open', 'in"side', '"stray" x', '\uFFFD'),
)
const soundLine = fc
  .tuple(fc.constantFrom('a', 'b', 'ü', '007'), fc.constantFrom('ann', 'ANN', 'Ü'), fc.nat(3))
  .map(([id, agent, n]) => `${id},${agent},0${n + 1}/02/2025 10:00,,${n}:00,,"note ${n}",`)
const line = fc.oneof(
  { weight: 3, arbitrary: soundLine },
  { weight: 2, arbitrary: fc.array(cell, { minLength: 1, maxLength: 9 }).map(cells => cells.join(',')) },
)
const file = fc
  .tuple(
    fc.boolean(),
    fc.constantFrom('\n', '\r\n'),
    fc.array(line, { minLength: 1, maxLength: 30 }),
    fc.boolean(),
  )
  .map(
    ([mark, end, lines, last]) => `${mark ? '\uFEFF' : ''}${[header, ...lines].join(end)}${last ? end : ''}`,
  )
const pieces = fc.array(fc.integer({ min: 1, max: 40 }), { minLength: 1, maxLength: 5 })

const checkCounts = ({ chunks, rows, summary }: WholeReading) => {
  let read = 0
  for (const chunk of chunks) {
    const here = chunk.staged + chunk.supersededUpdated + chunk.supersededUnchanged + chunk.rejected
    expect(chunk.rowsReadSoFar - read).toBe(here)
    read = chunk.rowsReadSoFar
  }
  expect(summary.rowsRead).toBe(read)
  expect(summary.staged).toBe(rows.length)
  const { staged, supersededUpdated, supersededUnchanged, rejected } = summary
  expect(staged + supersededUpdated + supersededUnchanged + rejected).toBe(read)
}

/** The file's blank lines may leave no rows at all, which is another test's matter. */
const readOrNull = async (...given: Parameters<typeof readAll>) => {
  try {
    return await readAll(...given)
  } catch (error) {
    if (error instanceof Error && error.name === 'FileRefused') return null
    throw error
  }
}

test('however the bytes arrive, the same file gives the same chunks, and the counts add up', async () => {
  await fc.assert(
    fc.asyncProperty(file, pieces, fc.constantFrom(200, 1000, 1e6), async (file, pieces, chunkBytes) => {
      const whole = await readOrNull(file, template, { chunkBytes })
      if (whole === null) return
      checkCounts(whole)
      const cut = await readAll(file, template, { chunkBytes, pieces })
      expect(cut).toEqual(whole)
    }),
    { numRuns: 150 },
  )
})

test('rejected rows sent again are rejected again, for the same reasons and no others', async () => {
  await fc.assert(
    fc.asyncProperty(file, async file => {
      const first = await readOrNull(file, template)
      if (first === null || first.summary.rejected === 0) return
      const again = await readAll(first.rejectedCsv, template)
      const what = ({ code, column, value, message }: (typeof first.rejections)[number]) =>
        code === 'BAD_QUOTE' ? { code } : { code, column, value, message }
      expect(again.rejections.map(what)).toEqual(first.rejections.map(what))
      expect(again.summary).toMatchObject({
        rowsRead: first.summary.rejected,
        rejected: first.summary.rejected,
      })
      const third = await readAll(again.rejectedCsv, template)
      expect(third.rejectedCsv).toBe(again.rejectedCsv)
    }),
    { numRuns: 150 },
  )
})
