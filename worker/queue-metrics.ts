import type { Metrics } from '../core/operation/metrics.ts'
import type { Lives } from './lives.ts'

interface Row {
  task: string
  state: 'running' | 'ready' | 'later' | 'given_up'
  jobs: number
  oldest: number | null
}

/** Fills the queue's figures from the queue itself, whenever somebody asks for them. */
export function observeQueue(
  metrics: Pick<Metrics, 'queueJobs' | 'queueOldest'>,
  lives: Lives,
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
  }
}
