import { expect, test } from 'vitest'
import type { RowsChunk } from '../../../../core/imports/reading/chunk.ts'
import { fc } from '../../../support/properties.ts'
import { aTemplate } from '../../templates/a-template.ts'
import type { WholeReading } from './read-all.ts'
import { copyRows, readAll } from './read-all.ts'

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

/** Each superseded row is told once, with the staged row that stands for it, and what it counts as. */
const checkSuperseded = (chunk: RowsChunk, before: number) => {
  const triples = Array.from({ length: chunk.superseded.length / 3 }, (_, at) =>
    chunk.superseded.slice(at * 3, at * 3 + 3),
  )
  const rows = triples.map(([row = 0]) => row)
  expect(new Set(rows).size).toBe(rows.length)
  expect(triples.filter(([, , changed]) => changed === 1).length).toBe(chunk.supersededUpdated)
  expect(triples.filter(([, , changed]) => changed === 0).length).toBe(chunk.supersededUnchanged)
  const staged = new Map(copyRows(chunk.copy).map(row => [Number(row['row_number']), row['reference']]))
  for (const [row = 0, standing = 0] of triples) {
    expect(staged.has(standing)).toBe(true)
    expect(staged.has(row)).toBe(false)
    expect(row > before && row <= chunk.rowsReadSoFar).toBe(true)
  }
}

const checkCounts = ({ chunks, rows, summary }: WholeReading) => {
  let read = 0
  for (const chunk of chunks) {
    const here = chunk.staged + chunk.supersededUpdated + chunk.supersededUnchanged + chunk.rejected
    expect(chunk.rowsReadSoFar - read).toBe(here)
    checkSuperseded(chunk, read)
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
  const existing = fc.constantFrom('UPDATE' as const, 'SKIP' as const)
  const sizes = fc.constantFrom(200, 1000, 1e6)
  await fc.assert(
    fc.asyncProperty(file, pieces, sizes, existing, async (file, pieces, chunkBytes, existingContact) => {
      const agreed = { ...template, existingContact }
      const whole = await readOrNull(file, agreed, { chunkBytes })
      if (whole === null) return
      checkCounts(whole)
      const cut = await readAll(file, agreed, { chunkBytes, pieces })
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
