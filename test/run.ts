import { spawn } from 'node:child_process'
import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

// `npm test`: all tests, or those whose file names hold an argument; ends with one line that counts.
const folder = await mkdtemp(join(tmpdir(), 'nightdrop-run-'))
const report = join(folder, 'report.json')
const flags = ['run', '--reporter=default', '--reporter=json', `--outputFile.json=${report}`]
const vitest = join(import.meta.dirname, '../node_modules/vitest/vitest.mjs')
const child = spawn(process.execPath, [vitest, ...flags, ...process.argv.slice(2)], {
  stdio: 'inherit',
  env: { ...process.env, NODE_COMPILE_CACHE: join(import.meta.dirname, '../node_modules/.cache/tests') },
})
const code = await new Promise<number>(resolve => child.once('exit', status => resolve(status ?? 1)))
const counts = await readFile(report, 'utf8').then(JSON.parse, () => undefined)
await rm(folder, { recursive: true, force: true })

const passed = counts?.numPassedTests ?? 0
const skipped = (counts?.numPendingTests ?? 0) + (counts?.numTodoTests ?? 0)
// A file that could not even be loaded has no tests to count; it failed all the same.
const unloaded = (counts?.testResults ?? []).filter(
  (file: { status: string; assertionResults: unknown[] }) =>
    file.status === 'failed' && file.assertionResults.length === 0,
).length
const failed = (counts?.numFailedTests ?? 0) + unloaded
const ok = code === 0 && failed === 0 && passed > 0
console.log(
  `${passed} passed, ${ok ? 0 : Math.max(failed, 1)} failed${skipped > 0 ? `, ${skipped} skipped` : ''}`,
)
process.exitCode = ok ? 0 : 1
