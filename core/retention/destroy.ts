import { sql } from 'drizzle-orm'
import { type Database, type TenantTx, type Tx, tables } from '../../db/db.ts'
import type { DestructionRecord } from './record.ts'

const { destructions } = tables

/** On whose behalf something is destroyed. */
export type Origin = { runId: string } | { erasureId: string }

/** What a transaction has destroyed by its end. */
export interface Toll {
  contacts: number
  recordings: number
  /** Contact files whose raw bytes are gone. */
  files: number
  /** Of recordings and files. */
  bytes: number
  /** Keyed hashes of the contacts' references. */
  references: string[]
  /** Ids of vault objects. */
  objects: string[]
  /** Keyed hashes of names with their bytes: what is known again when it is sent again. */
  memories: string[]
}

export const nothing = (): Toll => ({
  contacts: 0,
  recordings: 0,
  files: 0,
  bytes: 0,
  references: [],
  objects: [],
  memories: [],
})

export const isNothing = ({ references, objects }: Toll): boolean => references.length + objects.length === 0

/** Between the intent and the end of its transaction this lock is held: whoever gets it knows that both are over. */
export const recordLock = (number: number) =>
  sql`hashtextextended(${`destruction ${String(number)}`}::text, 0)`

/**
 * Puts what the transaction destroyed on record, in the database and outside of it; the last thing that it does.
 * Answers the number under which it must be confirmed after the commit. An intent whose transaction is rolled back,
 * or whose process dies, is settled later (settle-record.ts).
 */
export async function intendDestruction(
  tx: Tx,
  record: DestructionRecord,
  tenantId: string,
  { origin, toll, at }: { origin: Origin; toll: Toll; at: Date },
): Promise<number> {
  const [next] = await tx.execute<{ number: string }>(sql`select nextval('destruction_numbers') as number`)
  const number = Number(next?.number)
  const { references, objects, memories } = toll
  await tx.execute(sql`select pg_advisory_xact_lock(${recordLock(number)})`)
  await tx.insert(destructions).values({ tenantId, number, at, references, objects, ...origin })
  await record.intend(number, { tenantId, at, references, objects, memories })
  return number
}

/**
 * One transaction that destroys, put on record before its commit and confirmed after it: `confirmed` is under way when
 * this resolves. `work` answers what it destroyed; a transaction that destroyed nothing leaves no record.
 */
export async function destroyRecorded<T extends { toll: Toll }>(
  { database, record }: { database: Database; record: DestructionRecord },
  tenantId: string,
  { origin, at }: { origin: Origin; at: Date },
  work: (tx: TenantTx) => Promise<T>,
): Promise<T & { confirmed: Promise<void> }> {
  const { result, number } = await database.asTenant(tenantId, async tx => {
    const done = await work(tx)
    if (isNothing(done.toll)) return { result: done, number: undefined }
    return {
      result: done,
      number: await intendDestruction(tx, record, tenantId, { origin, at, toll: done.toll }),
    }
  })
  const confirmed = number === undefined ? Promise.resolve() : record.settle(number, 'done')
  // Whoever waits for it hears of a failure; until then it is nobody's.
  confirmed.catch(() => {})
  return { ...result, confirmed }
}
