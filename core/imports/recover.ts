import { and, eq, inArray, isNull, notExists, or, sql } from 'drizzle-orm'
import { type Database, enqueue, tables } from '../../db/db.ts'
import type { Log } from '../log.ts'
import { endConnection } from './connection.ts'
import { notifyImports } from './notify.ts'
import { importJob, waiting } from './states.ts'

const { importProgress, imports, workers } = tables

/**
 * Imports that are RUNNING for a worker that no longer lives wait again. First their connections are ended: the
 * worker may only have stalled, and must not wake up in the middle of its transaction. Answers how many.
 */
export async function recoverImports(database: Database, log: Log): Promise<number> {
  const orphans = await database.asStaff(tx =>
    tx
      .select({
        tenantId: imports.tenantId,
        id: imports.id,
        claim: imports.claim,
        workerId: importProgress.workerId,
        pid: importProgress.backendPid,
      })
      .from(imports)
      .leftJoin(
        importProgress,
        and(eq(importProgress.tenantId, imports.tenantId), eq(importProgress.importId, imports.id)),
      )
      .where(
        and(
          eq(imports.status, 'RUNNING'),
          isNull(imports.setAsideAt),
          notExists(tx.select({ one: sql`1` }).from(workers).where(eq(workers.id, importProgress.workerId))),
        ),
      ),
  )
  let recovered = 0
  for (const { tenantId, id, claim, workerId, pid } of orphans) {
    await takeAway(database, { tenantId, id, workerId })
    const connection = claim !== null && pid !== null ? { pid, claim } : undefined
    if (connection && !(await endConnection(database, connection))) continue
    const again = await database.asTenant(tenantId, async tx => {
      const freed = await tx
        .update(imports)
        .set({ status: 'QUEUED', claim: null, startedAt: null })
        .where(
          and(
            eq(imports.tenantId, tenantId),
            eq(imports.id, id),
            eq(imports.status, 'RUNNING'),
            claim === null ? isNull(imports.claim) : eq(imports.claim, claim),
          ),
        )
        .returning({ id: imports.id })
      if (freed.length === 0) return false
      await tx
        .delete(importProgress)
        .where(and(eq(importProgress.tenantId, tenantId), eq(importProgress.importId, id)))
      await enqueue(tx, 'run-imports', { tenantId }, importJob(tenantId))
      await notifyImports(tx, tenantId, [id])
      return true
    })
    if (!again) continue
    recovered += 1
    log.warn({ tenantId, importId: id, lostWorker: workerId }, 'an import of a lost worker waits again')
  }
  return recovered
}

/** From here on the lost worker's try can end its import no more, not even as failed, should it wake up now. */
const takeAway = async (
  database: Database,
  lost: { tenantId: string; id: string; workerId: string | null },
) => {
  if (lost.workerId === null || lost.workerId === NOBODY) return
  const of = and(
    eq(importProgress.tenantId, lost.tenantId),
    eq(importProgress.importId, lost.id),
    eq(importProgress.workerId, lost.workerId),
  )
  await database.asTenant(lost.tenantId, tx => tx.update(importProgress).set({ workerId: NOBODY }).where(of))
}

/** No worker's name. */
const NOBODY = ''

/** Tenants whose imports wait get a job, whatever became of theirs; one that waits already is only replaced. */
export async function queueWaitingImports(database: Database, now: Date): Promise<number> {
  const due = await database.asStaff(tx =>
    tx
      .selectDistinct({ tenantId: imports.tenantId })
      .from(imports)
      .where(
        and(
          inArray(
            imports.status,
            waiting.filter(status => status !== 'RUNNING'),
          ),
          isNull(imports.setAsideAt),
          or(isNull(imports.retryAt), sql`${imports.retryAt} <= ${now.toISOString()}::timestamptz`),
        ),
      ),
  )
  for (const { tenantId } of due)
    await database.asTenant(tenantId, tx => enqueue(tx, 'run-imports', { tenantId }, importJob(tenantId)))
  return due.length
}
