import { AsyncLocalStorage } from 'node:async_hooks'
import { and, eq } from 'drizzle-orm'
import { type Database, tables } from '../../db/db.ts'
import type { Log } from '../log.ts'
import { notifyImports } from './notify.ts'
import { type ClaimedImport, ClaimLost } from './ports.ts'

const { importProgress } = tables

export interface Progress {
  rowsRead: number
  rejected: number
  /** 0 to 1. */
  progress: number
}

export interface ProgressReporter {
  /** Puts the import's database connection on record, so that it can be ended should this process only stall. */
  connectedAs(backendPid: number): Promise<void>
  /** Cheap: the newest is written a few times a second. */
  moved(now: Progress): void
  /** Nothing is written any more once this resolves. */
  stop(): Promise<void>
}

/**
 * Tells how far a running import is, on another connection than its own, which shows nothing before its end.
 * Made before the import's transaction begins: what it writes belongs outside of it.
 */
export function reportProgress(
  { database, log }: { database: Database; log: Log },
  { tenantId, id, claim }: ClaimedImport,
  everyMs = 350,
): ProgressReporter {
  const outside = AsyncLocalStorage.snapshot()
  let newest: Progress | undefined
  let writing: Promise<void> = Promise.resolve()
  const set = (change: Partial<typeof importProgress.$inferInsert>) =>
    database.asTenant(tenantId, async tx => {
      const changed = await tx
        .update(importProgress)
        .set({ ...change, updatedAt: new Date() })
        .where(
          and(
            eq(importProgress.tenantId, tenantId),
            eq(importProgress.importId, id),
            eq(importProgress.claim, claim),
          ),
        )
        .returning({ importId: importProgress.importId })
      if (changed.length === 0) throw new ClaimLost(id)
      await notifyImports(tx, tenantId, [id])
    })
  const tick = async () => {
    if (!newest) return
    const now = newest
    newest = undefined
    // Progress that cannot be told is no reason to stop an import.
    await set(now).catch((error: unknown) =>
      log.warn({ err: error, importId: id }, 'progress was not written'),
    )
  }
  let idle = true
  const timer = setInterval(() => {
    if (!idle) return
    idle = false
    writing = tick().finally(() => {
      idle = true
    })
  }, everyMs)
  return {
    connectedAs: backendPid => outside(() => set({ backendPid })),
    moved(now) {
      newest = now
    },
    async stop() {
      clearInterval(timer)
      await writing
    },
  }
}
