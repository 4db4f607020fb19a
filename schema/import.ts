import { and, eq, gte, inArray, lt } from 'drizzle-orm'
import { builder } from './builder.ts'
import { Import, ImportStatus } from './import-node.ts'
import { newestFirst, page } from './paging.ts'
import { Tenant } from './tenant-node.ts'

const ImportFilter = builder.inputType('ImportFilter', {
  fields: t => ({
    status: t.field({ type: [ImportStatus] }),
    since: t.field({ type: 'DateTime' }),
    until: t.field({ type: 'DateTime' }),
  }),
})

builder.drizzleObjectFields(Tenant, t => ({
  imports: t.connection(
    {
      type: Import,
      args: { filter: t.arg({ type: ImportFilter }) },
      resolve(tenant, args, context, info) {
        const { status, since, until } = args.filter ?? {}
        return page(context, info, args, {
          table: 'imports',
          where: row =>
            and(
              eq(row.tenantId, tenant.id),
              status == null ? undefined : inArray(row.status, status),
              since == null ? undefined : gte(row.queuedAt, since),
              until == null ? undefined : lt(row.queuedAt, until),
            ),
          order: newestFirst,
        })
      },
    },
    {
      name: 'ImportConnection',
      fields: t => ({ totalCount: t.int({ resolve: list => list.totalCount() }) }),
    },
    { name: 'ImportEdge' },
  ),
}))
