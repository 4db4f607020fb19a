import { pino } from 'pino'

/** Structured, one line of JSON each. Ids of request, tenant, connection and job; never a cell, a key, a token or a path of a customer's file. */
export type Log = pino.Logger

/** Writes to standard error, so that results alone are on standard output. */
export const openLog = (process: string, level: string): Log =>
  pino(
    {
      level,
      base: { process },
      timestamp: pino.stdTimeFunctions.isoTime,
      serializers: { err: describeError, error: describeError },
    },
    pino.destination({ dest: 2, sync: true }),
  )

/** Name, message and stack of an error and its causes. The detail of a database error holds values, and is left out. */
export function describeError(error: unknown): unknown {
  if (!(error instanceof Error)) return { message: String(error) }
  const code = (error as { code?: unknown }).code
  return {
    name: error.name,
    message: error.message,
    ...(typeof code === 'string' ? { code } : {}),
    stack: error.stack,
    ...(error.cause === undefined ? {} : { cause: describeError(error.cause) }),
  }
}
