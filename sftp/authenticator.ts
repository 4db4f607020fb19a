import { admit, findAccount } from '../core/accounts/admission.ts'
import {
  beginConnection,
  type Connection,
  endConnection,
  recordRefusal,
} from '../core/accounts/connections.ts'
import type { FileTree } from '../core/files/file-tree.ts'
import type { Database } from '../db/db.ts'
import type { Authenticator, ConnectionRecord, KeyOffer, Verdict } from './ports.ts'

/** What this process gives an account that was let in. */
export type OpenTree = (account: {
  id: string
  tenantId: string
  username: string
  maxFileBytes: number
}) => FileTree

/** The door's questions, answered by core/accounts. */
export function accountAuthenticator(database: Database, openTree: OpenTree): Authenticator {
  const ask = ({ username, address, key }: KeyOffer) =>
    admit(database, { username, address, keyBlob: key.blob }, new Date())
  const begun = new WeakMap<ConnectionRecord, Connection>()
  const probe = async (offer: KeyOffer): Promise<Verdict> => {
    const answer = await ask(offer)
    return answer.accepted ? { accepted: true } : answer
  }
  return {
    probe,
    async authenticate(offer) {
      const answer = await ask(offer)
      if (!answer.accepted) return answer
      const { tenantId, accountId, keyId, username, maxConnections, maxOpenHandles, maxFileBytes } = answer
      const { address, client } = offer
      const account = { id: accountId, tenantId, username }
      return {
        accepted: true,
        tree: openTree({ ...account, maxFileBytes }),
        account,
        openHandles: maxOpenHandles,
        connections: maxConnections,
        async begin() {
          const login = { tenantId, accountId, keyId, address, client }
          const connection = await beginConnection(database, login, new Date())
          begun.set(connection, connection)
          return connection
        },
        stillWelcome: () => probe(offer),
      }
    },
    async recordAttempt({ username, ...refused }) {
      const account = username === null ? undefined : await findAccount(database, username)
      await recordRefusal(database, account, refused)
    },
    async recordEnd(record, end) {
      const connection = begun.get(record)
      if (connection) await endConnection(database, connection, end)
    },
  }
}
