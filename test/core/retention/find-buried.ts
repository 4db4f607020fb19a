import { sql } from 'drizzle-orm'
import type { TombstoneKind } from '../../../core/retention/tombstones.ts'
import { type Tx, uuidArray } from '../../../db/db.ts'

/** Which of the hashes are buried, without renewing the memory of them. */
export async function findBuried(
  tx: Tx,
  tenantId: string,
  kind: TombstoneKind,
  hashes: readonly string[],
): Promise<Set<string>> {
  if (hashes.length === 0) return new Set()
  const found = await tx.execute<{ hash: string }>(sql`
    select hash from tombstones
     where tenant_id = ${tenantId}::uuid and kind = ${kind} and hash = any(${uuidArray(hashes)})`)
  return new Set(found.map(row => row.hash))
}
