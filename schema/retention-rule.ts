import { and, eq, inArray } from 'drizzle-orm'
import { badInput } from '../core/refusal.ts'
import { retentionConfirmations } from '../core/retention/confirmation.ts'
import { type RetentionPreview as Preview, previewRule } from '../core/retention/preview.ts'
import { type RetentionTerms, type RetentionRule as Rule, ruleInForce } from '../core/retention/rule.ts'
import { ruleFaults, setRule } from '../core/retention/set-rule.ts'
import { builder } from './builder.ts'
import { Contact } from './contact.ts'
import { selectRows } from './rows.ts'
import { callerOf, changeTenant, tenantToChange } from './targets.ts'
import { Tenant } from './tenant-node.ts'

const RetentionClock = builder.enumType('RetentionClock', { values: ['IMPORTED_AT', 'OCCURRED_AT'] as const })

export const RetentionRule = builder.objectRef<Rule>('RetentionRule').implement({
  description: 'Delete non-evaluated contacts after X days, with their recordings.',
  fields: t => ({
    enabled: t.exposeBoolean('enabled'),
    deleteAfterDays: t.exposeInt('deleteAfterDays', { nullable: true }),
    deleteEvaluatedAfterDays: t.exposeInt('deleteEvaluatedAfterDays', {
      nullable: true,
      description: 'Evaluated contacts stay for ever when null.',
    }),
    clock: t.expose('clock', { type: RetentionClock }),
    changedAt: t.expose('changedAt', { type: 'DateTime', nullable: true }),
    changedBy: t.exposeString('changedBy', { nullable: true }),
  }),
})

const RetentionRuleInput = builder.inputType('RetentionRuleInput', {
  fields: t => ({
    enabled: t.boolean({ required: true }),
    deleteAfterDays: t.int({ description: '1 to 3650.' }),
    deleteEvaluatedAfterDays: t.int({ description: 'Null, or not less than deleteAfterDays.' }),
    clock: t.field({ type: RetentionClock, required: true, defaultValue: 'IMPORTED_AT' }),
  }),
})

const termsOf = (given: typeof RetentionRuleInput.$inferInput): RetentionTerms => ({
  enabled: given.enabled,
  deleteAfterDays: given.deleteAfterDays ?? null,
  deleteEvaluatedAfterDays: given.deleteEvaluatedAfterDays ?? null,
  clock: given.clock,
})

const RetentionDay = builder.objectRef<Preview['days'][number]>('RetentionDay').implement({
  fields: t => ({
    day: t.exposeString('day'),
    contacts: t.exposeInt('contacts'),
    bytes: t.expose('bytes', { type: 'BigInt' }),
  }),
})

const RetentionPreview = builder
  .objectRef<Preview & { tenantId: string; confirmation: string }>('RetentionPreview')
  .implement({
    fields: t => ({
      contacts: t.exposeInt('contacts'),
      recordings: t.exposeInt('recordings'),
      bytes: t.expose('bytes', { type: 'BigInt' }),
      oldest: t.expose('oldest', { type: 'DateTime', nullable: true }),
      sample: t.field({
        type: [Contact],
        resolve: ({ sample, tenantId }, _, context, info) =>
          selectRows(context, info, {
            table: 'contacts',
            where: row => and(eq(row.tenantId, tenantId), inArray(row.id, sample)),
            orderBy: { importedAt: 'asc', id: 'asc' },
          }),
      }),
      days: t.field({
        type: [RetentionDay],
        description: 'What the rule would delete on each of the next 30 days, if nothing else happened.',
        resolve: preview => preview.days,
      }),
      confirmation: t.exposeString('confirmation', {
        description: 'Give it to setRetentionRule. Good once, for one hour, for this rule alone.',
      }),
    }),
  })

builder.drizzleObjectFields(Tenant, t => ({
  retentionRule: t.field({
    type: RetentionRule,
    resolve: (tenant, _, { tx }) => ruleInForce(tx, tenant.id),
  }),
  retentionPreview: t.field({
    type: RetentionPreview,
    description: 'What a rule would delete if it ran now. Changes nothing.',
    complexity: 500,
    args: { rule: t.arg({ type: RetentionRuleInput, required: true }) },
    async resolve(tenant, { rule: given }, { tx, services }) {
      const rule = termsOf(given)
      const faults = ruleFaults(rule)
      if (faults.length > 0) throw badInput(faults)
      const now = services.clock()
      return {
        ...(await previewRule(tx, tenant.id, rule, now)),
        tenantId: tenant.id,
        confirmation: await retentionConfirmations(services.vault.master).give(tenant.id, rule, now),
      }
    },
  }),
}))

builder.mutationFields(t => ({
  setRetentionRule: t.field({
    type: RetentionRule,
    description:
      'Whatever could delete more than the rule in force (enabling, shortening, another clock) needs the confirmation of a preview of the same rule.',
    args: {
      rule: t.arg({ type: RetentionRuleInput, required: true }),
      confirmation: t.arg.string(),
      tenantId: t.arg.id(),
    },
    async resolve(_, { rule: given, confirmation = null, tenantId: named }, context) {
      const tenantId = await tenantToChange(context, named)
      const { vault, clock } = context.services
      const wish = { rule: termsOf(given), confirmation, by: callerOf(context).name, now: clock() }
      return await changeTenant(context, tenantId, async tx => {
        const confirmations = retentionConfirmations(vault.master)
        const { before, after } = await setRule(tx, confirmations, tenantId, wish)
        const details = { before: { ...before }, after: { ...after } }
        return { result: after, deed: { action: 'setRetentionRule', subject: tenantId, details } }
      })
    },
  }),
}))
