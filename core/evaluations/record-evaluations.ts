import { and, eq, inArray, sql } from 'drizzle-orm'
import { type Tx, tables } from '../../db/db.ts'
import { badInput, notFound } from '../refusal.ts'
import type { KeyedHashes } from '../vault/keyed-hashes.ts'
import { type Decisions, decideEvaluations } from './decide-evaluations.ts'
import { settleEvaluatedAt } from './evaluated-at.ts'
import type { EvaluationResult, EvaluationWish } from './evaluation.ts'
import { takeTurn } from './evaluation-turns.ts'
import { type SoundWish, soundWishes } from './evaluation-wishes.ts'
import { findTargets } from './find-targets.ts'
import { queueLinking } from './waiting-evaluations.ts'

const { evaluations } = tables

export const MOST_EVALUATIONS = 500

export interface EvaluationPorts {
  hashes: KeyedHashes
  now: Date
}

/** One evaluation. A contact's id that is nobody's is NOT_FOUND. LIMITED while an import holds the contact. */
export async function recordEvaluation(
  tx: Tx,
  ports: EvaluationPorts,
  tenantId: string,
  wish: EvaluationWish,
): Promise<EvaluationResult> {
  const sound = soundWishes([wish], ports.now, () => ['evaluation'])
  const [result] = await record(tx, ports, tenantId, sound)
  if (!result || result.problem?.code === 'NOT_FOUND') throw notFound('This contact')
  return result
}

/** At most 500 at once, one answer for each, in order. LIMITED, with none recorded, while an import holds one of the contacts. */
export async function recordEvaluations(
  tx: Tx,
  ports: EvaluationPorts,
  tenantId: string,
  wishes: readonly EvaluationWish[],
): Promise<EvaluationResult[]> {
  if (wishes.length > MOST_EVALUATIONS)
    throw badInput([
      {
        path: ['evaluations'],
        message: `At most ${MOST_EVALUATIONS} evaluations at once, not ${wishes.length}.`,
      },
    ])
  const sound = soundWishes(wishes, ports.now, position => ['evaluations', String(position)])
  return sound.length === 0 ? [] : await record(tx, ports, tenantId, sound)
}

async function record(
  tx: Tx,
  { hashes, now }: EvaluationPorts,
  tenantId: string,
  wishes: readonly SoundWish[],
): Promise<EvaluationResult[]> {
  const targets = await findTargets(
    tx,
    hashes,
    tenantId,
    wishes.map(wish => wish.contact),
  )
  await takeTurn(tx, tenantId)
  const kept = await tx
    .select()
    .from(evaluations)
    .where(
      and(
        eq(evaluations.tenantId, tenantId),
        inArray(
          evaluations.reference,
          wishes.map(wish => wish.evaluationReference),
        ),
      ),
    )
  const { results, written } = decideEvaluations(wishes, targets, kept, now)
  if (written.length > 0) await write(tx, tenantId, written)
  return results
}

async function write(tx: Tx, tenantId: string, written: Decisions['written']): Promise<void> {
  await tx
    .insert(evaluations)
    .values(written.map(evaluation => ({ ...evaluation, tenantId })))
    .onConflictDoUpdate({
      target: [evaluations.tenantId, evaluations.reference],
      set: {
        contactId: sql`excluded.contact_id`,
        contactReference: sql`excluded.contact_reference`,
        evaluatedAt: sql`excluded.evaluated_at`,
        recordedAt: sql`excluded.recorded_at`,
        withdrawnAt: null,
      },
    })
  const contactIds = written.flatMap(({ contactId }) => (contactId === null ? [] : [contactId]))
  await settleEvaluatedAt(tx, tenantId, contactIds)
  // What an import commits from here on is not seen by this transaction, nor is this by the import's own job.
  if (contactIds.length < written.length) await queueLinking(tx, tenantId)
}
