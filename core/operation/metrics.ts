import { collectDefaultMetrics, Gauge, Histogram, Registry } from 'prom-client'

/**
 * What every process counts, for its `/metrics`. One set for each process, made by its composition and handed on; no
 * label ever holds a name, a path or an id of a customer. A room adds what it alone measures in its own metrics.ts:
 * a figure that stands where nobody takes it reads as 0, and 0 sounds no alarm.
 */
export function openMetrics(process: string) {
  const registry = new Registry()
  registry.setDefaultLabels({ process })
  collectDefaultMetrics({ register: registry })
  const registers = [registry]
  const pools: { readonly inUse: number }[] = []
  return {
    registry,
    registers,
    /** From now on the pool counts among the process's connections. */
    watchPool(pool: { readonly inUse: number }) {
      pools.push(pool)
    },
    s3Requests: new Histogram({
      name: 'nightdrop_s3_request_seconds',
      help: 'Requests to the object store',
      labelNames: ['op', 'result'],
      buckets: [0.005, 0.02, 0.1, 0.5, 2, 10],
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
