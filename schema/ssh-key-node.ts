import { builder } from './builder.ts'

export const SshKey = builder.drizzleNode('sshKeys', {
  name: 'SshKey',
  id: { column: row => row.id },
  select: { columns: { tenantId: true, id: true } },
  fields: t => ({
    label: t.exposeString('label'),
    algorithm: t.exposeString('algorithm', { description: 'ssh-ed25519, ecdsa-sha2-nistp256, ssh-rsa, ...' }),
    publicKey: t.exposeString('publicKey'),
    fingerprint: t.exposeString('fingerprint', { description: 'SHA256:...' }),
    addedAt: t.expose('addedAt', { type: 'DateTime' }),
    expiresAt: t.expose('expiresAt', { type: 'DateTime', nullable: true }),
    lastUsedAt: t.expose('lastUsedAt', { type: 'DateTime', nullable: true }),
    revokedAt: t.expose('revokedAt', { type: 'DateTime', nullable: true }),
  }),
})
