import { Counter, Gauge, Histogram } from 'prom-client'
import { openMetrics } from '../core/operation/metrics.ts'

/** What the worker counts. */
export function openWorkerMetrics() {
  const metrics = openMetrics('worker')
  const { registers } = metrics
  return {
    ...metrics,
    importRows: new Counter({
      name: 'nightdrop_import_rows_total',
      help: 'Rows of imports that ended',
      labelNames: ['outcome'],
      registers,
    }),
    importSeconds: new Histogram({
      name: 'nightdrop_import_seconds',
      help: 'Duration of imports',
      labelNames: ['status'],
      buckets: [0.1, 0.5, 1, 5, 15, 60, 300, 1_800],
      registers,
    }),
    queueJobs: new Gauge({
      name: 'nightdrop_queue_jobs',
      help: 'Jobs in the queue',
      labelNames: ['task', 'state'],
      registers,
    }),
    queueOldest: new Gauge({
      name: 'nightdrop_queue_oldest_seconds',
      help: 'How long the oldest job that may run has waited',
      registers,
    }),
    retentionDeleted: new Counter({
      name: 'nightdrop_retention_deleted_total',
      help: 'Deleted by retention runs that ended',
      labelNames: ['kind'],
      registers,
    }),
    removalsOldest: new Gauge({
      name: 'nightdrop_removals_oldest_seconds',
      help: 'How long the oldest object whose key is destroyed has waited to leave the object store',
      registers,
    }),
  }
}

export type WorkerMetrics = ReturnType<typeof openWorkerMetrics>
