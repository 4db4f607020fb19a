import type { Tx } from '../../db/db.ts'
import { renewTombstones } from '../retention/tombstones.ts'
import type { ClaimedImport } from './ports.ts'
import { STAGED } from './staging-table.ts'

/**
 * What was deleted on purpose is not imported again. Before a chunk is merged, its rows whose reference is buried are
 * taken out of staging. A sweep may commit between that look and the merge, so after the merge, with a new snapshot,
 * it is asked whether anything was buried since; if so, what the merge created of it is deleted again. (Whoever buries a
 * reference has deleted its contact: what is there after that was created here.)
 *
 * The staging table has no statistics, and those of the others may be old: no join is left to the planner. Hashes are
 * found by an array in the tombstones' own index, and everything else is done by arrays that are constants.
 */
export interface BuriedRows {
  /** Hashes of staged references that are buried. */
  hashes: string[]
  /** Whatever is buried after this look is written by this transaction or a later one. */
  horizon: string
}

const NUMBER = /^\d+$/
const UUID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/

/** Text that goes out with the statement: a parameter would cost another round trip, for each of a night's tiny files. */
const literal = (value: string, form: RegExp): string => {
  if (!form.test(value)) throw new Error('This is no value for a statement')
  return `'${value}'`
}

/** Which staged references are buried. It costs next to nothing for a tenant that has no tombstones. */
export async function findBuriedRows(tx: Tx, tenantId: string): Promise<BuriedRows> {
  const of = `tenant_id = ${literal(tenantId, UUID)}::uuid and kind = 'REFERENCE'`
  const statements = await tx.$client.unsafe<BuriedRows[][]>(`
    set local enable_seqscan = off;
    select pg_snapshot_xmin(pg_current_snapshot())::text as horizon,
           array(select hash from tombstones
                  where ${of} and hash = any(array(
                    select reference_hash from ${STAGED}
                     where (select true from tombstones where ${of} order by hash limit 1)))) as hashes;
    set local enable_seqscan = on`)
  const [found] = statements.flat()
  if (!found) throw new Error('Nobody said what is buried')
  return found
}

/** Whether anything was buried that the look with this horizon may not have seen. */
export async function wasBuriedSince(tx: Tx, tenantId: string, horizon: string): Promise<boolean> {
  const [row] = await tx.$client.unsafe<{ since: boolean }[]>(`
    select coalesce((select written_by from burials where tenant_id = ${literal(tenantId, UUID)}::uuid
                      order by written_by desc limit 1) >= ${literal(horizon, NUMBER)}::xid8, false) as since`)
  return row?.since ?? true
}

/** Takes rows out of staging before they are merged. Answers their numbers in the file. */
export async function takeOut(tx: Tx, claimed: ClaimedImport, hashes: string[]): Promise<number[]> {
  if (hashes.length === 0) return []
  await renew(tx, claimed, hashes)
  const gone = await tx.$client.unsafe<{ row: number }[]>(
    `delete from ${STAGED} where reference_hash = any($1::uuid[]) returning row_number as row`,
    [hashes],
  )
  return gone.map(({ row }) => row)
}

/** Takes back what the merge of this chunk created, and out of staging with it. Answers its rows' numbers in the file. */
export async function takeBack(tx: Tx, claimed: ClaimedImport, hashes: string[]): Promise<number[]> {
  if (hashes.length === 0) return []
  await renew(tx, claimed, hashes)
  const staged = await tx.$client.unsafe<{ reference: string }[]>(
    `select reference from ${STAGED} where reference_hash = any($1::uuid[])`,
    [hashes],
  )
  // Only what this transaction created: its time is the transaction's own, as the column's default rounds it.
  const back = await tx.$client.unsafe<{ row: number }[]>(
    `delete from contacts
      where tenant_id = $1 and reference = any($2::text[]) and import_id = $3 and imported_at = now()::timestamptz(3)
     returning row_number as row`,
    [claimed.tenantId, staged.map(({ reference }) => reference), claimed.id],
  )
  const rows = back.map(({ row }) => row)
  await tx.$client.unsafe(`delete from ${STAGED} where row_number = any($1::int[])`, [rows])
  return rows
}

const renew = (tx: Tx, { tenantId, startedAt }: ClaimedImport, hashes: string[]) =>
  renewTombstones(tx, tenantId, 'REFERENCE', hashes, startedAt)
