import { setTimeout as sleep } from 'node:timers/promises'
import { beginLife, type Life, type WorkerParts } from './life.ts'

export interface Lives {
  /** The life that takes jobs at this moment; none between two, as when the database is away. */
  readonly current: Life | undefined
  /** Resolves when the last life has ended. */
  stop(): Promise<void>
}

const FIRST_PAUSE_MS = 500
const LONGEST_PAUSE_MS = 15_000

/**
 * One life after another, until stopped: a worker that lost its sign of life ends everything it does and begins anew
 * under another name. The first life must begin, or the process has no reason to run.
 */
export async function startLives(parts: WorkerParts): Promise<Lives> {
  const over = new AbortController()
  let current: Life | undefined = await beginLife(parts)
  const run = async () => {
    let pause = FIRST_PAUSE_MS
    while (!over.signal.aborted) {
      if (current) {
        pause = FIRST_PAUSE_MS
        const lost = await Promise.race([current.lost, stopped])
        const life = current
        current = undefined
        if (lost)
          parts.log.error(
            { err: lost, worker: life.workerId },
            'the worker lost its sign of life and begins anew',
          )
        await life.end()
      } else {
        await sleep(pause, undefined, { signal: over.signal }).catch(() => {})
        pause = Math.min(pause * 2, LONGEST_PAUSE_MS)
        if (over.signal.aborted) return
        current = await beginLife(parts).catch((error: unknown) => {
          parts.log.warn({ err: error }, 'the worker cannot begin yet')
          return undefined
        })
      }
    }
    await current?.end()
  }
  const stopped = new Promise<undefined>(resolve => {
    over.signal.addEventListener('abort', () => resolve(undefined), { once: true })
  })
  const running = run()
  return {
    get current() {
      return current
    },
    async stop() {
      over.abort()
      await running
    },
  }
}
