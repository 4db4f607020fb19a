import { and, asc, eq, sql } from 'drizzle-orm'
import { addKey, type Key, revokeKey } from '../../core/accounts/keys.ts'
import { notFound } from '../../core/refusal.ts'
import { tables } from '../../db/db.ts'
import { encodeNodeId } from '../../schema/node-id.ts'
import type { Call, Result, Subject } from './command.ts'
import { accountNamed, changeAsOperator, idIn } from './named.ts'
import { moment } from './options.ts'
import { asLines, asTable } from './print.ts'

const { sshKeys } = tables

export const key: Subject = {
  summary: 'public keys of accounts',
  verbs: {
    add: {
      usage: 'USERNAME [FILE] [--label LABEL] [--expires WHEN]',
      summary: 'Adds a public key from a file, or from standard input.',
      options: { label: { type: 'string' }, expires: { type: 'string' } },
      run: add,
    },
    list: { usage: 'USERNAME', summary: 'Keys of an account, revoked ones as well.', run: list },
    revoke: { usage: 'USERNAME KEY', summary: 'Ends a key, named by its fingerprint or id.', run: revoke },
  },
}

async function add(call: Call): Promise<Result> {
  const [username = '', file] = call.words
  const publicKey = (await call.read(file)).toString('utf8')
  const label = call.option('label') ?? commentOf(publicKey) ?? username
  const { database } = await call.reach()
  const { tenantId, id: account } = await accountNamed(database, username)
  const wish = { label, publicKey, expiresAt: moment('expires', call.option('expires')) }
  const added = await changeAsOperator(database, tenantId, async tx => {
    const result = await addKey(tx, tenantId, account, wish, call.clock())
    return { result, deed: deedOf('addSshKey', result) }
  })
  return { value: shown(added), text: asLines(shown(added)) }
}

/** Of a line as `ssh-keygen` writes it; other forms have none, or not in one place. */
const commentOf = (publicKey: string): string | undefined =>
  /^(?:ssh|ecdsa)-[\w-]+[ \t]+AAAA[\w+/]+={0,2}[ \t]+(\S.{0,99})$/.exec(publicKey.trim())?.[1]

async function list(call: Call): Promise<Result> {
  const { database } = await call.reach()
  const { tenantId, id } = await accountNamed(database, call.words[0] ?? '')
  const rows = await database.asTenant(tenantId, tx =>
    tx
      .select()
      .from(sshKeys)
      .where(and(eq(sshKeys.tenantId, tenantId), eq(sshKeys.accountId, id)))
      .orderBy(asc(sshKeys.id)),
  )
  const value = rows.map(shown)
  return {
    value,
    text: asTable(value, [
      'label',
      'algorithm',
      'fingerprint',
      'addedAt',
      'expiresAt',
      'lastUsedAt',
      'revokedAt',
    ]),
  }
}

async function revoke(call: Call): Promise<Result> {
  const { database } = await call.reach()
  const [username = '', typed = ''] = call.words
  const { tenantId, id: accountId } = await accountNamed(database, username)
  const id = idIn(typed, 'SshKey')
  const revoked = await changeAsOperator(database, tenantId, async tx => {
    const [found] = await tx
      .select({ id: sshKeys.id })
      .from(sshKeys)
      .where(
        and(
          eq(sshKeys.tenantId, tenantId),
          eq(sshKeys.accountId, accountId),
          id === undefined ? eq(sshKeys.fingerprint, typed) : eq(sshKeys.id, id),
        ),
      )
      // Of a key that was added again after its revocation, the one in force.
      .orderBy(sql`${sshKeys.revokedAt} desc nulls first`)
      .limit(1)
    if (!found) throw notFound(`The key ${typed}`)
    const result = await revokeKey(tx, tenantId, found.id, call.clock())
    return { result, deed: deedOf('revokeSshKey', result) }
  })
  return { value: shown(revoked), text: `${revoked.fingerprint} "${revoked.label}" opens nothing any more.` }
}

const deedOf = (action: string, { id, accountId, label, fingerprint }: Key) => ({
  action,
  subject: id,
  details: { account: accountId, label, fingerprint },
})

const shown = ({ id, label, algorithm, fingerprint, addedAt, expiresAt, lastUsedAt, revokedAt }: Key) => ({
  id: encodeNodeId('SshKey', id),
  label,
  algorithm,
  fingerprint,
  addedAt,
  expiresAt,
  lastUsedAt,
  revokedAt,
})
