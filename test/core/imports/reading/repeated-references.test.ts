import { expect, test } from 'vitest'
import { aTemplate } from '../../templates/a-template.ts'
import { readAll } from './read-all.ts'

const template = aTemplate([
  ['Id', 'REFERENCE'],
  ['Agent', 'AGENT'],
  ['Date', 'CONTACT_DATE'],
  ['Note', 'METADATA'],
])
const file = [
  'Id,Agent,Date,Note',
  '1,ann,2026-01-02T03:04,first',
  '2,bob,2026-01-02T03:04,other',
  '1,ann,2026-01-02T03:04,second',
  '1,ann,2026-01-02T03:04Z,second',
  '1,ann,2026-01-02 04:04+01:00, second ',
].join('\n')

test('the last row stands; what it replaces counts as updated, what it repeats as unchanged', async () => {
  const { rows, summary } = await readAll(file, template)
  expect(rows.map(row => [row['row_number'], row['reference'], row['metadata']])).toEqual([
    ['5', '1', '{"Note":"second"}'],
    ['2', '2', '{"Note":"other"}'],
  ])
  expect(summary).toMatchObject({
    rowsRead: 5,
    staged: 2,
    supersededUpdated: 2,
    supersededUnchanged: 1,
    rejected: 0,
  })
})

test('under SKIP the first row stands, and the others count as unchanged', async () => {
  const { rows, summary } = await readAll(file, { ...template, existingContact: 'SKIP' })
  expect(rows.map(row => [row['row_number'], row['reference'], row['metadata']])).toEqual([
    ['1', '1', '{"Note":"first"}'],
    ['2', '2', '{"Note":"other"}'],
  ])
  expect(summary).toMatchObject({ staged: 2, supersededUpdated: 0, supersededUnchanged: 3 })
})

test('in another chunk a reference is staged again', async () => {
  const { chunks, rows } = await readAll(file, template, { chunkBytes: 1 })
  expect(chunks).toHaveLength(5)
  expect(rows).toHaveLength(5)
})
