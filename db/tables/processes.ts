import { bigint, integer, snakeCase } from 'drizzle-orm/pg-core'
import { madeNow, text } from './columns.ts'
import { staffPolicies } from './policies.ts'

/** Workers' signs of life. A worker whose advisory lock is free, or whose heart stopped, is dead: others free its jobs. */
export const workers = snakeCase.table(
  'workers',
  {
    /** Of the worker pool, as the job queue knows it. */
    id: text().primaryKey(),
    /** Held on `backendPid` by pg_advisory_lock while the process lives. */
    lockKey: bigint({ mode: 'bigint' }).notNull(),
    backendPid: integer().notNull(),
    startedAt: madeNow(),
    heartbeatAt: madeNow(),
  },
  () => [...staffPolicies()],
)
