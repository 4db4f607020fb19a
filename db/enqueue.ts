import { sql } from 'drizzle-orm'
import type { Tx } from './database.ts'
import { type TaskName, type TaskPayload, tasks } from './tasks.ts'

export interface JobOptions {
  /** Jobs of one queue run one after the other. */
  queue?: string
  runAt?: Date
  /** A job that waits under this key is replaced instead of doubled; the earlier of both times stands. */
  key?: string
}

/** With the queue's pauses, over some four days. */
const MOST_ATTEMPTS = 25

/** Queues a job in the caller's transaction: it runs if, and only if, that commits. */
export async function enqueue<N extends TaskName>(
  tx: Tx,
  task: N,
  payload: TaskPayload<N>,
  options: JobOptions = {},
): Promise<void> {
  if (!Object.hasOwn(tasks, task)) throw new Error(`The job queue knows no task ${task}.`)
  const body = JSON.stringify(tasks[task].parse(payload))
  await tx.execute(
    sql`select enqueue(${task}, ${body}::text::json, ${options.queue ?? null}, ${options.runAt?.toISOString() ?? null}::timestamptz, ${options.key ?? null}, ${MOST_ATTEMPTS})`,
  )
}
