import { enqueue } from '../../db/db.ts'
import { claimNext } from './claim.ts'
import type { ImportPorts } from './ports.ts'
import { runImport } from './run-import.ts'
import { importJob } from './states.ts'

/** Soon, but after whoever runs the tenant's imports has had time to end. */
const MOMENT_MS = 1_000

/**
 * Runs a tenant's waiting imports, oldest first, until none waits. What may not be taken yet ends the run: a job comes
 * back for it, and no later import is taken meanwhile. Stopped by `signal`, it leaves a job for the next worker.
 */
export async function runImports(ports: ImportPorts, tenantId: string, signal: AbortSignal): Promise<void> {
  const { database, running, clock } = ports
  const comeBack = (at?: Date) =>
    database.asTenant(tenantId, tx =>
      enqueue(tx, 'run-imports', { tenantId }, { ...importJob(tenantId), ...(at ? { runAt: at } : {}) }),
    )
  if (running.has(tenantId)) return await comeBack(new Date(clock().getTime() + MOMENT_MS))
  running.add(tenantId)
  try {
    while (!signal.aborted) {
      const next = await database.asTenant(tenantId, tx =>
        claimNext(tx, tenantId, { workerId: ports.workerId, now: clock() }),
      )
      if (next.kind === 'none') return
      if (next.kind === 'later') return await comeBack(next.at)
      await runImport(ports, next.import, signal)
    }
    await comeBack()
  } finally {
    running.delete(tenantId)
  }
}
