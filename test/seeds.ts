import { spawnSync } from 'node:child_process'
import { randomInt } from 'node:crypto'
import { readdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'

// `npm run test:seeds [rounds]`: every property once more in each round, with cases that no run has tried.
const rounds = Number(process.argv[2] ?? 20)
const files = (await readdir(import.meta.dirname, { recursive: true })).filter(name =>
  name.endsWith('.test.ts'),
)
const properties: string[] = []
for (const file of files)
  if ((await readFile(join(import.meta.dirname, file), 'utf8')).includes('support/properties.ts'))
    properties.push(join('test', file))

const failed: number[] = []
for (let round = 1; round <= rounds; round++) {
  const seed = randomInt(2 ** 31)
  console.log(`round ${round} of ${rounds}: PROPERTY_SEED=${seed}`)
  const { status } = spawnSync(process.execPath, [join(import.meta.dirname, 'run.ts'), ...properties], {
    stdio: 'inherit',
    env: { ...process.env, PROPERTY_SEED: String(seed) },
  })
  if (status !== 0) failed.push(seed)
}
console.log(
  failed.length === 0
    ? `${rounds} rounds, none failed`
    : `failed with PROPERTY_SEED=${failed.join(', PROPERTY_SEED=')}`,
)
process.exitCode = failed.length === 0 ? 0 : 1
