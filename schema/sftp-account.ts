import { eq } from 'drizzle-orm'
import { createAccount, setAccountEnabled, setAllowedNetworks } from '../core/accounts/accounts.ts'
import { builder } from './builder.ts'
import { selectRows } from './rows.ts'
import { SftpAccount } from './sftp-account-node.ts'
import { changeTenant, rowToChange, tenantToChange } from './targets.ts'
import { Tenant } from './tenant-node.ts'

builder.drizzleObjectFields(Tenant, t => ({
  sftpAccounts: t.field({
    type: [SftpAccount],
    resolve: (tenant, _, context, info) =>
      selectRows(context, info, {
        table: 'sftpAccounts',
        where: row => eq(row.tenantId, tenant.id),
        orderBy: { id: 'asc' },
      }),
  }),
}))

builder.mutationFields(t => ({
  createSftpAccount: t.field({
    type: SftpAccount,
    description:
      'Staff: an account without a set-up request, or a further one. The user name is unique in the whole system; null makes one.',
    args: { username: t.arg.string(), tenantId: t.arg.id({ required: true }) },
    async resolve(_, { username = null, tenantId: given }, context) {
      const tenantId = await tenantToChange(context, given)
      return await changeTenant(context, tenantId, async tx => {
        const result = await createAccount(tx, tenantId, { username })
        const details = { username: result.username }
        return { result, deed: { action: 'createSftpAccount', subject: result.id, details } }
      })
    },
  }),
  setSftpAccountEnabled: t.field({
    type: SftpAccount,
    args: { id: t.arg.id({ required: true }), enabled: t.arg.boolean({ required: true }) },
    async resolve(_, { id: given, enabled }, context) {
      const { id, tenantId } = await rowToChange(context, 'SftpAccount', given)
      return await changeTenant(context, tenantId, async tx => ({
        result: await setAccountEnabled(tx, tenantId, id, enabled),
        deed: { action: 'setSftpAccountEnabled', subject: id, details: { enabled } },
      }))
    },
  }),
  setAllowedNetworks: t.field({
    type: SftpAccount,
    args: { id: t.arg.id({ required: true }), networks: t.arg.stringList({ required: true }) },
    async resolve(_, { id: given, networks }, context) {
      const { id, tenantId } = await rowToChange(context, 'SftpAccount', given)
      return await changeTenant(context, tenantId, async tx => ({
        result: await setAllowedNetworks(tx, tenantId, id, networks),
        deed: { action: 'setAllowedNetworks', subject: id, details: { networks } },
      }))
    },
  }),
}))
