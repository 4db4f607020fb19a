import { builder } from './builder.ts'

export const Playback = builder.drizzleObject('playbacks', {
  name: 'Playback',
  select: { columns: { tenantId: true, id: true } },
  fields: t => ({
    at: t.expose('at', { type: 'DateTime' }),
    token: t.exposeString('token'),
    onBehalfOf: t.exposeString('onBehalfOf', { nullable: true }),
    reason: t.exposeString('reason', { nullable: true }),
    address: t.exposeString('address'),
  }),
})
