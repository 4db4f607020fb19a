import type { Tx } from '../../db/db.ts'
import type { ClaimedImport } from './ports.ts'
import type { Rewritten } from './reading/chunk.ts'

export interface RewrittenRows {
  claimed: Pick<ClaimedImport, 'id' | 'fileMark'>
  rewritten: readonly Rewritten[]
}

interface Found {
  import: string
  protected: boolean
  first: boolean
  last: boolean
  times: number
}

/**
 * A reference that comes again counts as if sent again, but only its last row is merged: so what its first row would
 * have changed is asked here, before the merge, of the contacts that are there. Answers, by import, how many rows fewer
 * were updated than the merge and the chunk count together; below zero, how many more.
 */
export async function countRewritten(
  tx: Tx,
  tenantId: string,
  files: readonly RewrittenRows[],
): Promise<ReadonlyMap<string, number>> {
  const fewer = new Map<string, number>()
  const rows = files.flatMap(({ claimed, rewritten }) => rewritten.map(row => ({ ...claimed, ...row })))
  if (rows.length === 0) return fewer
  for (const found of await look(tx, tenantId, rows)) {
    const counted = found.protected ? found.times : Number(found.last) - Number(found.first)
    fewer.set(found.import, (fewer.get(found.import) ?? 0) + counted)
  }
  return fewer
}

/** The contacts stay as they are found until the merge: they are locked, as the merge would lock them. */
const look = (
  tx: Tx,
  tenantId: string,
  rows: readonly (RewrittenRows['claimed'] & Rewritten)[],
): Promise<Found[]> =>
  tx.$client.unsafe<Found[]>(
    `select r.import, r.times, c.digest <> r.first as first, c.digest <> r.last as last,
            c.evaluated_at is not null or c.hold_count > 0 or c.file_mark > r.mark as protected
       from unnest($2::text[], $3::uuid[], $4::bigint[], $5::uuid[], $6::uuid[], $7::int[])
              as r (reference, import, mark, first, last, times)
      cross join lateral (select digest, evaluated_at, hold_count, file_mark from contacts
                           where tenant_id = $1 and reference = r.reference for no key update) c`,
    [
      tenantId,
      rows.map(({ reference }) => reference),
      rows.map(({ id }) => id),
      rows.map(({ fileMark }) => String(fileMark)),
      rows.map(({ first }) => first),
      rows.map(({ last }) => last),
      rows.map(({ times }) => times),
    ],
  )
