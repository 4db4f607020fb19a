import { eq } from 'drizzle-orm'
import { actorOf, audit } from '../core/access/audit.ts'
import { createToken } from '../core/access/tokens.ts'
import { badInput } from '../core/refusal.ts'
import { createTenant, updateTenant } from '../core/tenants/tenants.ts'
import type { StaffTx } from '../db/db.ts'
import { type Created, CreatedApiToken } from './api-token.ts'
import { builder } from './builder.ts'
import { decodeNodeId } from './node-id.ts'
import { newestFirst, page } from './paging.ts'
import { type RowOf, selectRow } from './rows.ts'
import { contains } from './search.ts'
import { callerOf, changeTenant, tenantToChange } from './targets.ts'
import { Tenant } from './tenant-node.ts'

builder.queryFields(t => ({
  tenant: t.field({
    type: Tenant,
    nullable: true,
    description: "The caller's own tenant; staff name any.",
    args: { id: t.arg.id() },
    resolve(_, { id }, context, info) {
      const caller = callerOf(context)
      if (caller.role === 'STAFF' && id == null)
        throw badInput([{ path: ['id'], message: 'Staff name the tenant that they ask about.' }])
      const named = id == null ? undefined : decodeNodeId(id)
      const tenantId = id == null ? caller.tenantId : named?.type === 'Tenant' ? named.id : null
      if (tenantId === null || (caller.role !== 'STAFF' && tenantId !== caller.tenantId)) return null
      return selectRow(context, info, { table: 'tenants', where: row => eq(row.id, tenantId) })
    },
  }),
  tenants: t.connection(
    {
      type: Tenant,
      description: 'Staff only.',
      args: { search: t.arg.string() },
      resolve: (_, args, context, info) =>
        page(context, info, args, {
          table: 'tenants',
          where: row => contains(args.search, [row.name, row.slug]),
          order: newestFirst,
        }),
    },
    {
      name: 'TenantConnection',
      fields: t => ({ totalCount: t.int({ resolve: list => list.totalCount() }) }),
    },
    { name: 'TenantEdge' },
  ),
}))

const CreateTenantInput = builder.inputType('CreateTenantInput', {
  fields: t => ({
    name: t.string({ required: true }),
    slug: t.string({ required: true }),
    timeZone: t.string({ required: true, defaultValue: 'UTC' }),
  }),
})

const TenantSettingsInput = builder.inputType('TenantSettingsInput', {
  fields: t => ({
    name: t.string(),
    timeZone: t.string(),
    nightHour: t.int(),
    recordingGraceDays: t.int(),
    tombstoneDays: t.int(),
    rawFileDays: t.int(),
  }),
})

const CreatedTenant = builder
  .objectRef<{ tenant: RowOf<'tenants'>; adminToken: Created }>('CreatedTenant')
  .implement({
    fields: t => ({
      tenant: t.expose('tenant', { type: Tenant }),
      adminToken: t.expose('adminToken', {
        type: CreatedApiToken,
        description: 'A first token with role ADMIN.',
      }),
    }),
  })

builder.mutationFields(t => ({
  createTenant: t.field({
    type: CreatedTenant,
    description: 'Staff.',
    args: { input: t.arg({ type: CreateTenantInput, required: true }) },
    resolve(_, { input }, context) {
      const { database, vault, clock } = context.services
      const who = actorOf(callerOf(context))
      return context.change(
        work => database.asStaff(work),
        async (tx: StaffTx) => {
          const tenant = await createTenant(tx, vault, input)
          const adminToken = await createToken(
            tx,
            tenant.id,
            { name: 'administrator', role: 'ADMIN' },
            clock(),
          )
          const details = { slug: tenant.slug, firstToken: adminToken.apiToken.id }
          await audit(tx, tenant.id, { ...who, action: 'createTenant', subject: tenant.id, details })
          return { tenant, adminToken }
        },
      )
    },
  }),
  updateTenant: t.field({
    type: Tenant,
    args: { id: t.arg.id(), settings: t.arg({ type: TenantSettingsInput, required: true }) },
    async resolve(_, { id, settings }, context) {
      const tenantId = await tenantToChange(context, id, 'id')
      return await changeTenant(context, tenantId, async tx => ({
        result: await updateTenant(tx, tenantId, settings),
        deed: { action: 'updateTenant', subject: tenantId, details: { ...settings } },
      }))
    },
  }),
}))
