import { sql } from 'drizzle-orm'
import { type Tx, uuidArray } from '../../db/db.ts'
import type { Problem } from '../imports/problem.ts'
import { storable } from '../imports/storable.ts'
import { forgetPreImages } from '../imports/undo/pre-images.ts'
import { PURGED, purgedFailure, purgedProblem, quotingNothing } from './purged-words.ts'

/**
 * Takes everything out of imports that quotes their file, and its name: values, messages, examples, the CSV of rejected
 * rows, what contacts were before it. Counts, codes, rows and columns stay. Answers the vault objects that nothing names any more.
 */
export async function purgeImports(
  tx: Tx,
  tenantId: string,
  importIds: readonly string[],
  at: Date,
): Promise<string[]> {
  if (importIds.length === 0) return []
  const these = uuidArray(importIds)
  const objects = await tx.execute<{ id: string }>(sql`
    select rejected_csv_id as id from imports
     where tenant_id = ${tenantId} and id = any(${these}) and rejected_csv_id is not null`)
  await tx.execute(sql`
    update rejections
       set value = null, message = case when code in ${[...quotingNothing]} then message else ${PURGED} end
     where tenant_id = ${tenantId} and import_id = any(${these}) and (value is not null or code not in ${[...quotingNothing]})`)
  await rewriteProblems(tx, tenantId, these)
  await forgetPreImages(tx, tenantId, importIds)
  await tx.execute(sql`
    update imports set path = file_id::text, rejected_csv_id = null, purged_at = ${at.toISOString()}::timestamptz
     where tenant_id = ${tenantId} and id = any(${these})`)
  return objects.map(({ id }) => id)
}

/** Most imports have nothing to say. */
async function rewriteProblems(tx: Tx, tenantId: string, these: ReturnType<typeof uuidArray>): Promise<void> {
  const found = await tx.execute<{ id: string; failure: Problem | null; problems: Problem[] }>(sql`
    select id, failure, problems from imports
     where tenant_id = ${tenantId} and id = any(${these}) and (failure is not null or problems <> '[]')`)
  if (found.length === 0) return
  const purged = found.map(({ id, failure, problems }) => ({
    id,
    failure: failure && purgedFailure(failure),
    problems: problems.map(purgedProblem),
  }))
  await tx.execute(sql`
    update imports i set failure = nullif(n.failure, 'null'), problems = n.problems
      from jsonb_to_recordset(${JSON.stringify(storable(purged))}::text::jsonb) as n (id uuid, failure jsonb, problems jsonb)
     where i.tenant_id = ${tenantId} and i.id = n.id`)
}
