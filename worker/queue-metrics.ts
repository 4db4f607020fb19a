import { sql } from 'drizzle-orm'
import { type Database, tables } from '../db/db.ts'
import type { Lives } from './lives.ts'
import type { WorkerMetrics } from './metrics.ts'

interface Row {
  task: string
  state: 'running' | 'ready' | 'later' | 'given_up'
  jobs: number
  oldest: number | null
}

/** Fills the figures of what waits, from the queue and from the objects that are to leave the store. */
export function observeQueue(
  metrics: Pick<WorkerMetrics, 'queueJobs' | 'queueOldest' | 'removalsOldest'>,
  lives: Lives,
  database: Database,
): () => Promise<void> {
  return async () => {
    const queue = lives.current?.queue
    if (!queue) return
    const { rows } = await queue.query<Row>(`
      select task_identifier as task,
             case when locked_at is not null then 'running' when attempts >= max_attempts then 'given_up'
                  when run_at <= now() then 'ready' else 'later' end as state,
             count(*)::int as jobs, max(extract(epoch from now() - run_at))::float8 as oldest
        from graphile_worker.jobs group by 1, 2`)
    metrics.queueJobs.reset()
    for (const { task, state, jobs } of rows) metrics.queueJobs.set({ task, state }, jobs)
    const waiting = rows.filter(row => row.state === 'ready').map(row => row.oldest ?? 0)
    metrics.queueOldest.set(Math.max(0, ...waiting))
    metrics.removalsOldest.set(await oldestRemoval(database))
  }
}

const oldestRemoval = (database: Database): Promise<number> =>
  database.asStaff(async tx => {
    const seconds = sql<number>`coalesce(extract(epoch from now() - min(${tables.objectRemovals.createdAt})), 0)::float8`
    const [row] = await tx.select({ seconds }).from(tables.objectRemovals)
    return row?.seconds ?? 0
  })
