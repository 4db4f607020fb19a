import { setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'
import { expect, test } from 'vitest'
import { readContactFile } from '../../../../core/imports/reading/read-contact-file.ts'
import { aTemplate } from '../../templates/a-template.ts'

setFlagsFromString('--expose-gc')
const collect = runInNewContext('gc') as () => void

const ROWS = 160_000
const template = aTemplate(
  [
    ['Id', 'REFERENCE'],
    ['Agent', 'AGENT'],
    ['Day', 'CONTACT_DAY'],
    ['Phone', 'CUSTOMER_PHONE'],
  ],
  { maxRejectedShare: 1 },
)

/** Every reference, agent and number is another one, and every seventh row is rejected for values of its own. */
async function* file() {
  yield Buffer.from('Id,Agent,Day,Phone,Note\n')
  let text = ''
  for (let i = 0; i < ROWS; i++) {
    const day = new Date(Date.UTC(1970, 0, 2 + (i % 300))).toISOString().slice(0, 10)
    text += `call-${i},agent-${i},${day},${i % 7 === 0 ? `${i}E+12` : i},note ${i}\n`
    if (i % 1000 === 999) {
      yield Buffer.from(text)
      text = ''
    }
  }
}

test('no row leaves anything behind: the memory of many rows is that of few', async () => {
  const kept: { rows: number; megabytes: number }[] = []
  for await (const reading of readContactFile(file(), { template, size: 1, chunkBytes: 128 * 1024 })) {
    if (reading.kind !== 'rows' || reading.rowsReadSoFar < 40_000 * (kept.length + 1)) continue
    collect()
    const { heapUsed, arrayBuffers } = process.memoryUsage()
    kept.push({ rows: reading.rowsReadSoFar, megabytes: (heapUsed + arrayBuffers) / 1e6 })
  }
  // By 40,000 rows is there what is kept on purpose: the last 10,000 agents, folded, and the days.
  const [first, ...later] = kept
  expect(later.length).toBeGreaterThanOrEqual(2)
  for (const { megabytes } of later) expect(megabytes - (first?.megabytes ?? 0)).toBeLessThan(4)
})
