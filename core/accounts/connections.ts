import { and, eq } from 'drizzle-orm'
import { type Database, tables } from '../../db/db.ts'

const { sftpAccounts, sftpConnections, sshKeys, unattributedConnections } = tables

/** One connection of an account, as the account's owner will see it. */
export interface Connection {
  readonly id: string
  readonly tenantId: string
}

export async function beginConnection(
  database: Database,
  login: { tenantId: string; accountId: string; keyId: string; address: string; client: string },
  now: Date,
): Promise<Connection> {
  const { tenantId, accountId } = login
  return await database.asTenant(tenantId, async tx => {
    const [row] = await tx
      .insert(sftpConnections)
      .values({
        tenantId,
        accountId,
        at: now,
        address: login.address,
        client: printable(login.client),
        accepted: true,
      })
      .returning({ id: sftpConnections.id })
    if (!row) throw new Error('the connection was not recorded')
    await tx
      .update(sftpAccounts)
      .set({ lastLoginAt: now })
      .where(and(eq(sftpAccounts.tenantId, tenantId), eq(sftpAccounts.id, accountId)))
    await tx
      .update(sshKeys)
      .set({ lastUsedAt: now })
      .where(and(eq(sshKeys.tenantId, tenantId), eq(sshKeys.id, login.keyId)))
    return { id: row.id, tenantId }
  })
}

export interface RefusedConnection {
  address: string
  client: string | null
  reason: string
  at: Date
}

/** Into the account's own record where there is an account, else into staff's. */
export async function recordRefusal(
  database: Database,
  account: { tenantId: string; accountId: string } | undefined,
  refused: RefusedConnection,
): Promise<void> {
  const { at, address } = refused
  const client = refused.client === null ? null : printable(refused.client)
  const reason = printable(refused.reason)
  if (account)
    await database.asTenant(account.tenantId, async tx => {
      await tx
        .insert(sftpConnections)
        .values({ ...account, at, address, client, reason, accepted: false, endedAt: at })
    })
  else
    await database.asStaff(async tx => {
      await tx.insert(unattributedConnections).values({ at, address, client, reason, endedAt: at })
    })
}

export async function endConnection(
  database: Database,
  connection: Connection,
  end: { reason: string; bytesReceived: number; files: number; at: Date },
): Promise<void> {
  await database.asTenant(connection.tenantId, async tx => {
    await tx
      .update(sftpConnections)
      .set({ endedAt: end.at, endReason: end.reason, bytesReceived: end.bytesReceived, files: end.files })
      .where(and(eq(sftpConnections.tenantId, connection.tenantId), eq(sftpConnections.id, connection.id)))
  })
}

/** Strangers choose their user names and their clients' names; the database takes no NUL, and a person reads this. */
const printable = (text: string) => text.replace(/\p{Cc}/gu, '\uFFFD').slice(0, 500)
