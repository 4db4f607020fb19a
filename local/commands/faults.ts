import { ConfigFault } from '../../core/config/read-environment.ts'
import { StartFault } from '../../core/operation/start-fault.ts'
import { Refusal, type RefusalCode } from '../../core/refusal.ts'

/** A command that was not typed as its usage says. */
export class UsageFault extends Error {
  override readonly name = 'UsageFault'
}

/** What a shell script tells an outcome by. */
export const exitCodes = { done: 0, failed: 1, usage: 2, notFound: 3, conflict: 4 } as const

const codeOf: Partial<Record<RefusalCode, number>> = {
  BAD_INPUT: exitCodes.usage,
  NOT_FOUND: exitCodes.notFound,
  CONFLICT: exitCodes.conflict,
}

export interface Told {
  exitCode: number
  code: string
  message: string
  fields?: readonly { path: string[]; message: string }[]
}

/** What is said of what went wrong: an expected fault in its own words, anything else with all its causes. */
export function tell(error: unknown): Told {
  if (error instanceof UsageFault) return { exitCode: exitCodes.usage, code: 'USAGE', message: error.message }
  if (error instanceof Refusal) {
    const { code, message, fields } = error
    return {
      exitCode: codeOf[code] ?? exitCodes.failed,
      code,
      message,
      ...(fields.length > 0 ? { fields } : {}),
    }
  }
  if (error instanceof ConfigFault || error instanceof StartFault)
    return { exitCode: exitCodes.failed, code: 'CONFIGURATION', message: error.message }
  return { exitCode: exitCodes.failed, code: 'FAILED', message: causes(error) }
}

/** Message and code of an error, down to its cause; never the detail of a database error, which holds values. */
export function causes(error: unknown): string {
  if (error instanceof AggregateError) return [...new Set(error.errors.map(causes))].join(' ')
  if (!(error instanceof Error)) return String(error)
  const { code } = error as NodeJS.ErrnoException
  const own = code && !error.message.includes(code) ? `${error.message} (${code})` : error.message
  return error.cause === undefined ? own : `${own}: ${causes(error.cause)}`
}
