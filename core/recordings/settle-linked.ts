import { type SQL, sql } from 'drizzle-orm'
import { type Tx, uuidArray } from '../../db/db.ts'

/**
 * What becomes of the days of a recording that is nobody's from here on: they go on from its upload where its contacts
 * were deleted, and begin anew where it was taken from a contact and may be given to another.
 */
export type OrphanDays = 'GO_ON' | 'BEGIN_ANEW'

/**
 * After rows of `recording_links` came or went: whether these recordings are linked, and since when they have to do
 * with a contact. Whoever changes links calls this in the same transaction, with the recordings locked.
 */
export const settleLinked = async (
  tx: Tx,
  tenantId: string,
  ids: readonly string[],
  days: OrphanDays = 'GO_ON',
): Promise<void> => {
  if (ids.length > 0)
    await settleLinkedIn(tx, tenantId, sql`select id from unnest(${uuidArray(ids)}) as n (id)`, days)
}

/** The same of those that a query names, however many. */
export const settleLinkedIn = async (tx: Tx, tenantId: string, ids: SQL, days: OrphanDays): Promise<void> => {
  const unlinkedAt = days === 'BEGIN_ANEW' ? sql`now()` : sql`r.unlinked_at`
  await tx.execute(sql`
    update recordings r
       set linked = n.linked, linked_at = case when n.wanted then coalesce(r.linked_at, now()) end,
           unlinked_at = case when n.wanted or r.linked_at is null then r.unlinked_at else ${unlinkedAt} end
      from (select w.id,
                   exists (select from recording_links l where l.tenant_id = ${tenantId} and l.recording_id = w.id
                                                           and l.state = 'LINKED') as linked,
                   exists (select from recording_links l where l.tenant_id = ${tenantId} and l.recording_id = w.id
                                                           and l.state <> 'REJECTED') as wanted
              from (${ids}) as w (id)) n
     where r.tenant_id = ${tenantId} and r.id = n.id
       and (r.linked, r.linked_at is not null) is distinct from (n.linked, n.wanted)`)
}
