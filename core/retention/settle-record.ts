import { sql } from 'drizzle-orm'
import type { Database, StaffTx } from '../../db/db.ts'
import { StartFault } from '../operation/start-fault.ts'
import { recordLock } from './destroy.ts'
import { type DestructionRecord, type Outcome, RecordDamaged } from './record.ts'

/** Numbers may be taken in another order than they are committed in; never by so many. */
const OVERLAP = 10_000

export interface RecordState {
  /** Confirmed outside the database, and not known to it: it was restored from a time before. */
  lacking: number[]
  /** Intents that nobody has settled. */
  open: number[]
  /** Not known to the database either, and nobody can say what they were. */
  damaged: RecordDamaged[]
  /** The last number that is proved, and not waived, of those that the database does not know; 0 without any. */
  highest: number
}

/** Holds the end of the record against the database. */
export async function compareRecord(database: Database, record: DestructionRecord): Promise<RecordState> {
  const last = await database.asStaff(async tx => {
    const [row] = await tx.execute<{ last: string }>(sql`select last_value as last from destruction_numbers`)
    return Number(row?.last ?? 0)
  })
  const state: RecordState = { lacking: [], open: [], damaged: [], highest: 0 }
  let found: Found[] = []
  const look = async () => {
    const numbers = found.map(({ number }) => number)
    const known = await database.asStaff(tx => knownNumbers(tx, numbers))
    for (const one of found) if (!known.has(one.number)) await judge(database, record, one, state)
    found = []
  }
  for await (const { number, outcome } of record.after(Math.max(0, last - OVERLAP))) {
    if (outcome === undefined) state.open.push(number)
    // Of numbers that the database never drew every one must be proved, since it is to go on behind them.
    if (outcome === 'done' || number > last) found.push({ number, outcome })
    if (found.length === OVERLAP) await look()
  }
  await look()
  return state
}

interface Found {
  number: number
  outcome: Outcome | undefined
}

async function judge(
  database: Database,
  record: DestructionRecord,
  { number, outcome }: Found,
  state: RecordState,
): Promise<void> {
  try {
    await record.prove(number, outcome ?? 'intent')
    if (outcome !== 'waived') state.highest = Math.max(state.highest, number)
    if (outcome === 'done' && (await ofTenant(database, record, number))) state.lacking.push(number)
  } catch (error) {
    if (!(error instanceof RecordDamaged)) throw error
    state.damaged.push(error)
  }
}

/**
 * No number is used twice: a restored database goes on after what is on record. By drawing the numbers between, which
 * takes none from anybody who draws at the same time. Not before all that it lacks is applied: how far it is behind is
 * known by its numbers alone.
 */
export async function goOnAfter(database: Database, number: number): Promise<void> {
  await database.asStaff(tx =>
    tx.execute(sql`
      select count(nextval('destruction_numbers'))
        from destruction_numbers s, generate_series(s.last_value + s.is_called::int, ${number}::bigint)`),
  )
}

/** Of a tenant that is younger than the backup there is nothing to destroy. */
async function ofTenant(database: Database, record: DestructionRecord, number: number): Promise<boolean> {
  const { tenantId } = await record.read(number)
  const [tenant] = await database.asStaff(tx => tx.execute(sql`select from tenants where id = ${tenantId}`))
  return tenant !== undefined
}

export async function knownNumbers(tx: StaffTx, numbers: readonly number[]): Promise<ReadonlySet<number>> {
  if (numbers.length === 0) return new Set()
  const rows = await tx.execute<{ number: string }>(
    sql`select number from destructions where number = any(${`{${numbers.join(',')}}`}::bigint[])`,
  )
  return new Set(rows.map(row => Number(row.number)))
}

/**
 * Settles intents whose transaction is over: it is known by then whether it committed. Those of transactions that are
 * under way are left alone. Answers how many were settled.
 */
export async function settleIntents(
  database: Database,
  record: DestructionRecord,
  open: readonly number[],
): Promise<number> {
  let settled = 0
  for (const number of open) {
    const outcome = await database.asStaff(async tx => {
      const [row] = await tx.execute<{ over: boolean }>(
        sql`select pg_try_advisory_xact_lock(${recordLock(number)}) as over`,
      )
      if (row?.over !== true) return undefined
      return (await knownNumbers(tx, [number])).has(number) ? 'done' : 'void'
    })
    if (outcome === undefined) continue
    await record.settle(number, outcome)
    settled += 1
  }
  return settled
}

/** The database was restored from a time before something was destroyed: it must not serve what is gone. */
export class RecordAhead extends StartFault {
  override readonly name = 'RecordAhead'

  constructor(lacking: number) {
    super(
      `The database lacks ${lacking} destructions that are on record outside of it: it was restored from an older backup. Nothing may serve it before they are applied: npm run nightdrop -- retention reapply`,
    )
  }
}

/** Nobody can say what was destroyed under some numbers: it takes a person to bring their files back, or to go on without. */
export class RecordUnreadable extends StartFault {
  override readonly name = 'RecordUnreadable'

  constructor(damaged: readonly RecordDamaged[]) {
    const numbers = damaged.map(({ number }) => number).join(' ')
    super(
      `The record of what was destroyed cannot be read:\n${damaged.map(({ message }) => `  ${message}`).join('\n')}\nBring these files back, from the bucket's versions or from a copy of it. What they named may be in the database again and would be served: only if they are lost for good, go on without them: npm run nightdrop -- retention reapply --without ${numbers}`,
    )
  }
}

/** Before a process serves: refuses a database that has what was destroyed, then settles what a crash left open. */
export async function requireRecord(database: Database, record: DestructionRecord): Promise<void> {
  const { lacking, open, damaged, highest } = await compareRecord(database, record)
  if (lacking.length > 0) throw new RecordAhead(lacking.length)
  if (damaged.length > 0) throw new RecordUnreadable(damaged)
  await goOnAfter(database, highest)
  await settleIntents(database, record, open)
}
