import { asc, eq } from 'drizzle-orm'
import {
  type Account,
  createAccount,
  setAccountEnabled,
  setAllowedNetworks,
} from '../../core/accounts/accounts.ts'
import { servedFingerprints } from '../../core/accounts/host-keys.ts'
import { tables } from '../../db/db.ts'
import { encodeNodeId } from '../../schema/node-id.ts'
import type { Call, Result, Subject } from './command.ts'
import { UsageFault } from './faults.ts'
import { accountNamed, changeAsOperator, tenantNamed } from './named.ts'
import { asLines, asTable } from './print.ts'
import type { Reached } from './reach.ts'

export const account: Subject = {
  summary: 'what customers send files as',
  verbs: {
    create: {
      usage: 'TENANT [USERNAME]',
      summary: 'Makes an account; without a user name, one of the slug and a few digits.',
      run: create,
    },
    list: { usage: 'TENANT', summary: 'Accounts of a tenant.', run: list },
    enable: { usage: 'USERNAME', summary: 'Lets its keys in again.', run: call => setEnabled(call, true) },
    disable: {
      usage: 'USERNAME',
      summary: 'Lets none of its keys in, and ends its connections within half a minute.',
      run: call => setEnabled(call, false),
    },
    networks: {
      usage: 'USERNAME [NETWORK...] [--any]',
      summary: 'Lets it in from these CIDR blocks alone, or from any; without either, says what is set.',
      options: { any: { type: 'boolean' } },
      run: networks,
    },
  },
}

async function create(call: Call): Promise<Result> {
  const reached = await call.reach()
  const [tenantName = '', username = null] = call.words
  const { id: tenantId } = await tenantNamed(reached.database, tenantName)
  const made = await changeAsOperator(reached.database, tenantId, async tx => {
    const result = await createAccount(tx, tenantId, { username })
    const details = { username: result.username }
    return { result, deed: { action: 'createSftpAccount', subject: result.id, details } }
  })
  const value = { ...shown(made), ...(await doorOf(reached, call.clock())) }
  return { value, text: asLines(value) }
}

/** Where senders connect to, and what proves that it is us. */
async function doorOf({ config, running, database }: Reached, now: Date) {
  const told = config.SFTP_PUBLIC_HOST
  const port = told?.port ?? Number(running?.sftp.split(':').at(-1) ?? config.SFTP_PORT)
  const hostKeyFingerprints = await database.asStaff(tx => servedFingerprints(tx, now))
  return { host: told?.host ?? config.SFTP_HOST, port, hostKeyFingerprints }
}

async function list(call: Call): Promise<Result> {
  const { database } = await call.reach()
  const [tenantName = ''] = call.words
  const { sftpAccounts } = tables
  const { id } = await tenantNamed(database, tenantName)
  const rows = await database.asTenant(id, tx =>
    tx.select().from(sftpAccounts).where(eq(sftpAccounts.tenantId, id)).orderBy(asc(sftpAccounts.id)),
  )
  const value = rows.map(shown)
  return {
    value,
    text: asTable(value, ['username', 'enabled', 'allowedNetworks', 'lastLoginAt', 'createdAt', 'id']),
  }
}

async function setEnabled(call: Call, enabled: boolean): Promise<Result> {
  const { database } = await call.reach()
  const { tenantId, id } = await accountNamed(database, call.words[0] ?? '')
  const value = await changeAsOperator(database, tenantId, async tx => ({
    result: await setAccountEnabled(tx, tenantId, id, enabled),
    deed: { action: 'setSftpAccountEnabled', subject: id, details: { enabled } },
  }))
  return { value: shown(value), text: `${value.username} is ${enabled ? 'enabled' : 'disabled'}.` }
}

async function networks(call: Call): Promise<Result> {
  const { database } = await call.reach()
  const [username = '', ...given] = call.words
  if (given.length > 0 && call.flag('any'))
    throw new UsageFault('Name networks, or --any, not both: --any lets everybody in.')
  const found = await accountNamed(database, username)
  const { tenantId, id } = found
  const asked = given.length === 0 && !call.flag('any')
  const value = asked
    ? found
    : await changeAsOperator(database, tenantId, async tx => ({
        result: await setAllowedNetworks(tx, tenantId, id, given),
        deed: { action: 'setAllowedNetworks', subject: id, details: { networks: given } },
      }))
  return { value: shown(value), text: value.allowedNetworks.join('\n') || 'any' }
}

const shown = ({ id, username, enabled, allowedNetworks, createdAt, lastLoginAt }: Account) => ({
  id: encodeNodeId('SftpAccount', id),
  username,
  enabled,
  allowedNetworks,
  createdAt,
  lastLoginAt,
})
