import { runStep } from './run-step.ts'
import { steps } from './steps.ts'

// `npm run check`: the one gate, the same everywhere. Arguments pick steps by name.
const wanted = process.argv.slice(2)
let failed = 0
for (const step of steps) {
  if (wanted.length > 0 && !wanted.includes(step.name)) continue
  const result = await runStep(step)
  console.log(`${result.ok ? 'ok  ' : 'FAIL'} ${step.name} (${(result.milliseconds / 1_000).toFixed(1)} s)`)
  if (result.ok) continue
  failed += 1
  console.log(result.output.trim().replaceAll(/^/gm, '     '))
}
console.log(failed === 0 ? 'check: all green' : `check: ${failed} failed`)
process.exitCode = failed === 0 ? 0 : 1
