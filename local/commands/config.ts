import { describeConfig, type ProcessName, readConfig } from '../../core/config/process-config.ts'
import { ConfigFault } from '../../core/config/read-environment.ts'
import { plannedEnvironment } from '../embedded.ts'
import type { Call, Result, Subject } from './command.ts'
import { UsageFault } from './faults.ts'
import { asLines } from './print.ts'

const processes: readonly ProcessName[] = ['start', 'api', 'sftp', 'worker', 'migrate']

export const config: Subject = {
  summary: 'the environment',
  verbs: {
    check: {
      usage: '[PROCESS]',
      summary: `All that is wrong with the environment, or what is in force; for one of ${processes.join(', ')}.`,
      run: check,
    },
  },
}

/** Reads the environment as that process does, and starts nothing. */
async function check({ words, env }: Call): Promise<Result> {
  const [asked = 'start'] = words
  const name = processes.find(process => process === asked)
  if (!name) throw new UsageFault(`A process is one of ${processes.join(', ')}, not "${asked}".`)
  const { planned, embedded } = name === 'start' ? plannedEnvironment(env) : { planned: env, embedded: [] }
  try {
    const inForce = describeConfig(readConfig(name, planned))
    for (const variable of embedded) inForce[variable] = 'embedded'
    return { value: { process: name, faults: [], inForce }, text: asLines(inForce) }
  } catch (error) {
    if (!(error instanceof ConfigFault)) throw error
    return { value: { process: name, faults: error.faults }, text: error.message, failed: true }
  }
}
