import { badInput, type FieldFault } from '../refusal.ts'
import { characterFault, LONGEST_NAME } from '../templates/cell-checks.ts'
import type { EvaluationWish } from './evaluation.ts'

/** A wish that can be looked into: its contact is named in one way, and it has a time. */
export interface SoundWish {
  contact: { id: string } | { reference: string }
  evaluationReference: string
  evaluatedAt: Date
}

/** Clocks differ: what is dated later than ours by more than this is a mistake. */
const AHEAD_MS = 60_000

/**
 * Wishes as they can be recorded, or BAD_INPUT with all that is wrong. `at` is the path of a wish by its position.
 * References of contacts are trimmed, as a file's cells are.
 */
export function soundWishes(
  wishes: readonly EvaluationWish[],
  now: Date,
  at: (position: number) => string[],
): SoundWish[] {
  const faults: FieldFault[] = []
  const sound = wishes.map((wish, position): SoundWish => {
    const fault = (field: keyof EvaluationWish, message: string | null) => {
      if (message !== null) faults.push({ path: [...at(position), field], message })
    }
    const { contactId, evaluationReference, evaluatedAt } = wish
    const reference = wish.contactReference?.trim()
    fault('contactId', namingFault(contactId != null, reference != null))
    if (reference != null) fault('contactReference', referenceFault(reference))
    fault('evaluationReference', referenceFault(evaluationReference))
    if (evaluatedAt != null) fault('evaluatedAt', timeFault(evaluatedAt, now))
    return {
      contact: contactId == null ? { reference: reference ?? '' } : { id: contactId },
      evaluationReference,
      evaluatedAt: evaluatedAt ?? now,
    }
  })
  if (faults.length > 0) throw badInput(faults)
  return sound
}

function namingFault(byId: boolean, byReference: boolean): string | null {
  if (byId === byReference)
    return byId
      ? 'Name the contact by its id or by its reference, not by both.'
      : 'Name the contact, by its id or by its reference.'
  return null
}

/** What is wrong with a reference; null when something may be called so. */
export function referenceFault(text: string): string | null {
  if (text.trim() === '' || text.length > LONGEST_NAME)
    return `A reference has 1 to ${LONGEST_NAME} characters.`
  const found = characterFault(text.toWellFormed())
  return found === null ? null : `The reference ${found}.`
}

const timeFault = (at: Date, now: Date): string | null =>
  at.getTime() > now.getTime() + AHEAD_MS
    ? 'An evaluation cannot have been made in the future.'
    : at.getTime() < 0
      ? 'An evaluation was made after 1969.'
      : null
