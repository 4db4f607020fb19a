import { desc, eq } from 'drizzle-orm'
import { type Tx, tables } from '../../db/db.ts'

const { retentionRules } = tables

export type RetentionClock = 'IMPORTED_AT' | 'OCCURRED_AT'

/** "Delete non-evaluated contacts after X days, with their recordings." */
export interface RetentionTerms {
  enabled: boolean
  /** Days; none only while the rule is off. */
  deleteAfterDays: number | null
  /** Days; evaluated contacts stay for ever when null. */
  deleteEvaluatedAfterDays: number | null
  /** Which of a contact's times its days are counted from. */
  clock: RetentionClock
}

export interface RetentionRule extends RetentionTerms {
  /** None while no rule was ever set. */
  changedAt: Date | null
  changedBy: string | null
}

/** What holds before anybody sets a rule: nothing is deleted. */
const none: RetentionRule = {
  enabled: false,
  deleteAfterDays: null,
  deleteEvaluatedAfterDays: null,
  clock: 'IMPORTED_AT',
  changedAt: null,
  changedBy: null,
}

export async function ruleInForce(tx: Tx, tenantId: string): Promise<RetentionRule> {
  const [newest] = await tx
    .select({
      enabled: retentionRules.enabled,
      deleteAfterDays: retentionRules.deleteAfterDays,
      deleteEvaluatedAfterDays: retentionRules.deleteEvaluatedAfterDays,
      clock: retentionRules.clock,
      changedAt: retentionRules.changedAt,
      changedBy: retentionRules.changedBy,
    })
    .from(retentionRules)
    .where(eq(retentionRules.tenantId, tenantId))
    .orderBy(desc(retentionRules.ordinal))
    .limit(1)
  return newest ?? none
}

const DAY_MS = 86_400_000

/** The moments before which contacts are overdue, as of a moment; none where the rule deletes nothing. */
export interface Cutoffs {
  clock: RetentionClock
  /** Of contacts that nobody evaluated. */
  unevaluated: Date | null
  evaluated: Date | null
}

export function cutoffs(rule: RetentionTerms, asOf: Date): Cutoffs {
  const before = (days: number | null) =>
    rule.enabled && days !== null ? new Date(+asOf - days * DAY_MS) : null
  return {
    clock: rule.clock,
    unevaluated: before(rule.deleteAfterDays),
    evaluated: before(rule.deleteEvaluatedAfterDays),
  }
}

/** What the term of a contact depends on. */
export interface TermedContact {
  importedAt: Date
  occurredAt: Date
  evaluatedAt: Date | null
  holdCount: number
}

/** From when on the rule deletes it; null when it does not. */
export function deletionDueAt(rule: RetentionTerms, contact: TermedContact): Date | null {
  const days = contact.evaluatedAt === null ? rule.deleteAfterDays : rule.deleteEvaluatedAfterDays
  if (!rule.enabled || days === null || contact.holdCount > 0) return null
  const from = rule.clock === 'IMPORTED_AT' ? contact.importedAt : contact.occurredAt
  return new Date(+from + days * DAY_MS)
}

/** Whether some contact may be deleted by the new rule that the old one leaves, at that time or for ever. */
export function couldDeleteMore(old: RetentionTerms, next: RetentionTerms): boolean {
  if (!next.enabled) return false
  if (!old.enabled || old.clock !== next.clock) return true
  const sooner = (before: number | null, after: number | null) =>
    after !== null && (before === null || after < before)
  return (
    sooner(old.deleteAfterDays, next.deleteAfterDays) ||
    sooner(old.deleteEvaluatedAfterDays, next.deleteEvaluatedAfterDays)
  )
}
