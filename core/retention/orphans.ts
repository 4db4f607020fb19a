import { type SQL, sql } from 'drizzle-orm'

/** From when on the days of a recording `r` that is nobody's are counted: it may yet become somebody's, as one that has just come. */
export const orphanedAt = sql`greatest(r.arrived_at, r.unlinked_at)`

/** Its contacts were looked for, and nothing has changed about it since. */
export const isMatched = sql`(r.inspected_at is not null and not r.match_due)`

/**
 * No contacts are to come, of those that were sent, which may name recordings: none waits to be imported, or looked at.
 * In the words of the indexes for the two (db/tables/imports.ts): a tenant has imports by the million.
 */
export const contactsAreIn = (tenantId: string): SQL => sql`(
  not exists (select from imports i where i.tenant_id = ${tenantId}
                                      and i.status in ('QUEUED', 'RUNNING', 'FAILED') and i.set_aside_at is null)
  and not exists (select from imports i where i.tenant_id = ${tenantId} and i.status = 'COMPLETED' and i.linked_at is null))`
