import { sql } from 'drizzle-orm'
import type { Tx } from '../../../db/db.ts'
import { writeImportReceipts } from '../../receipts/group-receipts.ts'
import { importReceipt } from '../../receipts/import-receipt.ts'
import { allOf, type Claimed, forgetProgress, idsOf } from '../claimed.ts'
import { queueLinking } from '../link-imported.ts'
import { notifyImports } from '../notify.ts'
import type { MergedFile } from './merge-group.ts'

/** How imports of a group end for good, in the one transaction that their contacts are in. */
export async function completeAll(tx: Tx, merged: readonly MergedFile[], now: Date): Promise<void> {
  const [first, ...others] = merged.map(({ claimed }) => claimed)
  if (first === undefined) return
  const claimed: Claimed = [first, ...others]
  const { tenantId } = first
  const ends = merged.map(({ claimed: { id }, template, counts, unlinkedAgents }) => {
    const { rowsRead, created, updated, unchanged } = counts
    return {
      id,
      template: template.id,
      rows: rowsRead,
      created,
      updated,
      unchanged,
      unlinked: unlinkedAgents,
    }
  })
  const ended = await tx.execute(sql`
    update imports i
       set status = 'COMPLETED', template_id = e.template, rows_read = e.rows, created = e.created, updated = e.updated,
           unchanged = e.unchanged, rejected = 0, unlinked_agents = e.unlinked, failure = null, problems = '[]',
           rejected_csv_id = null, claim = null, retry_at = null, finished_at = ${now.toISOString()}::timestamptz
      from jsonb_to_recordset(${JSON.stringify(ends)}::text::jsonb)
           as e (id uuid, template uuid, rows int, created int, updated int, unchanged int, unlinked int)
     where i.tenant_id = ${tenantId} and i.id = e.id and i.claim = ${first.claim} and i.status = 'RUNNING'
    returning i.id`)
  allOf(claimed, ended)
  await forgetProgress(tx, claimed)
  await writeImportReceipts(
    tx,
    tenantId,
    merged.map(({ claimed: { id, startedAt }, file, template, counts, unlinkedAgents }) =>
      importReceipt(file.receipt, {
        id,
        status: 'COMPLETED',
        counts,
        unlinkedAgents,
        deletedBefore: 0,
        failure: null,
        problems: [],
        template: { name: template.template.name, version: template.version },
        dryRun: false,
        startedAt,
        finishedAt: now,
      }),
    ),
    now,
  )
  await queueLinking(tx, tenantId)
  await notifyImports(tx, tenantId, idsOf(claimed))
}
