import { builder } from './builder.ts'

/** A customer. Each concept adds its own fields to it. */
export const Tenant = builder.drizzleNode('tenants', {
  name: 'Tenant',
  id: { column: row => row.id },
  select: { columns: { id: true, timeZone: true } },
  fields: t => ({
    name: t.exposeString('name'),
    slug: t.exposeString('slug'),
    timeZone: t.exposeString('timeZone', {
      description: 'IANA name; nights and business dates are counted in it.',
    }),
    createdAt: t.expose('createdAt', { type: 'DateTime' }),
  }),
})
