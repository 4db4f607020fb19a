import { and, eq } from 'drizzle-orm'
import { type Tx, tables } from '../../db/db.ts'
import { dropTested } from '../files/tested-file.ts'
import { importReceipt } from '../receipts/import-receipt.ts'
import { writeReceipt } from '../receipts/write-receipt.ts'
import type { Attempt } from './attempt.ts'
import { forgetProgress, holdClaim } from './claimed.ts'
import { queueLinking } from './link-imported.ts'
import { notifyImports } from './notify.ts'
import type { Problem } from './problem.ts'
import { keepRejections } from './rejections.ts'
import { storable } from './storable.ts'
import { allRejected, type Counts } from './tally.ts'

const { imports } = tables

/** How an import ends for good, in the one transaction that its contacts are in. */
export async function complete(tx: Tx, attempt: Attempt, unlinkedAgents: number, now: Date): Promise<void> {
  await end(tx, attempt, { status: 'COMPLETED', counts: attempt.tally, failure: null, unlinkedAgents }, now)
  if (!attempt.claimed.dryRun) await queueLinking(tx, attempt.claimed.tenantId)
}

/** How a file is refused, in a transaction of its own: that of its contacts was rolled back. */
export async function refuse(
  tx: Tx,
  attempt: Attempt,
  failure: Problem,
  rowsRead: number,
  now: Date,
): Promise<void> {
  await holdClaim(tx, [attempt.claimed])
  const counts = allRejected(rowsRead)
  await end(tx, attempt, { status: 'REFUSED', counts, failure, unlinkedAgents: 0 }, now)
}

interface End {
  status: 'COMPLETED' | 'REFUSED'
  counts: Counts
  failure: Problem | null
  unlinkedAgents: number
}

async function end(tx: Tx, attempt: Attempt, how: End, now: Date): Promise<void> {
  const { claimed, csv, file, template } = attempt
  const { tenantId, id } = claimed
  const { status, counts, failure, unlinkedAgents } = how
  const { rowsRead, created, updated, unchanged, rejected } = counts
  const rejectedCsv = await csv.complete()
  await csv.insert(tx)
  await keepRejections(tx, claimed, attempt.tally.rejections)
  await tx
    .update(imports)
    .set({
      status,
      rowsRead,
      created,
      updated,
      unchanged,
      rejected,
      unlinkedAgents,
      templateId: template?.id ?? null,
      failure: failure && storable(failure),
      problems: storable(attempt.problems),
      rejectedCsvId: rejectedCsv?.objectId ?? null,
      claim: null,
      retryAt: null,
      finishedAt: now,
      // There are no contacts to be linked.
      linkedAt: claimed.dryRun ? now : null,
    })
    .where(and(eq(imports.tenantId, tenantId), eq(imports.id, id)))
  await forgetProgress(tx, [claimed])
  if (file) {
    const receipt = importReceipt(file.receipt, {
      id,
      status,
      counts,
      unlinkedAgents,
      deletedBefore: attempt.tally.deletedBefore,
      failure,
      problems: attempt.problems,
      template: template ? { name: template.template.name, version: template.version } : null,
      dryRun: claimed.dryRun,
      startedAt: claimed.startedAt,
      finishedAt: now,
    })
    await writeReceipt(tx, tenantId, receipt, now, rejectedCsv)
  }
  if (claimed.dryRun) await dropTested(tx, tenantId, claimed.fileId)
  await notifyImports(tx, tenantId, [id])
}
