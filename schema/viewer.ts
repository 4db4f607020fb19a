import { eq } from 'drizzle-orm'
import type { Caller } from '../core/access/roles.ts'
import { builder } from './builder.ts'
import { encodeNodeId } from './node-id.ts'
import { Role } from './role.ts'
import { selectRow } from './rows.ts'
import { callerOf } from './targets.ts'
import { Tenant } from './tenant-node.ts'

const Viewer = builder.objectRef<Caller>('Viewer').implement({
  fields: t => ({
    tokenId: t.id({
      resolve: ({ role, tokenId }) => encodeNodeId(role === 'STAFF' ? 'StaffToken' : 'ApiToken', tokenId),
    }),
    name: t.exposeString('name'),
    role: t.field({ type: Role, resolve: caller => caller.role }),
    tenant: t.field({
      type: Tenant,
      nullable: true,
      resolve: ({ tenantId }, _, context, info) =>
        tenantId === null
          ? null
          : selectRow(context, info, { table: 'tenants', where: row => eq(row.id, tenantId) }),
    }),
  }),
})

builder.queryField('viewer', t =>
  t.field({
    type: Viewer,
    description: "Who the caller's token is.",
    resolve: (_parent, _args, context) => callerOf(context),
  }),
)
