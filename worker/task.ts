import type { ImportObserver, ImportPorts } from '../core/imports/ports.ts'
import type { Log } from '../core/log.ts'
import type { Vault } from '../core/vault/vault.ts'
import { type Database, type TaskName, type TaskPayload, tasks } from '../db/db.ts'

/** Hears what the work comes to, for the process's metrics. */
export interface WorkerObserver extends ImportObserver {
  deleted(kind: 'contacts' | 'recordings' | 'files', count: number): void
}

/** What tasks are given: the process's parts, and the life of the worker that runs them. */
export interface TaskContext {
  database: Database
  vault: Vault
  imports: ImportPorts
  log: Log
  clock: () => Date
  observe?: WorkerObserver
  /** Aborted when the worker stops or lost its sign of life: long tasks end at once then. */
  signal: AbortSignal
}

export interface Task {
  name: TaskName
  run(payload: unknown, context: TaskContext): Promise<void>
}

/** A task: its payload's schema (db/tasks.ts) and one call into core. */
export const defineTask = <N extends TaskName>(
  name: N,
  run: (payload: TaskPayload<N>, context: TaskContext) => Promise<void>,
): Task => ({
  name,
  run: (payload, context) => run(tasks[name].parse(payload) as TaskPayload<N>, context),
})
