import { desc } from 'drizzle-orm'
import { tables } from '../db/db.ts'
import { builder } from './builder.ts'
import { atMost } from './paging.ts'
import { isText } from './search.ts'

/** An attempt to connect, of an account or of nobody known. */
type Attempt = Omit<typeof tables.sftpConnections.$inferSelect, 'tenantId' | 'id' | 'accountId'>

export const SftpConnection = builder.objectRef<Attempt>('SftpConnection').implement({
  fields: t => ({
    at: t.expose('at', { type: 'DateTime' }),
    address: t.exposeString('address'),
    client: t.exposeString('client', { nullable: true }),
    accepted: t.exposeBoolean('accepted'),
    reason: t.exposeString('reason', {
      nullable: true,
      description: 'In plain words when refused, and what to do about it.',
    }),
    endedAt: t.expose('endedAt', { type: 'DateTime', nullable: true }),
    endReason: t.exposeString('endReason', { nullable: true }),
    bytesReceived: t.expose('bytesReceived', { type: 'BigInt' }),
    files: t.exposeInt('files'),
  }),
})

builder.queryField('unattributedConnections', t =>
  t.field({
    type: [SftpConnection],
    description:
      'Staff only: connection attempts that belong to no account, such as clients that share no algorithm with us.',
    args: { address: t.arg.string(), first: t.arg.int() },
    async resolve(_, { address, first }, { tx }) {
      const { unattributedConnections: attempts } = tables
      const rows = await tx
        .select()
        .from(attempts)
        .where(address == null ? undefined : isText(attempts.address, address))
        .orderBy(desc(attempts.id))
        .limit(atMost(first))
      return rows.map(row => ({ ...row, accepted: false, endReason: null, bytesReceived: 0, files: 0 }))
    },
  }),
)
