import { rawDays } from '../core/retention/raw-days.ts'
import { ruleInForce } from '../core/retention/rule.ts'
import { builder } from './builder.ts'
import type { RowOf } from './rows.ts'
import { Tenant } from './tenant-node.ts'

type Settings = Pick<
  RowOf<'tenants'>,
  'id' | 'nightHour' | 'recordingGraceDays' | 'tombstoneDays' | 'rawFileDays'
>

const TenantSettings = builder.objectRef<Settings>('TenantSettings').implement({
  fields: t => ({
    nightHour: t.exposeInt('nightHour', { description: 'Local hour of the sweep, 0 to 23.' }),
    recordingGraceDays: t.exposeInt('recordingGraceDays', {
      description: 'After how many days a named recording that has not come is a problem.',
    }),
    tombstoneDays: t.exposeInt('tombstoneDays', {
      description: 'How long swept and erased references are remembered; renewed by each re-sent row.',
    }),
    rawFileDays: t.int({
      description:
        'How long after upload raw contact files, rejected values and reports are kept: 14 by default, at most deleteAfterDays while the rule is enabled.',
      resolve: async ({ id, rawFileDays }, _, { tx }) => rawDays(rawFileDays, await ruleInForce(tx, id)),
    }),
  }),
})

builder.drizzleObjectField(Tenant, 'settings', t =>
  t.field({
    type: TenantSettings,
    select: {
      columns: { nightHour: true, recordingGraceDays: true, tombstoneDays: true, rawFileDays: true },
    },
    resolve: tenant => tenant,
  }),
)
