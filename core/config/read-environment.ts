import { readFileSync } from 'node:fs'
import { secrets, type Value, type VariableName, variables } from './variables.ts'

/** Everything that is wrong with the environment, one plain sentence each. */
export class ConfigFault extends Error {
  override readonly name = 'ConfigFault'
  readonly faults: readonly string[]

  constructor(faults: readonly string[]) {
    super(`The configuration is not usable:\n${faults.map(fault => `  ${fault}`).join('\n')}`)
    this.faults = faults
  }
}

export type Environment = Readonly<Record<string, string | undefined>>

export type Values<N extends VariableName> = { readonly [K in N]: Value<K> }

/**
 * Reads the named variables, an empty one as unset and a secret also from the file that `…_FILE` names.
 * Throws a ConfigFault that lists all faults at once, by name.
 */
export function readEnvironment<N extends VariableName>(
  env: Environment,
  names: readonly N[],
  /** What is wrong with values that are sound one by one. */
  judge: (values: Partial<Values<N>>) => readonly string[] = () => [],
): Values<N> {
  const faults: string[] = []
  const values: Partial<Record<VariableName, unknown>> = {}
  for (const name of names) {
    const text = textOf(env, name, faults)
    if (text === null) continue
    const result = variables[name].safeParse(text)
    if (result.success) values[name] = result.data
    else if (text === undefined) faults.push(`${name} is not set.`)
    else faults.push(`${name} ${result.error.issues.map(issue => phrase(issue.message)).join(', ')}.`)
  }
  faults.push(...judge(values as Partial<Values<N>>))
  if (faults.length > 0) throw new ConfigFault(faults)
  return values as Values<N>
}

/** null when a fault was found on the way. */
function textOf(env: Environment, name: VariableName, faults: string[]): string | undefined | null {
  const direct = env[name]?.trim() || undefined
  const file = (secrets as readonly string[]).includes(name)
    ? env[`${name}_FILE`]?.trim() || undefined
    : undefined
  if (file === undefined) return direct
  if (direct !== undefined) {
    faults.push(`${name} and ${name}_FILE are both set: keep one.`)
    return null
  }
  try {
    const text = readFileSync(file, 'utf8').trim()
    if (text !== '') return text
    faults.push(`${name}_FILE names an empty file.`)
    return null
  } catch (error) {
    faults.push(`${name}_FILE cannot be read: ${(error as NodeJS.ErrnoException).code ?? 'unknown error'}.`)
    return null
  }
}

const phrase = (message: string) => (message.startsWith('must') ? message : `is not usable (${message})`)
