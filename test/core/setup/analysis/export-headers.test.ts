import { fileURLToPath } from 'node:url'
import { expect, test } from 'vitest'
import type { Miss } from './proposed-rightly.ts'
import { proposedRightly, report } from './proposed-rightly.ts'
import { heldOutExports, realExports } from './read-headers.ts'

const file = new URL('../../../../../shared/data/export-headers.tsv', import.meta.url)
const real = realExports(file)

const sure = (misses: readonly Miss[]) => misses.filter(({ confidence }) => confidence > 0.9)

test.skipIf(real === null)(
  `reference, agent, date and duration of real exports are proposed rightly (needs ${fileURLToPath(file)})`,
  () => {
    const result = proposedRightly(real ?? [])
    console.log(report('Real exports', result))
    expect(result.share).toBeGreaterThanOrEqual(0.9)
    expect(sure(result.misses)).toEqual([])
  },
)

test('so are those of exports that were labelled before they were tried', () => {
  const result = proposedRightly(heldOutExports())
  console.log(report('Held-out exports', result))
  expect(result.share).toBeGreaterThanOrEqual(0.9)
  expect(sure(result.misses)).toEqual([])
})
