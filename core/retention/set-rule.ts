import { sql } from 'drizzle-orm'
import { type TenantTx, tables } from '../../db/db.ts'
import { badInput, type FieldFault } from '../refusal.ts'
import type { Confirmations } from './confirmation.ts'
import { couldDeleteMore, type RetentionRule, type RetentionTerms, ruleInForce } from './rule.ts'
import { takeRule } from './rule-lock.ts'

const { retentionRules } = tables

export const MOST_DAYS = 3_650

/** What is wrong with a rule as somebody wrote it, each with its path. */
export function ruleFaults(rule: RetentionTerms): FieldFault[] {
  const faults: FieldFault[] = []
  const { enabled, deleteAfterDays: unevaluated, deleteEvaluatedAfterDays: evaluated } = rule
  if (enabled && unevaluated === null)
    faults.push({ path: ['rule', 'deleteAfterDays'], message: 'A rule that is enabled names its days.' })
  for (const [name, days] of Object.entries({
    deleteAfterDays: unevaluated,
    deleteEvaluatedAfterDays: evaluated,
  }))
    if (days !== null && (days < 1 || days > MOST_DAYS))
      faults.push({ path: ['rule', name], message: `${name} is 1 to ${MOST_DAYS} days, not ${days}.` })
  if (evaluated !== null && unevaluated !== null && evaluated < unevaluated)
    faults.push({
      path: ['rule', 'deleteEvaluatedAfterDays'],
      message:
        'Evaluated contacts stay at least as long as all others: deleteEvaluatedAfterDays is not less than deleteAfterDays.',
    })
  return faults
}

/**
 * Sets a tenant's rule. Whatever could delete more than the one in force needs the confirmation of a preview of the
 * same rule. Answers the rules before and after, for the trail. Once it has committed nothing is deleted by the old one.
 * LIMITED while that deletes, and takes long.
 */
export async function setRule(
  tx: TenantTx,
  confirmations: Confirmations,
  tenantId: string,
  wish: { rule: RetentionTerms; confirmation: string | null; by: string; now: Date },
): Promise<{ before: RetentionRule; after: RetentionRule }> {
  const { rule, confirmation, by, now } = wish
  const faults = ruleFaults(rule)
  if (faults.length > 0) throw badInput(faults)
  await takeRule(tx, tenantId)
  const before = await ruleInForce(tx, tenantId)
  if (couldDeleteMore(before, rule)) {
    if (confirmation === null)
      throw badInput([
        {
          path: ['confirmation'],
          message:
            'This rule could delete more than the one in force: ask for a retentionPreview of it, look at what it would delete, and give its confirmation here.',
        },
      ])
    await confirmations.use(tx, tenantId, rule, confirmation, now)
  }
  const [after] = await tx
    .insert(retentionRules)
    .values({ tenantId, ...rule, changedAt: notAhead(now), changedBy: by })
    .returning()
  if (!after) throw new Error('The rule was not put on record.')
  return { before, after }
}

/** Nights wait for rules that are set later than they begin: a clock that is ahead must not keep all of them from it. */
const notAhead = (now: Date) => sql`least(${now.toISOString()}::timestamptz, clock_timestamp())`
