import { Counter, collectDefaultMetrics, Gauge, Histogram, Registry } from 'prom-client'

/**
 * What a process counts, for its `/metrics`. One set for each process, made by its composition and handed on; no
 * label ever holds a name, a path or an id of a customer.
 */
export function openMetrics(process: string) {
  const registry = new Registry()
  registry.setDefaultLabels({ process })
  collectDefaultMetrics({ register: registry })
  const registers = [registry]
  const pools: { readonly inUse: number }[] = []
  return {
    registry,
    /** From now on the pool counts among the process's connections. */
    watchPool(pool: { readonly inUse: number }) {
      pools.push(pool)
    },
    sftpConnections: new Gauge({
      name: 'nightdrop_sftp_connections',
      help: 'SFTP connections that are open',
      registers,
    }),
    sftpAuth: new Counter({
      name: 'nightdrop_sftp_auth_total',
      help: 'Logins by SFTP',
      labelNames: ['result', 'reason'],
      registers,
    }),
    uploadBytes: new Counter({
      name: 'nightdrop_upload_bytes_total',
      help: 'Bytes taken from senders',
      registers,
    }),
    uploads: new Counter({
      name: 'nightdrop_uploads_total',
      help: 'Uploads that ended',
      labelNames: ['result'],
      registers,
    }),
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
    s3Requests: new Histogram({
      name: 'nightdrop_s3_request_seconds',
      help: 'Requests to the object store',
      labelNames: ['op', 'result'],
      buckets: [0.005, 0.02, 0.1, 0.5, 2, 10],
      registers,
    }),
    httpRequests: new Counter({
      name: 'nightdrop_http_requests_total',
      help: 'Requests to the API',
      labelNames: ['route', 'status'],
      registers,
    }),
    dbPoolInUse: new Gauge({
      name: 'nightdrop_db_pool_in_use',
      help: 'Transactions that hold a connection',
      registers,
      collect() {
        this.set(pools.reduce((sum, pool) => sum + pool.inUse, 0))
      },
    }),
  }
}

export type Metrics = ReturnType<typeof openMetrics>
