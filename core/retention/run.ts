/**
 * A run is one sweep of a tenant: in its night, or when customer success asks for it.
 *
 *   under way   `finished_at` is null; a tenant has one at most. A job works it off in short transactions, each of which
 *               destroys its share whole and adds to the counts. Whoever stops, or dies, leaves a run that any worker
 *               goes on with: what is gone is gone, what is left is found again. So it is while an import holds contacts
 *               that are overdue: the run stays open, for 20 hours at most, and is worked off again in some minutes.
 *   finished    with the counts and a certificate, written in one transaction
 *
 * The moment that terms are counted back from is the run's beginning, however long it takes. A rule that is changed
 * while it runs ends the deleting of contacts.
 */
import { and, eq, isNull, sql } from 'drizzle-orm'
import { enqueue, type Tx, tables } from '../../db/db.ts'
import type { Toll } from './destroy.ts'
import { ruleInForce } from './rule.ts'

const { retentionRuns } = tables

export type RetentionRun = typeof retentionRuns.$inferSelect

export const queueRun = (tx: Tx, tenantId: string, runId: string): Promise<void> =>
  enqueue(tx, 'sweep', { tenantId, runId }, { queue: `sweep:${tenantId}`, key: `sweep ${tenantId}` })

/** Begins a run and queues its job, or answers the one that is under way, or that bears this night already. */
export async function openRun(
  tx: Tx,
  tenantId: string,
  { now, night, requestedBy }: { now: Date; night?: string; requestedBy?: string },
): Promise<{ id: string; begun: boolean }> {
  const rule = await ruleInForce(tx, tenantId)
  const [made] = await tx
    .insert(retentionRuns)
    .values({
      tenantId,
      night: night ?? null,
      rule: { ...rule, changedAt: rule.changedAt?.toISOString() ?? null },
      asOf: now,
      startedAt: now,
      requestedBy: requestedBy ?? null,
    })
    .onConflictDoNothing()
    .returning({ id: retentionRuns.id })
  if (made) await queueRun(tx, tenantId, made.id)
  return made ? { id: made.id, begun: true } : { id: await standing(tx, tenantId, night), begun: false }
}

async function standing(tx: Tx, tenantId: string, night: string | undefined): Promise<string> {
  const [run] = await tx.execute<{ id: string }>(sql`
    select id from retention_runs
     where tenant_id = ${tenantId} and (finished_at is null or night = ${night ?? null}::date)
     order by finished_at nulls first limit 1`)
  if (!run) throw new Error('Neither was a run begun nor is one under way.')
  return run.id
}

export async function findRun(tx: Tx, tenantId: string, runId: string): Promise<RetentionRun | undefined> {
  const [run] = await tx
    .select()
    .from(retentionRuns)
    .where(and(eq(retentionRuns.tenantId, tenantId), eq(retentionRuns.id, runId)))
  return run
}

/** In the transaction that destroyed it. */
export async function addToll(tx: Tx, tenantId: string, runId: string, toll: Toll): Promise<void> {
  await tx
    .update(retentionRuns)
    .set({
      contactsDeleted: sql`${retentionRuns.contactsDeleted} + ${toll.contacts}`,
      recordingsDeleted: sql`${retentionRuns.recordingsDeleted} + ${toll.recordings}`,
      filesDeleted: sql`${retentionRuns.filesDeleted} + ${toll.files}`,
      bytesDeleted: sql`${retentionRuns.bytesDeleted} + ${toll.bytes}`,
    })
    .where(and(eq(retentionRuns.tenantId, tenantId), eq(retentionRuns.id, runId)))
}

/** The run's row, locked, while it is under way; undefined once somebody else has ended it. */
export async function lockOpenRun(
  tx: Tx,
  tenantId: string,
  runId: string,
): Promise<RetentionRun | undefined> {
  const [run] = await tx
    .select()
    .from(retentionRuns)
    .where(
      and(
        eq(retentionRuns.tenantId, tenantId),
        eq(retentionRuns.id, runId),
        isNull(retentionRuns.finishedAt),
      ),
    )
    .for('no key update')
  return run
}
