import { and, eq } from 'drizzle-orm'
import { type Database, tables } from '../../db/db.ts'
import { USERNAME } from './accounts.ts'
import { isAllowed } from './networks.ts'
import { fingerprintOf } from './public-key.ts'

const { sftpAccounts, sshKeys } = tables

/** Of no tenant: an unknown user name costs the same look-ups as a known one. */
const NOBODY = '00000000-0000-0000-0000-000000000000'

export interface Admitted {
  accepted: true
  tenantId: string
  accountId: string
  keyId: string
  username: string
  maxConnections: number
  maxOpenHandles: number
  maxFileBytes: number
}

/** `reason` is for the account's owner, or for staff; the client hears the same refusal whatever it is. */
export interface Denied {
  accepted: false
  reason: string
}

/** Which account a user name belongs to; the one look-up that comes before a tenant is known. */
export async function findAccount(
  database: Database,
  username: string,
): Promise<{ tenantId: string; accountId: string } | undefined> {
  // What nobody can be called is not sent as it came: the database takes no NUL. Asked for all the same, in equal time.
  const wanted = USERNAME.test(username) ? username : ''
  const [row] = await database.plain<{ tenant_id: string; account_id: string }[]>`
    select tenant_id, account_id from lookup_sftp_username(${wanted})`
  return row && { tenantId: row.tenant_id, accountId: row.account_id }
}

/** Whether a key opens an account from an address at this time. Equal work for known and unknown names. */
export async function admit(
  database: Database,
  offer: { username: string; address: string; keyBlob: Buffer },
  now: Date,
): Promise<Admitted | Denied> {
  const found = await findAccount(database, offer.username)
  const { tenantId, accountId } = found ?? { tenantId: NOBODY, accountId: NOBODY }
  const fingerprint = fingerprintOf(offer.keyBlob)
  const [account, key] = await database.asTenant(tenantId, async tx => {
    const [account] = await tx
      .select()
      .from(sftpAccounts)
      .where(and(eq(sftpAccounts.tenantId, tenantId), eq(sftpAccounts.id, accountId)))
    const keys = await tx
      .select()
      .from(sshKeys)
      .where(
        and(
          eq(sshKeys.tenantId, tenantId),
          eq(sshKeys.accountId, accountId),
          eq(sshKeys.fingerprint, fingerprint),
        ),
      )
    return [account, keys.find(key => key.revokedAt === null) ?? keys[0]] as const
  })
  if (!account) return denied(`No account has the user name "${offer.username.slice(0, 64)}".`)
  if (!key)
    return denied(
      `The key ${fingerprint} is not one of this account: add its public half, or use another key.`,
    )
  if (key.revokedAt)
    return denied(`The key "${key.label}" was revoked on ${day(key.revokedAt)}: use another one.`)
  if (key.expiresAt && key.expiresAt <= now)
    return denied(`The key "${key.label}" expired on ${day(key.expiresAt)}: add a new one.`)
  if (!account.enabled) return denied('The account is disabled: enable it to let its key in again.')
  if (!isAllowed(account.allowedNetworks, offer.address))
    return denied(
      `The address ${offer.address} is outside the account's allowed networks: add it, or connect from one of them.`,
    )
  const { username, maxConnections, maxOpenHandles, maxFileBytes } = account
  return {
    accepted: true,
    tenantId,
    accountId,
    keyId: key.id,
    username,
    maxConnections,
    maxOpenHandles,
    maxFileBytes,
  }
}

const denied = (reason: string): Denied => ({ accepted: false, reason })
const day = (at: Date) => at.toISOString().slice(0, 10)
