/**
 * An erasure promises by when the last raw file and report is gone that came before it and may hold a person's rows.
 * However long such files are kept by then, those that came before it go in time for that.
 */
import { type SQL, sql } from 'drizzle-orm'

const DAY_MS = 86_400_000

/** What is due goes in the night after that: one day for the night to come, which may have 25 hours, one for it to be through. */
const NIGHT_DAYS = 2

/** `rawFileDays` is what is in force in the moment of the erasure. */
export const lastTraceBy = (erasedAt: Date, rawFileDays: number): Date =>
  new Date(+erasedAt + (rawFileDays + NIGHT_DAYS) * DAY_MS)

/** The moment before which everything that came is due by the word of a tenant's erasures; null without any. */
export const dueByErasures = (tenantId: SQL, now: SQL): SQL => sql`
  (select max(e.at) from erasures e
    where e.tenant_id = ${tenantId} and e.complete_by <= ${now} + make_interval(hours => ${NIGHT_DAYS * 24}))`
