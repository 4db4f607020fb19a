import { Pool } from 'pg'
import type { Log } from '../core/log.ts'
import type { Vault } from '../core/vault/vault.ts'
import type { Database } from '../db/db.ts'
import { startRecovery } from './free-the-dead.ts'
import { runQueue } from './queue-runner.ts'
import { type SignOfLife, showLife } from './sign-of-life.ts'
import type { WorkerObserver } from './task.ts'

/** What outlives a life: the process's own parts. */
export interface WorkerParts {
  databaseUrl: string
  ownerUrl: string
  database: Database
  imports: Database
  vault: Vault
  log: Log
  clock: () => Date
  concurrency: number
  observe?: WorkerObserver
}

/**
 * One life of a worker: a name in the job queue, a sign of life under that name, jobs, and the care for other workers
 * that died. It is lost when its sign of life is: others may then take its work, so it ends all of its own.
 */
export interface Life {
  readonly workerId: string
  /** As the queue's owner; for figures about jobs. */
  readonly queue: Pool
  readonly lost: Promise<Error>
  /** Takes no more jobs, ends what may be long, waits for the rest, leaves the record. */
  end(): Promise<void>
}

export async function beginLife(parts: WorkerParts): Promise<Life> {
  const { databaseUrl, database, imports, vault, log, clock, concurrency, observe } = parts
  const over = new AbortController()
  const queue = openQueuePool(parts)
  let sign: SignOfLife | undefined
  let workerId = ''
  try {
    const runner = await runQueue({
      queue,
      concurrency,
      log,
      async register(id) {
        workerId = id
        sign = await showLife(databaseUrl, id)
        const ports = { imports, database, vault, log, workerId, running: new Set<string>(), clock }
        const heard = observe ? { observe } : {}
        return { database, vault, imports: { ...ports, ...heard }, log, clock, signal: over.signal, ...heard }
      },
    })
    const alive = sign
    if (!alive) throw new Error('The worker is not on record.')
    const recovery = startRecovery({ database, queue, log }, workerId, clock)
    log.info({ worker: workerId }, 'worker on record')
    const queueEnded = runner.ended.then(
      () => new Error('The job queue ended.'),
      (cause: unknown) => new Error('The job queue ended.', { cause }),
    )
    return {
      workerId,
      queue,
      lost: Promise.race([alive.lost, queueEnded]),
      async end() {
        over.abort(new Error('The worker stops.'))
        await Promise.all([runner.stop(), recovery.stop()])
        await alive.end()
        await queue.end()
      },
    }
  } catch (error) {
    over.abort(error)
    await sign?.end()
    await queue.end()
    throw error
  }
}

/** graphile-worker's own pool, as the owner of its tables; one connection listens, few are needed at once. */
function openQueuePool({ ownerUrl, concurrency, log }: WorkerParts): Pool {
  const pool = new Pool({
    connectionString: ownerUrl,
    application_name: 'nightdrop-worker-queue',
    max: concurrency + 2,
    connectionTimeoutMillis: 10_000,
    keepAlive: true,
  })
  const lost = (error: Error) => log.warn({ err: error }, 'a connection to the job queue was lost')
  pool.on('error', lost)
  pool.on('connect', client => client.on('error', lost))
  return pool
}
