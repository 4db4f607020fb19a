import { and, eq } from 'drizzle-orm'
import { type Tx, tables } from '../../db/db.ts'
import { lockContacts } from '../contacts/lock-contacts.ts'
import { notFound, Refusal } from '../refusal.ts'
import { settleEvaluatedAt } from './evaluated-at.ts'
import type { EvaluationResult } from './evaluation.ts'
import { takeTurn } from './evaluation-turns.ts'
import { referenceFault } from './evaluation-wishes.ts'

const { evaluations } = tables

type AnyTx = Pick<Tx, 'execute' | 'select' | 'update' | 'transaction'>

/** While the lock was waited for, the evaluation came to be another contact's. */
class Moved extends Error {}

const TRIES = 5

/** Withdraws an evaluation, waiting or not; again changes nothing. NOT_FOUND when there is none of this reference. */
export async function withdrawEvaluation(
  tx: Tx,
  now: Date,
  tenantId: string,
  reference: string,
): Promise<EvaluationResult> {
  if (referenceFault(reference) !== null) throw notFound('This evaluation')
  for (let tries = 0; tries < TRIES; tries++) {
    const { contactId } = await find(tx, tenantId, reference)
    try {
      await tx.transaction(inner => withdraw(inner, now, tenantId, reference, contactId))
      return { status: 'WITHDRAWN', evaluationReference: reference, contactId, problem: null }
    } catch (error) {
      if (!(error instanceof Moved)) throw error
    }
  }
  throw new Refusal('LIMITED', 'This evaluation is being changed by others: try again.', {
    retryAfterSeconds: 1,
  })
}

/** The contact is locked before anything of the evaluation: so it has to be known before, and looked at again. */
async function withdraw(
  tx: AnyTx,
  now: Date,
  tenantId: string,
  reference: string,
  contactId: string | null,
): Promise<void> {
  if (contactId !== null) await lockContacts(tx, tenantId, [contactId])
  await takeTurn(tx, tenantId)
  const found = await find(tx, tenantId, reference)
  if (found.contactId !== contactId) throw new Moved()
  if (found.withdrawnAt !== null) return
  await tx
    .update(evaluations)
    // The reference of a contact that never came is nobody's to keep.
    .set({ withdrawnAt: now, ...(contactId === null ? { contactReference: '' } : {}) })
    .where(and(eq(evaluations.tenantId, tenantId), eq(evaluations.id, found.id)))
  if (contactId !== null) await settleEvaluatedAt(tx, tenantId, [contactId])
}

async function find(tx: AnyTx, tenantId: string, reference: string) {
  const [found] = await tx
    .select({
      id: evaluations.id,
      contactId: evaluations.contactId,
      withdrawnAt: evaluations.withdrawnAt,
    })
    .from(evaluations)
    .where(and(eq(evaluations.tenantId, tenantId), eq(evaluations.reference, reference)))
  if (!found) throw notFound('This evaluation')
  return found
}
