import { AsyncLocalStorage } from 'node:async_hooks'
import { type Claimed, connectedAs, giveBack } from '../claimed.ts'
import { endConnection } from '../connection.ts'
import { ClaimLost, type ImportPorts } from '../ports.ts'
import { importGroup } from './import-group.ts'
import type { MergedFile } from './merge-group.ts'

/**
 * One try of a group. Answers how many of its imports ended; the others wait again, and nothing failed: what hinders
 * one of them shows when it is tried alone. Rejects only when they could not be given back.
 */
export async function runGroup(ports: ImportPorts, claimed: Claimed, signal: AbortSignal): Promise<number> {
  const [{ tenantId, claim }] = claimed
  // What it writes is seen at once: not within the group's transaction.
  const outside = AsyncLocalStorage.snapshot()
  let pid: number | undefined
  const connected = async (backendPid: number) => {
    pid = backendPid
    await outside(() =>
      ports.database.asTenant(tenantId, tx => connectedAs(tx, claimed, backendPid, ports.clock())),
    )
  }
  const letGo = () => {
    if (pid === undefined) return
    endConnection(ports.database, { pid, claim }).catch((error: unknown) =>
      ports.log.warn({ err: error, tenantId }, 'the connection of a stopped group could not be ended'),
    )
  }
  signal.addEventListener('abort', letGo, { once: true })
  try {
    const merged = await ports.imports.asTenant(tenantId, tx =>
      importGroup(tx, ports, claimed, { connected, signal }),
    )
    observed(ports, claimed, merged)
    return merged.length
  } catch (error) {
    if (error instanceof ClaimLost) return 0
    if (!signal.aborted)
      ports.log.warn({ err: error, tenantId, imports: claimed.length }, 'a group of imports is begun again')
    await letGoOf(ports, claimed)
    return 0
  } finally {
    signal.removeEventListener('abort', letGo)
  }
}

/** A commit whose reply was lost looks like a failure: what has ended is nobody's to give back. */
async function letGoOf(ports: ImportPorts, claimed: Claimed): Promise<void> {
  try {
    await ports.database.asTenant(claimed[0].tenantId, tx => giveBack(tx, claimed))
  } catch (error) {
    if (!(error instanceof ClaimLost)) throw error
  }
}

function observed({ observe, clock, log }: ImportPorts, claimed: Claimed, merged: readonly MergedFile[]) {
  const { tenantId, startedAt } = claimed[0]
  const seconds = (clock().getTime() - startedAt.getTime()) / 1_000
  const sum = { created: 0, updated: 0, unchanged: 0 }
  for (const { counts } of merged) {
    observe?.ended('COMPLETED', seconds)
    for (const outcome of ['created', 'updated', 'unchanged'] as const) sum[outcome] += counts[outcome]
  }
  for (const outcome of ['created', 'updated', 'unchanged'] as const) observe?.rows(outcome, sum[outcome])
  log.info({ tenantId, imports: merged.length, of: claimed.length, seconds, ...sum }, 'imports of a group')
}
