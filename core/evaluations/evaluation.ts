import type { Problem } from '../imports/problem.ts'

/**
 * An evaluation is what another system says about a contact: that somebody reviewed it. It is known by the reference
 * that it has there.
 *
 *   stands      its contact is evaluated: re-imports and `deleteAfterDays` leave it alone
 *   waits       no contact has its reference yet; it stands as soon as one comes (waiting-evaluations.ts)
 *   withdrawn   counts for nothing; recorded again, it is recorded anew, for whichever contact is named then
 *
 * It goes with its contact. `contacts.evaluated_at` is when the contact was evaluated first among those that stand,
 * and is changed under the lock of the contact's row alone.
 */
export type EvaluationStatus = 'RECORDED' | 'WAITING' | 'WITHDRAWN' | 'REFUSED'

/** What somebody wants recorded. The contact is named by its id or by its reference. */
export interface EvaluationWish {
  contactId?: string | null | undefined
  contactReference?: string | null | undefined
  evaluationReference: string
  /** Now, when it is left out. */
  evaluatedAt?: Date | null | undefined
}

export interface EvaluationResult {
  status: EvaluationStatus
  evaluationReference: string
  /** None while it waits, and when it is refused. */
  contactId: string | null
  /** Why it is refused. */
  problem: Problem | null
}

/** Why an evaluation is refused. Nothing of it is kept. */
export type EvaluationFault = 'NOT_FOUND' | 'DELETED_BEFORE' | 'EVALUATION_ELSEWHERE'

export const refused = (
  evaluationReference: string,
  code: EvaluationFault,
  message: string,
): EvaluationResult => ({
  status: 'REFUSED',
  evaluationReference,
  contactId: null,
  problem: { code, message, whoseMove: 'SENDER', row: null, column: null, details: null },
})
