import { eq } from 'drizzle-orm'
import { lastFileAt, lastFinishedImport, lastRowAt } from '../core/tenants/health.ts'
import { openProblems } from '../core/tenants/open-problems.ts'
import { builder } from './builder.ts'
import { Import } from './import-node.ts'
import { Problem } from './problem.ts'
import { selectRow } from './rows.ts'
import { Tenant } from './tenant-node.ts'

const TenantHealth = builder.objectRef<{ tenantId: string }>('TenantHealth').implement({
  fields: t => ({
    lastFileAt: t.field({
      type: 'DateTime',
      nullable: true,
      resolve: ({ tenantId }, _, { tx }) => lastFileAt(tx, tenantId),
    }),
    lastRowAt: t.field({
      type: 'DateTime',
      nullable: true,
      resolve: ({ tenantId }, _, { tx }) => lastRowAt(tx, tenantId),
    }),
    lastImport: t.field({
      type: Import,
      nullable: true,
      description: 'The last finished one.',
      async resolve({ tenantId }, _, context, info) {
        const id = await lastFinishedImport(context.tx, tenantId)
        return id ? await selectRow(context, info, { table: 'imports', where: row => eq(row.id, id) }) : null
      },
    }),
    openProblems: t.field({
      type: [Problem],
      complexity: 20,
      resolve: ({ tenantId }, _, { tx, services }) => openProblems(tx, tenantId, services.clock()),
    }),
  }),
})

builder.drizzleObjectFields(Tenant, t => ({
  health: t.field({ type: TenantHealth, resolve: tenant => ({ tenantId: tenant.id }) }),
}))
