import { randomUUID } from 'node:crypto'
import { and, eq, isNull, sql } from 'drizzle-orm'
import { type Tx, tables, uuidArray } from '../../db/db.ts'
import type { Claimed } from './claimed.ts'
import { notifyImports } from './notify.ts'
import type { ClaimedImport } from './ports.ts'

const { importProgress, imports } = tables

type ImportRow = typeof imports.$inferSelect

/**
 * Puts imports of a tenant under one new claim: RUNNING, with progress of their own. All were found in the state and
 * under the claim of the first. Undefined when another worker changed one of them meanwhile: what this transaction
 * claimed of the others is to be rolled back.
 */
export async function takeClaim(
  tx: Tx,
  rows: readonly [ImportRow, ...ImportRow[]],
  { workerId, now }: { workerId: string; now: Date },
): Promise<Claimed | undefined> {
  const [{ tenantId, status, claim: before }] = rows
  const claim = randomUUID()
  const ids = rows.map(({ id }) => id)
  const taken = await tx
    .update(imports)
    .set({ status: 'RUNNING', claim, startedAt: now, finishedAt: null })
    .where(
      and(
        eq(imports.tenantId, tenantId),
        sql`${imports.id} = any(${uuidArray(ids)})`,
        eq(imports.status, status),
        before === null ? isNull(imports.claim) : eq(imports.claim, before),
      ),
    )
    .returning({ id: imports.id })
  if (taken.length !== ids.length) return undefined
  const begun = { claim, workerId, backendPid: null, rowsRead: 0, rejected: 0, progress: 0, updatedAt: now }
  await tx
    .insert(importProgress)
    .values(ids.map(importId => ({ tenantId, importId, ...begun })))
    .onConflictDoUpdate({ target: [importProgress.tenantId, importProgress.importId], set: begun })
  await notifyImports(tx, tenantId, ids)
  const [first, ...others] = rows
  const claimed = (row: ImportRow) => claimedImport(row, { claim, workerId, startedAt: now })
  return [claimed(first), ...others.map(claimed)]
}

function claimedImport(
  { tenantId, id, fileId, path, ordinal, fileMark, templateId, dryRun, failures, outages }: ImportRow,
  by: Pick<ClaimedImport, 'claim' | 'workerId' | 'startedAt'>,
): ClaimedImport {
  const file = { fileId, path, fileMark: fileMark ?? ordinal, templateId, dryRun }
  return { tenantId, id, ...file, ordinal, failures, outages, ...by }
}
