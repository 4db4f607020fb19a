import type { tables } from '../../db/db.ts'
import { quoted } from '../templates/cell-fault.ts'
import { type EvaluationResult, refused } from './evaluation.ts'
import type { SoundWish } from './evaluation-wishes.ts'

type Kept = Pick<
  typeof tables.evaluations.$inferSelect,
  'reference' | 'contactId' | 'contactReference' | 'evaluatedAt' | 'recordedAt' | 'withdrawnAt'
>

/** What was found of the contact that a wish names. */
export type Target =
  /** It is there, and locked. */
  | { kind: 'FOUND'; contactId: string; contactReference: string }
  /** Nobody has this reference yet. */
  | { kind: 'AWAITED'; contactReference: string }
  | { kind: 'DELETED' }
  | { kind: 'NOBODY' }

export interface Decisions {
  results: EvaluationResult[]
  /** Evaluations to be written, by their references. */
  written: Kept[]
}

/** What becomes of wishes, in their order; `kept` is what is on record of their references. Decides and changes nothing. */
export function decideEvaluations(
  wishes: readonly SoundWish[],
  targets: readonly Target[],
  kept: readonly Kept[],
  now: Date,
): Decisions {
  const known = new Map(kept.map(evaluation => [evaluation.reference, evaluation]))
  const written = new Map<string, Kept>()
  const results = wishes.map((wish, position) => {
    const { evaluationReference: reference, evaluatedAt } = wish
    const target = targets[position] ?? { kind: 'NOBODY' }
    if (target.kind === 'NOBODY') return refused(reference, 'NOT_FOUND', 'This contact does not exist.')
    if (target.kind === 'DELETED')
      return refused(
        reference,
        'DELETED_BEFORE',
        'This contact was deleted, on time or on request, and does not come back. Nothing is kept of the evaluation.',
      )
    const contactId = target.kind === 'FOUND' ? target.contactId : null
    const { contactReference } = target
    const before = known.get(reference)
    const stands = before !== undefined && before.withdrawnAt === null
    if (stands && before.contactReference !== contactReference)
      return refused(
        reference,
        'EVALUATION_ELSEWHERE',
        `${quoted(reference)} is the evaluation of another contact already. Withdraw it first, or give this one a reference of its own.`,
      )
    const after = stands
      ? { ...before, contactId: before.contactId ?? contactId }
      : { reference, contactId, contactReference, evaluatedAt, recordedAt: now, withdrawnAt: null }
    if (!stands || after.contactId !== before.contactId) {
      known.set(reference, after)
      written.set(reference, after)
    }
    return {
      status: after.contactId === null ? ('WAITING' as const) : ('RECORDED' as const),
      evaluationReference: reference,
      contactId: after.contactId,
      problem: null,
    }
  })
  return { results, written: [...written.values()] }
}
