import { and, eq, isNotNull, isNull, lt, or, type SQL, sql } from 'drizzle-orm'
import { cutoffs, type RetentionTerms } from '../core/retention/rule.ts'
import type { tables } from '../db/db.ts'

/** Contacts that the rule would delete before a moment: by the index of its clock, as the sweep finds them. */
export function dueBefore(row: typeof tables.contacts, rule: RetentionTerms, moment: Date): SQL | undefined {
  const { clock, unevaluated, evaluated } = cutoffs(rule, moment)
  if (unevaluated === null) return sql`false`
  const at = clock === 'IMPORTED_AT' ? row.importedAt : row.occurredAt
  const term = evaluated === null ? undefined : and(isNotNull(row.evaluatedAt), lt(at, evaluated))
  // Evaluated contacts stay at least as long as others: the first bound holds for both.
  return and(eq(row.holdCount, 0), lt(at, unevaluated), or(isNull(row.evaluatedAt), term))
}
