import { DatabaseBusy } from '../db/db.ts'
import { Refusal } from './refusal.ts'

const TRY_AGAIN_SECONDS = 5

/** A row that another transaction held for too long, or two that would have waited for each other. */
export function isHeld(error: unknown): boolean {
  for (let at = error; at instanceof Error; at = at.cause) {
    const { code } = at as { code?: unknown }
    if (code === '55P03' || code === '40P01') return true
  }
  return false
}

/** A lock that an import holds, a pool that is used up and a query that takes too long are no faults of ours to mask. */
export function busyRefusal(error: unknown): Refusal | undefined {
  if (isHeld(error))
    return new Refusal('LIMITED', 'What this changes is held by something that runs: try again.', {
      retryAfterSeconds: TRY_AGAIN_SECONDS,
    })
  for (let at = error; at instanceof Error; at = at.cause) {
    const { code } = at as { code?: unknown }
    if (at instanceof DatabaseBusy)
      return new Refusal('LIMITED', 'Too much is under way at once: try again.', {
        retryAfterSeconds: TRY_AGAIN_SECONDS,
      })
    if (code === '57014')
      return new Refusal('LIMITED', 'This takes too long: ask for less at once, or for a shorter time.')
  }
  return undefined
}
