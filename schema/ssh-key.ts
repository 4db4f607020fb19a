import { addKey, generateKey, type Key, revokeKey } from '../core/accounts/keys.ts'
import { builder } from './builder.ts'
import { SshKey } from './ssh-key-node.ts'
import { changeTenant, rowToChange } from './targets.ts'

const GeneratedSshKey = builder.objectRef<{ key: Key; privateKey: string }>('GeneratedSshKey').implement({
  fields: t => ({
    key: t.expose('key', { type: SshKey }),
    privateKey: t.exposeString('privateKey', { description: 'Answered once, stored nowhere.' }),
  }),
})

const SshKeyAlgorithm = builder.enumType('SshKeyAlgorithm', { values: ['ED25519', 'RSA_4096'] as const })

const PrivateKeyFormat = builder.enumType('PrivateKeyFormat', {
  values: {
    OPENSSH: {},
    PEM: { description: 'For old libraries.' },
    PPK: { description: 'PuTTY and WinSCP.' },
  } as const,
})

builder.mutationFields(t => ({
  addSshKey: t.field({
    type: SshKey,
    args: {
      accountId: t.arg.id({ required: true }),
      label: t.arg.string({ required: true }),
      publicKey: t.arg.string({ required: true }),
      expiresAt: t.arg({ type: 'DateTime' }),
    },
    async resolve(_, { accountId, label, publicKey, expiresAt = null }, context) {
      const { id, tenantId } = await rowToChange(context, 'SftpAccount', accountId)
      const now = context.services.clock()
      return await changeTenant(context, tenantId, async tx => {
        const result = await addKey(tx, tenantId, id, { label, publicKey, expiresAt }, now)
        return { result, deed: deedOf('addSshKey', id, result) }
      })
    },
  }),
  generateSshKey: t.field({
    type: GeneratedSshKey,
    description: 'Not for staff.',
    args: {
      accountId: t.arg.id({ required: true }),
      label: t.arg.string({ required: true }),
      algorithm: t.arg({ type: SshKeyAlgorithm, required: true, defaultValue: 'ED25519' }),
      format: t.arg({ type: PrivateKeyFormat, required: true, defaultValue: 'OPENSSH' }),
      expiresAt: t.arg({ type: 'DateTime' }),
    },
    async resolve(_, { accountId, label, algorithm, format, expiresAt = null }, context) {
      const { id, tenantId } = await rowToChange(context, 'SftpAccount', accountId)
      const now = context.services.clock()
      const made = await generateKey(tenantId, { label, algorithm, format, expiresAt })
      return await changeTenant(context, tenantId, async tx => {
        const key = await made.keep(tx, id, now)
        const { privateKey } = made
        return { result: { key, privateKey }, deed: deedOf('generateSshKey', id, key) }
      })
    },
  }),
  revokeSshKey: t.field({
    type: SshKey,
    args: { id: t.arg.id({ required: true }) },
    async resolve(_, args, context) {
      const { id, tenantId } = await rowToChange(context, 'SshKey', args.id)
      return await changeTenant(context, tenantId, async tx => {
        const result = await revokeKey(tx, tenantId, id, context.services.clock())
        return { result, deed: deedOf('revokeSshKey', result.accountId, result) }
      })
    },
  }),
}))

/** The trail tells a key by its fingerprint, as the sender's own tools do. */
const deedOf = (action: string, account: string, { id, label, fingerprint }: Key) => ({
  action,
  subject: id,
  details: { account, label, fingerprint },
})
