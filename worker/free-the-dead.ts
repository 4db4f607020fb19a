import { eq, ne, sql } from 'drizzle-orm'
import type { Pool } from 'pg'
import { queueWaitingImports, recoverImports } from '../core/imports/recover.ts'
import type { Log } from '../core/log.ts'
import { type Database, tables } from '../db/db.ts'
import { lifeConnection, STALLED_SECONDS } from './sign-of-life.ts'

const { workers } = tables

export interface RecoveryParts {
  database: Database
  /** As the owner of the job queue's tables. */
  queue: Pool
  log: Log
}

/**
 * Frees what dead and stalled workers hold, in an order that may be broken off anywhere and begun again: their
 * connections are ended first, so that one that wakes up can write nothing; then their imports wait again; then their
 * jobs are unlocked. Every worker does this every few seconds, for all others.
 */
export async function freeTheDead({ database, queue, log }: RecoveryParts, ownId: string): Promise<void> {
  // Read before the living: whoever locks a job was on record before.
  const { rows } = await queue.query<{ locked_by: string }>(
    'select distinct locked_by from graphile_worker.jobs where locked_by is not null',
  )
  for (const { id, backendPid, why } of await deadWorkers(database, ownId)) {
    log.warn({ worker: id, why }, 'a worker is gone: what it held is freed')
    await database.plain`
      select pg_terminate_backend(pid, 5000) from pg_stat_activity
       where pid = ${backendPid} and application_name = ${lifeConnection(id)}`
    await database.asStaff(tx => tx.delete(workers).where(eq(workers.id, id)))
  }
  const living = await database.asStaff(tx => tx.select({ id: workers.id }).from(workers))
  await recoverImports(database, log)
  const gone = rows.map(row => row.locked_by).filter(id => !living.some(worker => worker.id === id))
  if (gone.length === 0) return
  await queue.query('select graphile_worker.force_unlock_workers($1::text[])', [gone])
  log.warn({ workers: gone }, 'jobs of workers that are gone were unlocked')
}

/** Nobody holds the worker's lock, or its heart has stopped. */
const deadWorkers = (database: Database, ownId: string) => {
  const locked = sql<boolean>`exists (
    select from pg_locks l
     where l.locktype = 'advisory' and l.granted and l.objsubid = 1 and l.pid = ${workers.backendPid}
       and l.classid = ((${workers.lockKey} >> 32) & 4294967295)::oid and l.objid = (${workers.lockKey} & 4294967295)::oid)`
  const beating = sql<boolean>`${workers.heartbeatAt} > now() - make_interval(secs => ${STALLED_SECONDS})`
  return database.asStaff(tx =>
    tx
      .select({
        id: workers.id,
        backendPid: workers.backendPid,
        why: sql<string>`case when ${locked} then 'stalled' else 'dead' end`,
      })
      .from(workers)
      .where(sql`${ne(workers.id, ownId)} and not (${locked} and ${beating})`),
  )
}

const RECOVERY_MS = 4_000
/** Whatever became of its job, an import that waits is found. */
const SEARCH_MS = 30_000

export interface Recovery {
  /** Resolves once nothing of it runs any more. */
  stop(): Promise<void>
}

/** Looks for the dead at once, and then every few seconds. */
export function startRecovery(parts: RecoveryParts, ownId: string, clock: () => Date): Recovery {
  let running: Promise<void> | undefined
  const tick = (work: () => Promise<unknown>) => {
    running ??= work()
      .then(() => undefined)
      .catch((error: unknown) => parts.log.warn({ err: error }, 'the search for lost work failed'))
      .finally(() => {
        running = undefined
      })
  }
  tick(async () => {
    await freeTheDead(parts, ownId)
    await queueWaitingImports(parts.database, clock())
  })
  const timers = [
    setInterval(() => tick(() => freeTheDead(parts, ownId)), RECOVERY_MS),
    setInterval(() => tick(() => queueWaitingImports(parts.database, clock())), SEARCH_MS),
  ]
  return {
    async stop() {
      for (const timer of timers) clearInterval(timer)
      await running
    },
  }
}
