import { inviteAdministrator } from '../core/setup/claims/invite-administrator.ts'
import { builder } from './builder.ts'
import { changeTenant, tenantToChange } from './targets.ts'

const Invitation = builder.objectRef<{ url: string; expiresAt: Date }>('Invitation').implement({
  fields: t => ({
    url: t.exposeString('url'),
    expiresAt: t.expose('expiresAt', { type: 'DateTime' }),
  }),
})

builder.mutationFields(t => ({
  inviteAdministrator: t.field({
    type: Invitation,
    description:
      "Staff: a one-time link, good for 72 hours, by which a customer's administrator takes a token of their own.",
    args: { tenantId: t.arg.id({ required: true }), name: t.arg.string({ required: true }) },
    async resolve(_, { tenantId: given, name }, context) {
      const tenantId = await tenantToChange(context, given)
      const { claimUrl, clock } = context.services
      return await changeTenant(context, tenantId, async tx => {
        const { secret, claim } = await inviteAdministrator(tx, tenantId, { name }, clock())
        const { id: subject, expiresAt } = claim
        const details = { name: claim.name, expiresAt }
        const result = { url: claimUrl(secret), expiresAt }
        return { result, deed: { action: 'inviteAdministrator', subject, details } }
      })
    },
  }),
}))
