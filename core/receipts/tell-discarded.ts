import { asc, eq, sql } from 'drizzle-orm'
import { type Database, enqueue, type Tx, tables, uuidArray } from '../../db/db.ts'
import { LONGEST_WAIT_SECONDS, QUIET_SECONDS } from '../files/discard.ts'
import { parentOf } from '../files/paths.ts'
import type { Problem } from '../imports/problem.ts'
import type { ReceiptFile } from './receipt.ts'
import { writeReceipt, writeSharedReceipt } from './write-receipt.ts'

const { uploadedFiles } = tables

/** In one receipt: a client that mirrors a folder sends what was deleted from it night after night. */
const MOST = 25_000

interface Discarded extends ReceiptFile {
  storedAt: Date
}

/**
 * Receipts for files that were discarded: those of a folder that came within a short time share one, a lone one has
 * its own. Folders to which more may still be coming are left for a job of their own.
 */
export async function tellDiscarded(database: Database, tenantId: string, now: Date): Promise<void> {
  await database.asTenant(tenantId, async tx => {
    const due = await lockDue(tx, tenantId)
    const told: string[] = []
    let next: Date | undefined = due.length === MOST ? now : undefined
    for (const [folder, files] of Map.groupBy(due, file => parentOf(file.path))) {
      const ripe = ripeAt(files)
      if (ripe > now) {
        next = next === undefined || ripe < next ? ripe : next
        continue
      }
      await tell(tx, tenantId, folder, files, now)
      for (const { id } of files) told.push(id)
    }
    await tx.execute(sql`
      update uploaded_files set receipt_due = false
       where tenant_id = ${tenantId} and id = any(${uuidArray(told)})`)
    if (next)
      await enqueue(
        tx,
        'tell-discarded',
        { tenantId },
        { key: `tell-discarded ${tenantId} rest`, runAt: next },
      )
  })
}

async function lockDue(tx: Tx, tenantId: string): Promise<Discarded[]> {
  const { id, path, size, storedAt } = uploadedFiles
  const rows = await tx
    .select({ id, path, size, storedAt })
    .from(uploadedFiles)
    .where(sql`${eq(uploadedFiles.tenantId, tenantId)} and ${uploadedFiles.receiptDue}`)
    .orderBy(asc(id))
    .limit(MOST)
    .for('no key update', { skipLocked: true })
  return rows.flatMap(row =>
    row.storedAt === null ? [] : [{ ...row, storedAt: row.storedAt, receivedAt: row.storedAt.toISOString() }],
  )
}

/** Once it has been quiet for long enough, or the first has waited for as long as any does. */
function ripeAt(files: readonly Discarded[]): Date {
  const times = files.map(file => file.storedAt.getTime())
  const quiet = Math.max(...times) + QUIET_SECONDS * 1_000
  return new Date(Math.min(quiet, Math.min(...times) + LONGEST_WAIT_SECONDS * 1_000))
}

async function tell(tx: Tx, tenantId: string, folder: string, files: readonly Discarded[], now: Date) {
  const all = files.map(({ id, path, size, receivedAt }) => ({ id, path, size, receivedAt }))
  const [lone, ...others] = all
  if (lone && others.length === 0) {
    const receipt = { file: lone, import: null, failure: null, problems: [discarded('This file was')] }
    return await writeReceipt(tx, tenantId, { verdict: 'DISCARDED', whatToDo: WHAT_TO_DO, ...receipt }, now)
  }
  const listed = all.map(file => ({ ...file, verdict: 'DISCARDED' as const, import: null }))
  const problems = [discarded(`These ${all.length} files were`)]
  await writeSharedReceipt(
    tx,
    tenantId,
    { verdict: 'DISCARDED', whatToDo: WHAT_TO_DO, folder, files: listed, problems },
    now,
  )
}

const WHAT_TO_DO =
  'Nothing. To send less, leave out what was deleted here; to have a file read once more all the same, send it under another name.'

const discarded = (what: string): Problem => ({
  code: 'DISCARDED',
  message: `${what} deleted here on purpose before, and came again with the same name and the same bytes: dropped, and nothing was made of it.`,
  whoseMove: 'SENDER',
  row: null,
  column: null,
  details: null,
})
