import { sql } from 'drizzle-orm'
import { type Tx, tables } from '../../db/db.ts'
import { isArchive } from './packed/archive-names.ts'
import { MOST_ENTRIES } from './packed/archive-sizes.ts'

const { imports, PLACES } = tables

/**
 * The place among files of one that never was an import: behind all that were completed before it was stored, and
 * behind the entries of the last of them if that is an archive, even those that are not on record yet. One that is an
 * archive itself has room behind it for its own, before whatever was completed next.
 */
export async function placeBehind(
  tx: Tx,
  tenantId: string,
  { path, storedAt }: { path: string; storedAt: Date },
): Promise<number> {
  // Whatever is at most so many places behind an archive is one of its entries.
  const [last] = await tx.execute<{ ordinal: string }>(sql`
    select coalesce(
             (select max(a.ordinal) from ${imports} a
               where a.tenant_id = ${tenantId} and a.path ~* '[^/][.]zip$'
                 and a.ordinal < last.ordinal and a.ordinal >= last.ordinal - ${MOST_ENTRIES}),
             last.ordinal) as ordinal
      from (select max(ordinal) as ordinal from ${imports}
             where tenant_id = ${tenantId} and queued_at <= ${storedAt.toISOString()}::timestamptz) last
     where last.ordinal is not null`)
  const room = isArchive(path) ? MOST_ENTRIES : 0
  return last ? Number(last.ordinal) + PLACES - 1 - room : 0
}
