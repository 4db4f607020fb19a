import process from 'node:process'
import { type ConfigOf, describeConfig } from '../core/config/process-config.ts'
import { openLog } from '../core/log.ts'
import { standardChecks } from '../core/operation/readiness.ts'
import type { Running } from '../core/operation/run-process.ts'
import { requireSameClock } from '../core/operation/same-clock.ts'
import { startStatusServer } from '../core/operation/status-server.ts'
import { destructionRecord } from '../core/retention/record.ts'
import { requireRecord } from '../core/retention/settle-record.ts'
import { watchRecord } from '../core/retention/watch-record.ts'
import { openVault } from '../core/vault/open-vault.ts'
import { openDatabase } from '../db/db.ts'
import type { WorkerParts } from './life.ts'
import { startLives } from './lives.ts'
import { openWorkerMetrics, type WorkerMetrics } from './metrics.ts'
import { observeQueue } from './queue-metrics.ts'
import type { WorkerObserver } from './task.ts'

type WorkerConfig = ConfigOf<'worker'>

/** The whole worker from its configuration; tests put parts of their own in the place of its. */
export async function composeWorker(
  config: WorkerConfig,
  overrides: Partial<Pick<WorkerParts, 'vault' | 'log' | 'clock'>> = {},
): Promise<Running> {
  const log = overrides.log ?? openLog('worker', config.LOG_LEVEL)
  log.info(describeConfig(config), 'configuration in force')
  const clock = overrides.clock ?? (() => new Date())
  const parts = new AsyncDisposableStack()
  try {
    const metrics = openWorkerMetrics()
    const concurrency = config.WORKER_CONCURRENCY
    const open = (applicationName: string, max: number, statementTimeout?: number) =>
      parts.use(
        openDatabase(config.DATABASE_URL, {
          applicationName,
          max,
          ...(statementTimeout === undefined ? {} : { statementTimeout }),
        }),
      )
    const database = open('nightdrop-worker', concurrency + 2)
    const imports = open('nightdrop-worker-imports', concurrency, 0)
    metrics.watchPool(database)
    metrics.watchPool(imports)
    const vault = overrides.vault ?? openVault(config, metrics, log)
    parts.defer(() => vault.bucket.close())
    await requireRecord(database, destructionRecord(vault))
    const { lost } = parts.use(watchRecord(database, destructionRecord(vault), log))
    const lives = await startLives({
      databaseUrl: config.DATABASE_URL,
      ownerUrl: config.DATABASE_OWNER_URL,
      database,
      imports,
      vault,
      log,
      clock,
      concurrency,
      observe: workerObserver(metrics),
    })
    parts.defer(() => lives.stop())
    const status = parts.use(
      await startStatusServer({
        host: config.METRICS_HOST,
        port: config.METRICS_PORT && config.METRICS_PORT + 2,
        variable: 'METRICS_PORT',
        registry: metrics.registry,
        checks: {
          ...standardChecks(database, vault),
          clock: () => requireSameClock(database, clock()),
          jobs: async () => {
            if (!lives.current) throw new Error('the worker is between two lives')
          },
        },
      }),
    )
    parts.use(
      countWaiting(observeQueue(metrics, lives, database), error =>
        log.warn({ err: error }, 'what waits could not be counted'),
      ),
    )
    return {
      lost,
      addresses: { status: `http://${config.METRICS_HOST}:${status.port}` },
      close: async () => {
        status.drain()
        // The status server answers until the jobs are through.
        const ended = lives.stop().then(() => parts.disposeAsync())
        await within(config.SHUTDOWN_SECONDS, ended, () =>
          log.error(
            'the worker did not end in time: what it still did is rolled back, and another worker takes it',
          ),
        )
      },
    }
  } catch (error) {
    await parts.disposeAsync()
    throw error
  }
}

const QUEUE_MS = 10_000

const workerObserver = ({ importRows, importSeconds, retentionDeleted }: WorkerMetrics): WorkerObserver => ({
  rows: (outcome, count) => importRows.inc({ outcome }, count),
  ended: (status, seconds) => importSeconds.observe({ status }, seconds),
  deleted: (kind, count) => retentionDeleted.inc({ kind }, count),
})

/** Counts now and every few seconds. */
function countWaiting(watch: () => Promise<void>, warn: (error: unknown) => void): Disposable {
  const count = () => void watch().catch(warn)
  count()
  const watching = setInterval(count, QUEUE_MS)
  return { [Symbol.dispose]: () => clearInterval(watching) }
}

/** Orderly if it can be, but in time: the database ends the transactions of a process that is gone. */
async function within(seconds: number, ending: Promise<void>, late: () => void): Promise<void> {
  const timer = setTimeout(() => {
    late()
    process.exit(0)
  }, seconds * 1_000)
  await ending
  clearTimeout(timer)
}
