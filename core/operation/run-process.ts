import process from 'node:process'
import { ConfigFault } from '../config/read-environment.ts'
import { PortFault } from './listen.ts'

/** A process's parts: the addresses it answers at, and its end within a bounded time. */
export interface Running {
  /** Told to whoever started the process, such as `{ api: 'http://…' }`. */
  addresses: Record<string, string>
  /** Stops taking work and finishes what is in flight. */
  close(): Promise<void>
}

/**
 * Runs a process from its start to SIGTERM, SIGINT or the loss of the parent that started it. Exits 0 after a clean
 * end; what is wrong with the configuration is said in plain words, and the exit code is 1.
 */
export async function runProcess(start: (signal: AbortSignal) => Promise<Running>): Promise<void> {
  const end = new AbortController()
  for (const signal of ['SIGTERM', 'SIGINT'] as const) process.on(signal, () => end.abort(signal))
  process.once('disconnect', () => end.abort('parent'))
  try {
    const running = await start(end.signal)
    process.send?.({ ready: running.addresses })
    await new Promise<void>(resolve => {
      if (end.signal.aborted) resolve()
      else end.signal.addEventListener('abort', () => resolve(), { once: true })
    })
    await running.close()
    if (process.connected) process.disconnect()
  } catch (error) {
    const expected = error instanceof ConfigFault || error instanceof PortFault
    process.stderr.write(`${expected ? error.message : inspect(error)}\n`)
    process.exitCode = 1
    if (process.connected) process.disconnect()
  }
}

const inspect = (error: unknown) => (error instanceof Error ? (error.stack ?? error.message) : String(error))
