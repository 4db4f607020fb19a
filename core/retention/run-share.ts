import type { Database, TenantTx } from '../../db/db.ts'
import type { Log } from '../log.ts'
import type { TenantHashes } from '../vault/keyed-hashes.ts'
import type { Vault } from '../vault/vault.ts'
import { destroyRecorded, type Toll } from './destroy.ts'
import type { DestructionRecord } from './record.ts'
import { type RetentionTerms, ruleInForce } from './rule.ts'
import { shareRule } from './rule-lock.ts'
import { addToll, lockOpenRun, type RetentionRun } from './run.ts'

export interface SweepPorts {
  database: Database
  vault: Vault
  log: Log
  clock: () => Date
  /** What one transaction destroys at most. */
  share?: number
  /** Transactions that destroy contacts side by side. */
  lanes?: number
}

/** A transaction's share: each is written to disk by the database, and twice to the record outside of it. */
export const SHARE = 20_000

/** A run that is worked off. */
export interface Work extends SweepPorts {
  record: DestructionRecord
  tenantId: string
  run: RetentionRun
  hashes: TenantHashes
  signal: AbortSignal
  /** Of the last share. */
  confirming: Promise<void>
}

export const termsOf = ({ run }: Work) => run.rule as unknown as RetentionTerms & { changedAt: string | null }

/** The rule may be another one by now: what it does not say any more is not done any more. In a share it stays this one. */
export async function stillInForce(tx: TenantTx, work: Work): Promise<boolean> {
  const rule = await ruleInForce(tx, work.tenantId)
  return (rule.changedAt?.toISOString() ?? null) === termsOf(work).changedAt
}

/** One transaction of the run, counted and on record. `last` is none when there is no more. */
export async function share<T extends { toll: Toll }>(
  work: Work,
  step: (tx: TenantTx) => Promise<T>,
): Promise<T> {
  const { tenantId, run, clock } = work
  work.signal.throwIfAborted()
  const done = await destroyRecorded(work, tenantId, { origin: { runId: run.id }, at: clock() }, async tx => {
    await shareRule(tx, tenantId)
    const destroyed = await step(tx)
    // Last of all, and held until the commit: until here shares of the run go side by side.
    if ((await lockOpenRun(tx, tenantId, run.id)) === undefined)
      throw new Error('The run was ended by another worker.')
    await addToll(tx, tenantId, run.id, destroyed.toll)
    return destroyed
  })
  // The next share is destroyed while this one is confirmed; never are more than two unconfirmed.
  await work.confirming
  work.confirming = done.confirmed
  return done
}
