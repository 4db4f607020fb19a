import { randomInt } from 'node:crypto'
import { and, eq } from 'drizzle-orm'
import { type Tx, tables } from '../../db/db.ts'
import { badInput, notFound, Refusal } from '../refusal.ts'
import { readNetworks } from './networks.ts'

const { sftpAccounts, sftpUsernames, tenants } = tables

export type Account = typeof sftpAccounts.$inferSelect

/** What old clients and shells take without quoting. */
export const USERNAME = /^[a-z][a-z0-9_-]{2,31}$/

/** Makes an account; without a user name, one of the tenant's slug and a few digits. CONFLICT when the name is taken anywhere. */
export async function createAccount(
  tx: Tx,
  tenantId: string,
  wish: { username?: string | null },
): Promise<Account> {
  const username = wish.username ?? (await makeUsername(tx, tenantId))
  if (!USERNAME.test(username))
    throw badInput([
      {
        path: ['username'],
        message: 'A user name has 3 to 32 lower-case letters, digits, - or _, and begins with a letter.',
      },
    ])
  const [account] = await tx.insert(sftpAccounts).values({ tenantId, username }).returning()
  if (!account) throw new Error('no account was made')
  const [registered] = await tx
    .insert(sftpUsernames)
    .values({ username, tenantId, accountId: account.id })
    .onConflictDoNothing()
    .returning()
  if (!registered) throw new Refusal('CONFLICT', `The user name ${username} is taken: choose another.`)
  return account
}

export async function setAccountEnabled(
  tx: Tx,
  tenantId: string,
  id: string,
  enabled: boolean,
): Promise<Account> {
  return await change(tx, tenantId, id, { enabled })
}

/** CIDR blocks; none means any. */
export async function setAllowedNetworks(
  tx: Tx,
  tenantId: string,
  id: string,
  networks: readonly string[],
): Promise<Account> {
  return await change(tx, tenantId, id, { allowedNetworks: readNetworks(networks) })
}

async function change(tx: Tx, tenantId: string, id: string, values: Partial<Account>): Promise<Account> {
  const [account] = await tx
    .update(sftpAccounts)
    .set(values)
    .where(and(eq(sftpAccounts.tenantId, tenantId), eq(sftpAccounts.id, id)))
    .returning()
  if (!account) throw notFound('This account')
  return account
}

async function makeUsername(tx: Tx, tenantId: string): Promise<string> {
  const [tenant] = await tx.select({ slug: tenants.slug }).from(tenants).where(eq(tenants.id, tenantId))
  if (!tenant) throw notFound('This tenant')
  const name = tenant.slug.replace(/^[^a-z]+/, '').slice(0, 24) || 'account'
  return `${name}-${String(randomInt(100_000)).padStart(5, '0')}`
}
