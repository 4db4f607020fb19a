import { enqueue } from '../../db/db.ts'
import { claimNext, type NextImport } from './claim-next.ts'
import type { Claimed } from './claimed.ts'
import { claimGroup, LEAST } from './group/claim-group.ts'
import { newPace } from './group/pace.ts'
import { runGroup } from './group/run-group.ts'
import { ClaimLost, type ImportPorts } from './ports.ts'
import { runImport } from './run-import.ts'
import { importJob } from './states.ts'

/** Soon, but after whoever runs the tenant's imports has had time to end. */
const MOMENT_MS = 1_000

/**
 * A tenant's turn: after the import that ends it, a new job goes behind those of other tenants that wait. However many
 * files one sends, the others' turns come.
 */
export const TURN_MS = 5_000

/**
 * Runs a tenant's waiting imports, oldest first, until none waits or its turn is over; small ones by groups. What may
 * not be taken yet ends the run: a job comes back for it, and no later import is taken meanwhile. Stopped by `signal`,
 * it leaves a job for the next worker.
 */
export async function runImports(ports: ImportPorts, tenantId: string, signal: AbortSignal): Promise<void> {
  const { database, running, clock } = ports
  const comeBack = (at?: Date) =>
    database.asTenant(tenantId, tx =>
      enqueue(tx, 'run-imports', { tenantId }, { ...importJob(tenantId), ...(at ? { runAt: at } : {}) }),
    )
  if (running.has(tenantId)) return await comeBack(new Date(clock().getTime() + MOMENT_MS))
  running.add(tenantId)
  const pace = newPace()
  const over = clock().getTime() + TURN_MS
  try {
    while (!signal.aborted && clock().getTime() < over) {
      const next = await nextOf(ports, tenantId, pace.most)
      if (next.kind === 'none') return
      if (next.kind === 'later') return await comeBack(next.at)
      if (next.kind === 'group') {
        pace.group(await runGroup(ports, next.imports, signal), next.imports.length)
      } else {
        await runImport(ports, next.import, signal)
        pace.alone()
      }
    }
    await comeBack()
  } finally {
    running.delete(tenantId)
  }
}

type Next = NextImport | { kind: 'group'; imports: Claimed }

async function nextOf(ports: ImportPorts, tenantId: string, most: number): Promise<Next> {
  const now = ports.clock()
  const { workerId } = ports
  try {
    return await ports.database.asTenant(tenantId, async (tx): Promise<Next> => {
      const imports = most < LEAST ? undefined : await claimGroup(tx, tenantId, { workerId, now, most })
      if (imports) return { kind: 'group', imports }
      return await claimNext(tx, tenantId, { workerId, now })
    })
  } catch (error) {
    if (error instanceof ClaimLost) return { kind: 'later', at: new Date(now.getTime() + MOMENT_MS) }
    throw error
  }
}
