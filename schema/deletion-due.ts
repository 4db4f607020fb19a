import { deletionDueAt, type RetentionRule, ruleInForce } from '../core/retention/rule.ts'
import type { Tx } from '../db/db.ts'
import { builder } from './builder.ts'
import { Contact } from './contact.ts'

/** A tenant's rule is asked for once in a transaction, however many contacts a page has. */
const asked = new WeakMap<Tx, Map<string, Promise<RetentionRule>>>()

const ruleOf = (tx: Tx, tenantId: string): Promise<RetentionRule> => {
  const rules = asked.get(tx) ?? new Map<string, Promise<RetentionRule>>()
  asked.set(tx, rules)
  const rule = rules.get(tenantId) ?? ruleInForce(tx, tenantId)
  rules.set(tenantId, rule)
  return rule
}

builder.drizzleObjectField(Contact, 'deletionDueAt', t =>
  t.field({
    type: 'DateTime',
    nullable: true,
    description: 'When the retention rule in force would delete it; null when it would not.',
    select: {
      columns: { tenantId: true, importedAt: true, occurredAt: true, evaluatedAt: true, holdCount: true },
    },
    resolve: async (contact, _, { tx }) => deletionDueAt(await ruleOf(tx, contact.tenantId), contact),
  }),
)
