import { and, eq, sql } from 'drizzle-orm'
import { type Tx, tables } from '../../../db/db.ts'
import { notFound, Refusal } from '../../refusal.ts'
import { queueLinking } from '../link-imported.ts'
import { notifyImports } from '../notify.ts'
import { isArchive } from '../packed/archive-names.ts'
import { holdImports } from '../standstill.ts'
import { type UndoCounts, undoContacts } from './undo-contacts.ts'

const { imports } = tables

type ImportRow = typeof imports.$inferSelect

export interface Undone {
  import: ImportRow
  counts: UndoCounts
  /** False where it had been undone before: nothing was done. */
  changed: boolean
}

/**
 * COMPLETED → UNDONE, in the caller's transaction: every contact of the import goes back to the last import that is not
 * UNDONE, or is removed, but for those that were evaluated, held or changed since. What is removed leaves no tombstone,
 * so that the same rows may be imported again. Asked again it changes nothing and answers the same.
 *
 * As many contacts as an import may have, in one transaction without a time limit: a million take a minute, and until
 * then nobody sees half of it. Whoever wants one of the contacts meanwhile is answered as while an import runs.
 */
export async function undoImport(tx: Tx, tenantId: string, id: string, now: Date): Promise<Undone> {
  await holdImports(tx, tenantId)
  const [row] = await tx
    .select()
    .from(imports)
    .where(and(eq(imports.tenantId, tenantId), eq(imports.id, id)))
    .for('no key update')
  if (!row) throw notFound('This import')
  if (row.status === 'UNDONE' && row.undone) return { import: row, counts: row.undone, changed: false }
  await refuseUnless(tx, row)
  await tx.execute(sql`select set_config('statement_timeout', '0', true)`)
  const counts = await undoContacts(tx, tenantId, id)
  const [undone] = await tx
    .update(imports)
    .set({ status: 'UNDONE', undone: counts, undoneAt: now })
    .where(and(eq(imports.tenantId, tenantId), eq(imports.id, id)))
    .returning()
  if (!undone) throw new Error(`import ${id} was lost under its lock`)
  await queueLinking(tx, tenantId)
  await notifyImports(tx, tenantId, [id])
  return { import: undone, counts, changed: true }
}

async function refuseUnless(tx: Tx, row: ImportRow): Promise<void> {
  const conflict = (message: string) => new Refusal('CONFLICT', message)
  if (row.status !== 'COMPLETED') throw conflict(notCompleted[row.status])
  if (row.dryRun)
    throw conflict('This was a dry run: nothing was kept of it, so there is nothing to take back.')
  if (isArchive(row.path))
    throw conflict(
      'This was an archive, which has no contacts of its own: take back the imports of the files that were in it.',
    )
  if (row.purgedAt !== null)
    throw conflict(
      'What the contacts were before this import is kept as long as its raw file, and was deleted with it. The import can no longer be taken back.',
    )
  if (!row.preImages)
    throw conflict('This import ran before Nightdrop kept what it changed, and cannot be taken back.')
  const [running] = await tx
    .select({ id: imports.id })
    .from(imports)
    .where(and(eq(imports.tenantId, row.tenantId), eq(imports.status, 'RUNNING')))
    .limit(1)
  if (running)
    throw conflict('Another import of this tenant runs at the moment: try again when it has ended.')
}

const notCompleted: Record<Exclude<ImportRow['status'], 'COMPLETED'>, string> = {
  QUEUED: 'This import has not run yet: there is nothing to take back.',
  RUNNING: 'This import runs at the moment: try again when it has ended.',
  REFUSED: 'The file was refused and nothing of it was kept, so there is nothing to take back.',
  FAILED: 'The import failed and nothing of it was kept, so there is nothing to take back.',
  UNDONE: 'This import was taken back already.',
}
