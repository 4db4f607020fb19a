import { and, eq } from 'drizzle-orm'
import type { RetentionRule as Rule } from '../core/retention/rule.ts'
import { findRun, openRun } from '../core/retention/run.ts'
import { builder } from './builder.ts'
import { linkFor } from './link.ts'
import { newestFirst, page } from './paging.ts'
import { RetentionRule } from './retention-rule.ts'
import { callerOf, changeTenant, tenantToChange } from './targets.ts'
import { Tenant } from './tenant-node.ts'

const RetentionRun = builder.drizzleNode('retentionRuns', {
  name: 'RetentionRun',
  id: { column: row => row.id },
  select: { columns: { tenantId: true, id: true } },
  fields: t => ({
    startedAt: t.expose('startedAt', { type: 'DateTime' }),
    finishedAt: t.expose('finishedAt', { type: 'DateTime', nullable: true }),
    rule: t.field({
      type: RetentionRule,
      select: { columns: { rule: true } },
      resolve: ({ rule }) => asRule(rule),
    }),
    contactsDeleted: t.exposeInt('contactsDeleted'),
    recordingsDeleted: t.exposeInt('recordingsDeleted'),
    bytesDeleted: t.expose('bytesDeleted', { type: 'BigInt' }),
    certificateUrl: t.string({
      nullable: true,
      description: 'A signed JSON document without personal data; null while the run goes on.',
      select: { columns: { certificateId: true } },
      resolve: ({ tenantId, certificateId }, _, context) =>
        certificateId === null
          ? null
          : linkFor(context, { kind: 'certificate', tenantId, id: certificateId }),
    }),
  }),
})

/** As the run keeps it, times are text. */
function asRule(kept: Record<string, unknown>): Rule {
  const rule = kept as unknown as Omit<Rule, 'changedAt'> & { changedAt: string | null }
  return { ...rule, changedAt: rule.changedAt === null ? null : new Date(rule.changedAt) }
}

builder.drizzleObjectFields(Tenant, t => ({
  retentionRuns: t.connection(
    {
      type: RetentionRun,
      resolve: (tenant, args, context, info) =>
        page(context, info, args, {
          table: 'retentionRuns',
          where: row => and(eq(row.tenantId, tenant.id)),
          order: newestFirst,
        }),
    },
    { name: 'RetentionRunConnection' },
    { name: 'RetentionRunEdge' },
  ),
}))

builder.mutationFields(t => ({
  runRetentionSweep: t.field({
    type: RetentionRun,
    description:
      'Staff: sweeps a tenant now instead of in its night. Answers the run, which goes on by itself; the same one when asked again meanwhile.',
    args: { tenantId: t.arg.id({ required: true }) },
    async resolve(_, { tenantId: given }, context) {
      const tenantId = await tenantToChange(context, given)
      const requestedBy = callerOf(context).name
      return await changeTenant(context, tenantId, async tx => {
        const { id, begun } = await openRun(tx, tenantId, { now: context.services.clock(), requestedBy })
        const run = await findRun(tx, tenantId, id)
        if (run === undefined) throw new Error('The run is not there.')
        return { result: run, deed: { action: 'runRetentionSweep', subject: id, details: { begun } } }
      })
    },
  }),
}))
