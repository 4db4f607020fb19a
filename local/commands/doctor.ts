import process from 'node:process'
import { styleText } from 'node:util'
import { examine, type Finding } from '../doctor/check.ts'
import { databaseChecks } from '../doctor/database-checks.ts'
import { keyChecks } from '../doctor/key-checks.ts'
import { objectStoreChecks } from '../doctor/object-store-checks.ts'
import { portChecks } from '../doctor/port-checks.ts'
import type { Call, Result, Subject } from './command.ts'

export const doctor: Subject = {
  summary: 'what is wrong, by looking',
  verbs: {
    '': {
      usage: '',
      summary: 'Looks at the database, the object store, clocks, keys and ports; 1 when anything is wrong.',
      run: examineAll,
    },
  },
}

/** One after the other, so that each latency is its own. */
async function examineAll(call: Call): Promise<Result> {
  const reached = await call.reach()
  const checks = [
    ...databaseChecks(reached, call.clock),
    ...objectStoreChecks(reached, call.clock),
    ...keyChecks(reached, call.clock),
    ...portChecks(reached),
  ]
  const value: Finding[] = []
  for (const check of checks) value.push(await examine(check))
  return {
    value: { ok: value.every(finding => finding.ok), checks: value },
    text: written(value),
    failed: value.some(finding => !finding.ok),
  }
}

/** Colours only for people at a terminal who have not said NO_COLOR. */
function written(findings: readonly Finding[]): string {
  const width = Math.max(...findings.map(({ name }) => name.length))
  const style = { stream: process.stdout, validateStream: true }
  return findings
    .map(({ name, ok, detail }) => {
      const verdict = ok ? styleText('green', 'ok  ', style) : styleText('red', 'FAIL', style)
      return `${verdict} ${name.padEnd(width)}  ${detail}`
    })
    .join('\n')
}
