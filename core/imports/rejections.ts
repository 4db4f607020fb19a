import { sql } from 'drizzle-orm'
import type { Tx } from '../../db/db.ts'
import type { ClaimedImport } from './ports.ts'
import type { Rejection } from './reading/chunk.ts'
import { storable } from './storable.ts'

/** Keeps an import's rejections in the order in which they were found; in one statement, since there may be 10,000. */
export async function keepRejections(
  tx: Tx,
  { tenantId, id }: ClaimedImport,
  rejections: readonly Rejection[],
): Promise<void> {
  if (rejections.length === 0) return
  const rows = JSON.stringify(storable(rejections))
  await tx.execute(sql`
    insert into rejections (tenant_id, import_id, position, "row", "column", value, code, message)
    select ${tenantId}::uuid, ${id}::uuid, ordinality, "row", "column", value, code, message
      from rows from (
        jsonb_to_recordset(${rows}::text::jsonb) as ("row" int, "column" text, value text, code text, message text)
      ) with ordinality`)
}
