import { readdirSync } from 'node:fs'
import process from 'node:process'

/** `npm run bench <name> [--option value …]` runs test/bench/<name>.ts. */
const folder = new URL('./', import.meta.url)
const names = readdirSync(folder, { withFileTypes: true })
  .filter(entry => entry.isFile() && entry.name.endsWith('.ts') && entry.name !== 'main.ts')
  .map(entry => entry.name.slice(0, -3))
const name = process.argv[2] ?? ''
if (names.includes(name)) {
  // The benchmark sees its own options only.
  process.argv.splice(2, 1)
  await import(`./${name}.ts`)
} else {
  process.stderr.write(`Usage: npm run bench -- <name> [options], with one of: ${names.join(', ')}\n`)
  process.exitCode = 2
}
