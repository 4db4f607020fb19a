import { and, eq, gte, lt } from 'drizzle-orm'
import { builder } from './builder.ts'
import { decodeNodeId } from './node-id.ts'
import { newestFirst, page } from './paging.ts'
import type { JsonObject } from './scalars.ts'
import { isText } from './search.ts'
import { Tenant } from './tenant-node.ts'

export const AuditEvent = builder.drizzleNode('auditEvents', {
  name: 'AuditEvent',
  id: { column: row => row.id },
  select: { columns: { tenantId: true, id: true } },
  fields: t => ({
    at: t.expose('at', { type: 'DateTime' }),
    actor: t.exposeString('actor'),
    action: t.exposeString('action'),
    subject: t.exposeString('subject', { nullable: true }),
    details: t.field({
      type: 'JSON',
      nullable: true,
      select: { columns: { details: true } },
      resolve: event => event.details as JsonObject | null,
    }),
  }),
})

const AuditFilter = builder.inputType('AuditFilter', {
  fields: t => ({
    actor: t.string(),
    action: t.string(),
    subject: t.string(),
    since: t.field({ type: 'DateTime' }),
    until: t.field({ type: 'DateTime' }),
  }),
})

builder.drizzleObjectFields(Tenant, t => ({
  auditEvents: t.connection(
    {
      type: AuditEvent,
      args: { filter: t.arg({ type: AuditFilter }) },
      resolve(tenant, args, context, info) {
        const { actor, action, subject, since, until } = args.filter ?? {}
        return page(context, info, args, {
          table: 'auditEvents',
          where: row =>
            and(
              eq(row.tenantId, tenant.id),
              actor == null ? undefined : isText(row.actor, actor),
              action == null ? undefined : isText(row.action, action),
              // The trail keeps plain ids; a node's id is understood as well.
              subject == null ? undefined : isText(row.subject, decodeNodeId(subject)?.id ?? subject),
              since == null ? undefined : gte(row.at, since),
              until == null ? undefined : lt(row.at, until),
            ),
          order: newestFirst,
        })
      },
    },
    { name: 'AuditEventConnection' },
    { name: 'AuditEventEdge' },
  ),
}))
