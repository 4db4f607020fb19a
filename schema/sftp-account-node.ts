import { createContextCache } from '@pothos/core'
import { servedFingerprints } from '../core/accounts/host-keys.ts'
import { builder } from './builder.ts'
import type { Context } from './context.ts'
import { atMost } from './paging.ts'
import { SftpConnection } from './sftp-connection.ts'
import { SshKey } from './ssh-key-node.ts'

const SftpLimits = builder.drizzleObject('sftpAccounts', {
  variant: 'SftpLimits',
  select: { columns: { tenantId: true, id: true } },
  fields: t => ({
    connections: t.exposeInt('maxConnections'),
    openHandles: t.exposeInt('maxOpenHandles'),
    maxFileBytes: t.expose('maxFileBytes', { type: 'BigInt' }),
    quotaBytes: t.expose('quotaBytes', { type: 'BigInt', nullable: true }),
  }),
})

/** Those of all sftp processes, which serve the same keys; read once for an operation. */
const fingerprints = createContextCache(({ tx, services }: Context) =>
  servedFingerprints(tx, services.clock()),
)

export const SftpAccount = builder.drizzleNode('sftpAccounts', {
  name: 'SftpAccount',
  id: { column: row => row.id },
  select: { columns: { tenantId: true, id: true } },
  fields: t => ({
    host: t.string({ resolve: (_account, _args, { services }) => services.sftp.host }),
    port: t.int({ resolve: (_account, _args, { services }) => services.sftp.port }),
    username: t.exposeString('username'),
    hostKeyFingerprints: t.stringList({
      description: 'SHA256:..., one for each host key.',
      resolve: (_account, _args, context) => fingerprints(context),
    }),
    enabled: t.exposeBoolean('enabled'),
    allowedNetworks: t.exposeStringList('allowedNetworks', {
      description: 'CIDR blocks; empty means any.',
    }),
    keys: t.relation('keys', { type: SshKey, query: { orderBy: { id: 'asc' } } }),
    lastLoginAt: t.expose('lastLoginAt', { type: 'DateTime', nullable: true }),
    limits: t.variant(SftpLimits),
    usedBytes: t.field({
      type: 'BigInt',
      complexity: 20,
      select: {
        extras: {
          usedBytes: (row, { sql }) =>
            sql<string>`(select coalesce(sum(f.size), 0) from uploaded_files f where f.tenant_id = ${row.tenantId} and f.account_id = ${row.id} and f.object_id is not null)`,
        },
      },
      resolve: ({ usedBytes }) => Number(usedBytes),
    }),
    connections: t.field({
      type: [SftpConnection],
      description: 'Recent connection attempts, refused ones with the reason.',
      args: { first: t.arg.int() },
      resolve({ tenantId, id }, { first }, { tx }) {
        return tx.query.sftpConnections.findMany({
          where: { tenantId, accountId: id },
          orderBy: { id: 'desc' },
          limit: atMost(first),
        })
      },
    }),
  }),
})
