import type { Tx } from '../../../db/db.ts'
import { dropAgents, prepareAgents } from '../answering-agents.ts'
import { type Claimed, giveBack, holdClaim } from '../claimed.ts'
import { nameConnection } from '../connection.ts'
import { olderMayReturn } from '../older-may-return.ts'
import type { ImportPorts } from '../ports.ts'
import { createStagingTable } from '../staging-table.ts'
import { completeAll } from './end-group.ts'
import { type MergedFile, mergeGroup, originColumns, type RulesFor } from './merge-group.ts'
import { readGroup } from './read-group.ts'

/**
 * The one transaction of a group: all of its files are read before the first is merged. Those from the first that
 * must go alone wait again, in the same commit. Answers what was imported.
 */
export async function importGroup(
  tx: Tx,
  ports: ImportPorts,
  claimed: Claimed,
  { connected, signal }: { connected: (backendPid: number) => Promise<void>; signal: AbortSignal },
): Promise<MergedFile[]> {
  const [{ tenantId, claim }] = claimed
  const backendPid = await nameConnection(tx, claim)
  await holdClaim(tx, claimed)
  await connected(backendPid)
  const files = await readGroup(tx, ports, claimed, signal)
  const last = files.at(-1)
  let merged: MergedFile[] = []
  if (last) {
    await createStagingTable(tx, originColumns)
    const markUnchanged = await olderMayReturn(tx, last.claimed)
    const rulesFor = rulesOf(tx, tenantId, markUnchanged)
    merged = await mergeGroup(tx, tenantId, rulesFor, files)
    signal.throwIfAborted()
    await completeAll(tx, merged, ports.clock())
  }
  const [next, ...others] = claimed.slice(merged.length)
  if (next) await giveBack(tx, [next, ...others])
  return merged
}

/** Answering agents are found anew where the files' agents are named by another kind of key. */
function rulesOf(tx: Tx, tenantId: string, markUnchanged: boolean): RulesFor {
  let prepared: string | undefined
  return async ({ agentKey, existingContact }) => {
    if (prepared !== undefined && prepared !== agentKey) await dropAgents(tx)
    if (prepared !== agentKey) await prepareAgents(tx, tenantId, agentKey)
    prepared = agentKey
    return { existing: existingContact, markUnchanged }
  }
}
