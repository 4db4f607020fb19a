import { EventEmitter } from 'node:events'
import { run, type TaskList, type WorkerEvents } from 'graphile-worker'
import type { Pool } from 'pg'
import type { Log } from '../core/log.ts'
import type { TaskName } from '../db/db.ts'
import { queueLog } from './queue-log.ts'
import type { Task, TaskContext } from './task.ts'
import { allTasks, crontab } from './tasks.ts'

const POLL_MS = 1_000

export interface QueueRunner {
  /** Takes no more jobs; resolves when those that run have ended. */
  stop(): Promise<void>
  /** Resolves when the queue ended by itself. */
  readonly ended: Promise<void>
}

export interface QueueOptions {
  queue: Pool
  concurrency: number
  log: Log
  /**
   * Is told the name under which this queue locks jobs. None is taken before it has resolved: whoever holds a job must
   * be on record, or nobody would free it.
   */
  register: (workerId: string) => Promise<TaskContext>
}

/** Runs jobs until it is stopped. */
export async function runQueue({ queue, concurrency, log, register }: QueueOptions): Promise<QueueRunner> {
  const events: WorkerEvents = new EventEmitter()
  const { promise: registered, resolve, reject } = Promise.withResolvers<TaskContext>()
  events.once('pool:create', ({ workerPool }) => void register(workerPool.id).then(resolve, reject))
  const names = Object.keys(allTasks) as TaskName[]
  const taskList: TaskList = Object.fromEntries(
    names.map(name => [name, async (payload: unknown) => runTask(allTasks[name], payload, await registered)]),
  )
  const runner = await run({
    pgPool: queue,
    concurrency,
    pollInterval: POLL_MS,
    noHandleSignals: true,
    events,
    taskList,
    crontab,
    logger: queueLog(log),
    forbiddenFlags: async () => {
      const { signal } = await registered
      signal.throwIfAborted()
      return null
    },
  })
  let stopping: Promise<void> | undefined
  const stop = () => (stopping ??= runner.stop().catch(() => {}))
  try {
    await registered
  } catch (error) {
    await stop()
    throw error
  }
  return { ended: runner.promise, stop }
}

/** A failed job is tried again by the queue; what went wrong is said here, without what the data held. */
async function runTask(task: Task, payload: unknown, context: TaskContext): Promise<void> {
  try {
    await task.run(payload, context)
  } catch (error) {
    context.log.warn({ err: error, task: task.name }, 'a job failed and will be tried again')
    throw new Error(`${task.name} failed: ${error instanceof Error ? error.name : 'error'}`, { cause: error })
  }
}
