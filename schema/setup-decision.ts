import { approveSetupRequest } from '../core/setup/approve.ts'
import { rejectSetupRequest, requestSetupChanges, withdrawSetupRequest } from '../core/setup/decide.ts'
import { builder } from './builder.ts'
import { ColumnTemplate } from './column-template.ts'
import { ColumnTemplateInput } from './column-template-input.ts'
import type { RowOf } from './rows.ts'
import { SetupRequest } from './setup-request-node.ts'
import { SftpAccount } from './sftp-account-node.ts'
import { speakerOf } from './speaker.ts'
import { changeTenant, rowToChange } from './targets.ts'

interface Approved {
  request: RowOf<'setupRequests'>
  template: RowOf<'columnTemplates'>
  account: RowOf<'sftpAccounts'>
  keyClaimUrl: string | null
}

const ApprovedSetup = builder.objectRef<Approved>('ApprovedSetup').implement({
  fields: t => ({
    setupRequest: t.field({ type: SetupRequest, resolve: ({ request }) => request }),
    columnTemplate: t.field({ type: ColumnTemplate, resolve: ({ template }) => template }),
    sftpAccount: t.field({ type: SftpAccount, resolve: ({ account }) => account }),
    keyClaimUrl: t.exposeString('keyClaimUrl', {
      nullable: true,
      description:
        'Where the customer, and no one else, makes and takes a key, once, within 72 hours. Null when the customer brought a key.',
    }),
  }),
})

builder.mutationFields(t => ({
  withdrawSetupRequest: t.field({
    type: SetupRequest,
    args: { id: t.arg.id({ required: true }) },
    async resolve(_, { id: given }, context) {
      const { id, tenantId } = await rowToChange(context, 'SetupRequest', given)
      const now = context.services.clock()
      return await changeTenant(context, tenantId, async tx => ({
        result: await withdrawSetupRequest(tx, tenantId, id, now),
        deed: { action: 'withdrawSetupRequest', subject: id },
      }))
    },
  }),
  requestSetupChanges: t.field({
    type: SetupRequest,
    description: 'Staff.',
    args: { id: t.arg.id({ required: true }), text: t.arg.string({ required: true }) },
    async resolve(_, { id: given, text }, context) {
      const { id, tenantId } = await rowToChange(context, 'SetupRequest', given)
      const now = context.services.clock()
      const said = { speaker: speakerOf(context), text }
      return await changeTenant(context, tenantId, async tx => ({
        result: await requestSetupChanges(tx, tenantId, id, said, now),
        deed: { action: 'requestSetupChanges', subject: id },
      }))
    },
  }),
  rejectSetupRequest: t.field({
    type: SetupRequest,
    description: 'Staff.',
    args: { id: t.arg.id({ required: true }), reason: t.arg.string({ required: true }) },
    async resolve(_, { id: given, reason }, context) {
      const { id, tenantId } = await rowToChange(context, 'SetupRequest', given)
      const now = context.services.clock()
      const said = { speaker: speakerOf(context), reason }
      return await changeTenant(context, tenantId, async tx => ({
        result: await rejectSetupRequest(tx, tenantId, id, said, now),
        deed: { action: 'rejectSetupRequest', subject: id },
      }))
    },
  }),
  approveSetupRequest: t.field({
    type: ApprovedSetup,
    description:
      'Staff: makes the template and the account, all or nothing. A private key never passes through staff: the customer takes it by keyClaimUrl, or by generateSshKey.',
    args: {
      id: t.arg.id({ required: true }),
      template: t.arg({ type: ColumnTemplateInput, required: true }),
    },
    async resolve(_, { id: given, template: agreed }, context) {
      const { id, tenantId } = await rowToChange(context, 'SetupRequest', given)
      const { clock, claimUrl } = context.services
      return await changeTenant(context, tenantId, async tx => {
        const { request, template, account, link } = await approveSetupRequest(
          tx,
          tenantId,
          id,
          agreed,
          clock(),
        )
        const details = {
          columnTemplate: template.id,
          sftpAccount: account.id,
          username: account.username,
          claimLink: link && { id: link.claim.id, expiresAt: link.claim.expiresAt },
        }
        const result = { request, template, account, keyClaimUrl: link && claimUrl(link.secret) }
        return { result, deed: { action: 'approveSetupRequest', subject: id, details } }
      })
    },
  }),
}))
