import { setTimeout as sleep } from 'node:timers/promises'
import { sql } from 'drizzle-orm'
import { type Tx, uuidArray } from '../../db/db.ts'
import { Refusal } from '../refusal.ts'

/** A contact whose row is locked for the rest of the transaction, as it is by now. */
export interface LockedContact {
  id: string
  reference: string
  /** When it was evaluated first; none while no evaluation stands. */
  evaluatedAt: Date | null
  /** Holds in force. */
  holdCount: number
}

/** Below deadlock_timeout (1 s): whoever waits for an import gives way before the two are held against each other. */
const LOCK_MS = 400
const TRIES = 4
/** Between two tries nothing is held, so that whoever waited for a row of ours gets it and ends. */
const PAUSE_MS = 100
const TRY_AGAIN_SECONDS = 5

/**
 * Locks contacts in the order of their ids, before anything else of them is changed. An import holds its rows until it
 * commits and takes them in its file's order: all others wait for a moment, let go of everything and try again, then
 * answer LIMITED. Those that do not exist (by now), or are another tenant's, are left out of the answer.
 */
export async function lockContacts(
  tx: Pick<Tx, 'transaction'>,
  tenantId: string,
  ids: readonly string[],
): Promise<LockedContact[]> {
  const wanted = [...new Set(ids)]
  if (wanted.length === 0) return []
  for (let tries = 1; ; tries++) {
    try {
      // A savepoint: what a failed try had locked is let go of, and the transaction lives on.
      return await tx.transaction(inner => lockAll(inner, tenantId, wanted))
    } catch (error) {
      if (!isLockTimeout(error)) throw error
      if (tries === TRIES)
        throw new Refusal('LIMITED', 'An import that runs holds this contact: try again.', {
          retryAfterSeconds: TRY_AGAIN_SECONDS,
          cause: error,
        })
    }
    await sleep(PAUSE_MS)
  }
}

type Row = { id: string; reference: string; evaluated_at: string | null; hold_count: number }

async function lockAll(
  tx: Pick<Tx, 'execute'>,
  tenantId: string,
  ids: readonly string[],
): Promise<LockedContact[]> {
  const [before] = await tx.execute<{ timeout: string }>(
    sql`select current_setting('lock_timeout') as timeout, set_config('lock_timeout', ${`${LOCK_MS}ms`}, true)`,
  )
  const rows = await tx.execute<Row>(sql`
    select id, reference, evaluated_at, hold_count
      from contacts
     where tenant_id = ${tenantId} and id = any(${uuidArray(ids)})
     order by id
       for update`)
  await tx.execute(sql`select set_config('lock_timeout', ${before?.timeout ?? '0'}, true)`)
  return rows.map(({ id, reference, evaluated_at, hold_count }) => ({
    id,
    reference,
    evaluatedAt: evaluated_at === null ? null : new Date(evaluated_at),
    holdCount: hold_count,
  }))
}

function isLockTimeout(error: unknown): boolean {
  for (let at = error; at instanceof Error; at = at.cause)
    if ((at as { code?: unknown }).code === '55P03') return true
  return false
}
