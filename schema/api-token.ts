import { eq } from 'drizzle-orm'
import { createToken, revokeToken, type ApiToken as TokenRow } from '../core/access/tokens.ts'
import { builder } from './builder.ts'
import { Role } from './role.ts'
import { selectRows } from './rows.ts'
import { changeTenant, rowToChange, tenantToChange } from './targets.ts'
import { Tenant } from './tenant-node.ts'

export const ApiToken = builder.drizzleNode('apiTokens', {
  name: 'ApiToken',
  id: { column: row => row.id },
  select: { columns: { tenantId: true, id: true } },
  fields: t => ({
    name: t.exposeString('name'),
    role: t.expose('role', { type: Role }),
    prefix: t.exposeString('prefix', { description: 'The first characters, to recognise it by.' }),
    createdAt: t.expose('createdAt', { type: 'DateTime' }),
    expiresAt: t.expose('expiresAt', { type: 'DateTime', nullable: true }),
    lastUsedAt: t.expose('lastUsedAt', { type: 'DateTime', nullable: true }),
    revokedAt: t.expose('revokedAt', { type: 'DateTime', nullable: true }),
  }),
})

export interface Created {
  apiToken: TokenRow
  token: string
}

export const CreatedApiToken = builder.objectRef<Created>('CreatedApiToken').implement({
  fields: t => ({
    apiToken: t.expose('apiToken', { type: ApiToken }),
    token: t.exposeString('token', { description: 'Answered once; only its hash is stored.' }),
  }),
})

builder.drizzleObjectFields(Tenant, t => ({
  apiTokens: t.field({
    type: [ApiToken],
    resolve: (tenant, _, context, info) =>
      selectRows(context, info, {
        table: 'apiTokens',
        where: row => eq(row.tenantId, tenant.id),
        orderBy: { id: 'desc' },
      }),
  }),
}))

builder.mutationFields(t => ({
  createApiToken: t.field({
    type: CreatedApiToken,
    args: {
      name: t.arg.string({ required: true }),
      role: t.arg({ type: Role, required: true }),
      expiresAt: t.arg({ type: 'DateTime' }),
      tenantId: t.arg.id(),
    },
    async resolve(_, { name, role, expiresAt, tenantId: given }, context) {
      const tenantId = await tenantToChange(context, given)
      const now = context.services.clock()
      return await changeTenant(context, tenantId, async tx => {
        const result = await createToken(tx, tenantId, { name, role, expiresAt }, now)
        return {
          result,
          deed: { action: 'createApiToken', subject: result.apiToken.id, details: { name, role } },
        }
      })
    },
  }),
  revokeApiToken: t.field({
    type: ApiToken,
    args: { id: t.arg.id({ required: true }) },
    async resolve(_, args, context) {
      const { id, tenantId } = await rowToChange(context, 'ApiToken', args.id)
      return await changeTenant(context, tenantId, async tx => ({
        result: await revokeToken(tx, tenantId, id, context.services.clock()),
        deed: { action: 'revokeApiToken', subject: id },
      }))
    },
  }),
}))
