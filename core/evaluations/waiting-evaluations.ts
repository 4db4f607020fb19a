import { setTimeout as sleep } from 'node:timers/promises'
import { and, asc, eq, isNull, sql } from 'drizzle-orm'
import { type Database, enqueue, type Tx, tables, uuidArray } from '../../db/db.ts'
import { settleEvaluatedAt } from './evaluated-at.ts'
import type { EvaluationResult } from './evaluation.ts'
import { takeTurn } from './evaluation-turns.ts'

const { evaluations } = tables

/** Evaluations that wait for their contact, those that wait longest first. */
export async function waitingEvaluations(
  tx: Tx,
  tenantId: string,
  first: number,
): Promise<EvaluationResult[]> {
  const rows = await tx
    .select({ reference: evaluations.reference })
    .from(evaluations)
    .where(
      and(eq(evaluations.tenantId, tenantId), isNull(evaluations.contactId), isNull(evaluations.withdrawnAt)),
    )
    .orderBy(asc(evaluations.recordedAt), asc(evaluations.id))
    .limit(first)
  return rows.map(({ reference }) => ({
    status: 'WAITING',
    evaluationReference: reference,
    contactId: null,
    problem: null,
  }))
}

/** Evaluations of one transaction. */
const SHARE = 1_000
/** How often it comes back for contacts that somebody held, and after what time. */
const TRIES = 5
const PAUSE_MS = 200

export interface Linked {
  linked: number
  /** Evaluations whose contact was held all the time, most likely by an import. */
  passedOver: number
}

/**
 * Links evaluations that wait to the contacts that have come since. An evaluation and a contact whose transactions ran
 * beside each other saw nothing of each other: so each of them has this run once more after its commit, and whichever
 * committed last, its run sees both. The sweep has it run before it looks for what it may delete.
 */
export async function linkWaitingEvaluations(
  database: Database,
  tenantId: string,
  { signal, share = SHARE }: { signal?: AbortSignal; share?: number } = {},
): Promise<Linked> {
  let linked = 0
  for (let tries = 1; ; ) {
    signal?.throwIfAborted()
    const done = await database.asTenant(tenantId, tx => linkShare(tx, tenantId, share))
    linked += done.linked
    if (done.full) continue
    if (done.passedOver === 0 || tries === TRIES) return { linked, passedOver: done.passedOver }
    tries += 1
    await sleep(PAUSE_MS, undefined, signal ? { signal } : {})
  }
}

const COME_BACK_MS = 30_000

/** The same as a job, which is queued again while somebody holds a contact. Answers how many were linked. */
export async function linkAfterCommit(
  database: Database,
  tenantId: string,
  { now, signal }: { now: Date; signal: AbortSignal },
): Promise<number> {
  const { linked, passedOver } = await linkWaitingEvaluations(database, tenantId, { signal })
  if (passedOver > 0) {
    const runAt = new Date(now.getTime() + COME_BACK_MS)
    await database.asTenant(tenantId, tx => queueLinking(tx, tenantId, runAt))
  }
  return linked
}

const waitingWithContact = (tenantId: string) => sql`
  evaluations e
    join contacts c on c.tenant_id = e.tenant_id and c.reference = e.contact_reference
   where e.tenant_id = ${tenantId} and e.contact_id is null and e.withdrawn_at is null`

async function linkShare(tx: Tx, tenantId: string, share: number): Promise<Linked & { full: boolean }> {
  const rows = await tx.execute<{ id: string }>(
    sql`select c.id from ${waitingWithContact(tenantId)} limit ${share} for update of c skip locked`,
  )
  const linked = rows.length === 0 ? 0 : await linkTo(tx, tenantId, [...new Set(rows.map(row => row.id))])
  if (rows.length === share) return { linked, full: true, passedOver: 0 }
  const [left] = await tx.execute<{ evaluations: number }>(
    sql`select count(*)::int as evaluations from ${waitingWithContact(tenantId)}`,
  )
  return { linked, full: false, passedOver: left?.evaluations ?? 0 }
}

async function linkTo(tx: Tx, tenantId: string, contactIds: readonly string[]): Promise<number> {
  await takeTurn(tx, tenantId)
  const linked = await tx.execute(sql`
    update evaluations e set contact_id = c.id
      from contacts c
     where e.tenant_id = ${tenantId} and e.contact_id is null and e.withdrawn_at is null
       and c.tenant_id = e.tenant_id and c.reference = e.contact_reference and c.id = any(${uuidArray(contactIds)})
    returning e.id`)
  await settleEvaluatedAt(tx, tenantId, contactIds)
  return linked.length
}

/** Has the job run after the commit; once for all that ask while it waits. */
export const queueLinking = (tx: Tx, tenantId: string, runAt?: Date): Promise<void> =>
  enqueue(
    tx,
    'link-evaluations',
    { tenantId },
    { key: `link-evaluations ${tenantId}`, ...(runAt ? { runAt } : {}) },
  )
