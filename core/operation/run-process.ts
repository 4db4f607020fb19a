import process from 'node:process'
import { ConfigFault } from '../config/read-environment.ts'
import { StartFault } from './start-fault.ts'

/** A process's parts: the addresses it answers at, and its end within a bounded time. */
export interface Running {
  /** Told to whoever started the process, such as `{ api: 'http://…' }`. */
  addresses: Record<string, string>
  /** Rejects when the process must not go on, with why. */
  lost?: Promise<never>
  /** Stops taking work and finishes what is in flight. */
  close(): Promise<void>
}

/** What may still be open after a clean end gets so long before it is cut off. */
const LINGER_MS = 5_000

/**
 * Runs a process from its start to SIGTERM, SIGINT or the loss of the parent that started it. Exits 0 after a clean
 * end; what is wrong with the configuration, or ends it, is said in plain words, and the exit code is 1.
 */
export async function runProcess(start: (signal: AbortSignal) => Promise<Running>): Promise<void> {
  const end = new AbortController()
  for (const signal of ['SIGTERM', 'SIGINT', 'SIGHUP'] as const) process.on(signal, () => end.abort(signal))
  process.once('disconnect', () => end.abort('parent'))
  try {
    const running = await start(end.signal)
    tellParent({ ready: running.addresses })
    const asked = new Promise<void>(resolve => {
      if (end.signal.aborted) resolve()
      else end.signal.addEventListener('abort', () => resolve(), { once: true })
    })
    try {
      await Promise.race([asked, ...(running.lost ? [running.lost] : [])])
    } finally {
      await running.close()
    }
  } catch (error) {
    // Whoever asked for the end while it started has what they asked for.
    if (error !== end.signal.reason || !end.signal.aborted) {
      process.stderr.write(`${describe(error)}\n`)
      process.exitCode = 1
    }
  }
  if (process.connected) process.disconnect()
  setTimeout(() => process.exit(), LINGER_MS).unref()
}

/** A parent that is gone is told nothing; its loss ends the process in any case. */
function tellParent(message: { ready: Record<string, string> }): void {
  if (process.connected) process.send?.(message, undefined, undefined, () => {})
}

const describe = (error: unknown): string => {
  if (error instanceof ConfigFault || error instanceof StartFault) return error.message
  return error instanceof Error ? (error.stack ?? error.message) : String(error)
}
