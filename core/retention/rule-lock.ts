import { sql } from 'drizzle-orm'
import type { Tx } from '../../db/db.ts'
import { isHeld } from '../busy.ts'
import { Refusal } from '../refusal.ts'

const TRY_AGAIN_SECONDS = 5

const lockOf = (tenantId: string) => sql`hashtextextended(${`retention rule ${tenantId}`}::text, 0)`

/**
 * Held by whoever destroys by the rule, until the commit, and taken before anything else: the rule that is read then is
 * in force until what it destroys is gone. Not the tenant's row: those who share a row pass by whoever waits to change
 * it, so that a sweep's lanes by turns would keep him out until its end; here they wait behind him.
 */
export const shareRule = async (tx: Tx, tenantId: string): Promise<void> => {
  await tx.execute(sql`select pg_advisory_xact_lock_shared(${lockOf(tenantId)})`)
}

/**
 * Held by whoever sets a rule, until the commit: nothing is destroyed meanwhile, and by the rule before it nothing
 * afterwards. Two who set it at once take turns. LIMITED when what is being destroyed takes longer than locks are
 * waited for.
 */
export const takeRule = async (tx: Tx, tenantId: string): Promise<void> => {
  try {
    await tx.execute(sql`select pg_advisory_xact_lock(${lockOf(tenantId)})`)
  } catch (error) {
    if (!isHeld(error)) throw error
    throw new Refusal(
      'LIMITED',
      'The rule in force is deleting at this moment, and was not changed: send the same again in a few seconds.',
      { retryAfterSeconds: TRY_AGAIN_SECONDS, cause: error },
    )
  }
}
