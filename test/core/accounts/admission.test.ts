import { afterAll, beforeAll, expect, test } from 'vitest'
import { createAccount, setAccountEnabled, setAllowedNetworks } from '../../../core/accounts/accounts.ts'
import { admit, findAccount } from '../../../core/accounts/admission.ts'
import { beginConnection, endConnection, recordRefusal } from '../../../core/accounts/connections.ts'
import { announceHostKeys, servedFingerprints } from '../../../core/accounts/host-keys.ts'
import { addKey, revokeKey } from '../../../core/accounts/keys.ts'
import { newEd25519Pair } from '../../../core/accounts/private-key/key-pair.ts'
import { type Database, type TenantTx, tables } from '../../../db/db.ts'
import { createTestDatabase, type TestDatabase } from '../../support/database.ts'

const now = new Date('2026-05-01T12:00:00Z')
let room: TestDatabase
let tenantId: string
let account: { id: string; username: string }
beforeAll(async () => {
  room = await createTestDatabase()
  tenantId = await room.createTenant()
  account = await inTenant(tx => createAccount(tx, tenantId, { username: 'nightly' }))
})
afterAll(() => room[Symbol.asyncDispose]())

const inTenant = <T>(work: (tx: TenantTx) => Promise<T>) => room.database.asTenant(tenantId, work)

const newPair = () => {
  const { publicBlob: blob } = newEd25519Pair()
  return { line: `ssh-ed25519 ${blob.toString('base64')}`, blob }
}
const addNew = async (wish: { label?: string; expiresAt?: Date } = {}) => {
  const pair = newPair()
  const key = await inTenant(tx =>
    addKey(tx, tenantId, account.id, { label: 'batch', publicKey: pair.line, ...wish }, now),
  )
  return { ...pair, id: key.id }
}
const ask = (
  keyBlob: Buffer,
  more: { username?: string; address?: string; at?: Date } = {},
  database = room.database,
) =>
  admit(
    database,
    { username: more.username ?? 'nightly', address: more.address ?? '203.0.113.7', keyBlob },
    more.at ?? now,
  )

test('a key in force opens its account', async () => {
  const key = await addNew()
  expect(await ask(key.blob)).toEqual({
    accepted: true,
    tenantId,
    accountId: account.id,
    keyId: key.id,
    username: 'nightly',
    maxConnections: 10,
    maxOpenHandles: 64,
    maxFileBytes: 40 * 2 ** 30,
  })
})

test('each refusal has its reason for the account’s owner, who can act on it', async () => {
  const key = await addNew()
  const revoked = await addNew({ label: 'old' })
  await inTenant(tx => revokeKey(tx, tenantId, revoked.id, now))
  const expiring = await addNew({ label: 'short', expiresAt: new Date('2026-05-02T00:00:00Z') })
  const reason = async (answer: ReturnType<typeof ask>) => {
    const said = await answer
    return said.accepted ? 'accepted' : said.reason
  }
  expect(await reason(ask(key.blob, { username: 'nobody' }))).toBe('No account has the user name "nobody".')
  expect(await reason(ask(newPair().blob))).toMatch(/^The key SHA256:\S+ is not one of this account: add/)
  expect(await reason(ask(revoked.blob))).toBe('The key "old" was revoked on 2026-05-01: use another one.')
  expect(await reason(ask(expiring.blob))).toBe('accepted')
  expect(await reason(ask(expiring.blob, { at: new Date('2026-05-02T00:00:00Z') }))).toBe(
    'The key "short" expired on 2026-05-02: add a new one.',
  )
  await inTenant(tx => setAllowedNetworks(tx, tenantId, account.id, ['203.0.113.0/24']))
  expect(await reason(ask(key.blob, { address: '::ffff:203.0.113.9' }))).toBe('accepted')
  expect(await reason(ask(key.blob, { address: '198.51.100.1' }))).toMatch(
    /^The address 198\.51\.100\.1 is outside/,
  )
  await inTenant(tx => setAllowedNetworks(tx, tenantId, account.id, []))
  await inTenant(tx => setAccountEnabled(tx, tenantId, account.id, false))
  expect(await reason(ask(key.blob))).toMatch(/^The account is disabled/)
  await inTenant(tx => setAccountEnabled(tx, tenantId, account.id, true))
  expect(await reason(ask(key.blob))).toBe('accepted')
})

test('a key revoked and added again opens', async () => {
  const key = await addNew()
  await inTenant(tx => revokeKey(tx, tenantId, key.id, now))
  await inTenant(tx => addKey(tx, tenantId, account.id, { label: 'again', publicKey: key.line }, now))
  expect(await ask(key.blob)).toMatchObject({ accepted: true })
})

test('a key opens its own account alone', async () => {
  const key = await addNew()
  const other = await room.createTenant()
  await room.database.asTenant(other, tx => createAccount(tx, other, { username: 'other-one' }))
  expect(await ask(key.blob, { username: 'other-one' })).toMatchObject({ accepted: false })
})

test.each(['night\0ly', '\0', '', 'NIGHTLY', 'nightly ', "' or true --", 'x'.repeat(10_000), '\u{1F600}'])(
  'no account is called %o, and asking is no fault',
  async username => {
    expect(await findAccount(room.database, username)).toBeUndefined()
    expect(await ask(newPair().blob, { username })).toMatchObject({ accepted: false })
  },
)

test('known and unknown names cost the same queries', async () => {
  const key = await addNew()
  const count = async (username: string, blob: Buffer) => {
    const seen: string[] = []
    const { database } = room
    const counting: Database = {
      ...database,
      plain: new Proxy(database.plain, {
        apply(target, self, args: [TemplateStringsArray]) {
          seen.push(args[0].join('?'))
          return Reflect.apply(target, self, args)
        },
      }),
      asTenant: (id, work) =>
        database.asTenant(id, tx =>
          work(
            new Proxy(tx, {
              get(target, name) {
                if (name === 'select') seen.push('select')
                const value: unknown = Reflect.get(target, name)
                return typeof value === 'function' ? value.bind(target) : value
              },
            }),
          ),
        ),
    }
    await ask(blob, { username }, counting)
    return seen
  }
  const known = await count('nightly', key.blob)
  expect(known.length).toBe(3)
  for (const name of ['nobody', 'no\0body', 'NIGHTLY']) expect(await count(name, key.blob)).toEqual(known)
  expect(await count('nightly', newPair().blob)).toEqual(known)
})

test('connections are on record: accepted, refused, and those of strangers for staff', async () => {
  const key = await addNew()
  const login = {
    tenantId,
    accountId: account.id,
    keyId: key.id,
    address: '203.0.113.7',
    client: 'OpenSSH\0_9',
  }
  const connection = await beginConnection(room.database, login, now)
  const later = new Date(now.getTime() + 60_000)
  await endConnection(room.database, connection, {
    reason: 'the client left',
    bytesReceived: 2 ** 40,
    files: 3,
    at: later,
  })
  const refused = {
    address: '198.51.100.1',
    client: 'x\0y',
    reason: 'The name "a\0b\n" is unknown.',
    at: now,
  }
  await recordRefusal(room.database, { tenantId, accountId: account.id }, refused)
  await recordRefusal(room.database, undefined, refused)
  const rows = await inTenant(tx => tx.select().from(tables.sftpConnections))
  expect(rows).toHaveLength(2)
  expect(rows.find(row => row.accepted)).toMatchObject({
    client: 'OpenSSH\uFFFD_9',
    bytesReceived: 2 ** 40,
    files: 3,
    endedAt: later,
    endReason: 'the client left',
    reason: null,
  })
  const words = { reason: 'The name "a\uFFFDb\uFFFD" is unknown.', client: 'x\uFFFDy', endedAt: now }
  expect(rows.find(row => !row.accepted)).toMatchObject(words)
  expect(await room.database.asStaff(tx => tx.select().from(tables.unattributedConnections))).toEqual([
    expect.objectContaining(words),
  ])
  const [seen] = await inTenant(tx => tx.select().from(tables.sftpAccounts))
  expect(seen?.lastLoginAt).toEqual(now)
  const keys = await inTenant(tx => tx.select().from(tables.sshKeys))
  expect(keys.find(each => each.id === key.id)?.lastUsedAt).toEqual(now)
  expect(keys.filter(each => each.lastUsedAt)).toHaveLength(1)
})

test('host keys are announced by processes at once, Ed25519 first, and forgotten when nobody serves them', async () => {
  const keys = [
    { type: 'ssh-rsa', fingerprint: 'SHA256:rsa' },
    { type: 'ecdsa-sha2-nistp384', fingerprint: 'SHA256:p384' },
    { type: 'ssh-ed25519', fingerprint: 'SHA256:ed' },
    { type: 'ecdsa-sha2-nistp256', fingerprint: 'SHA256:p256' },
  ]
  await Promise.all(
    Array.from({ length: 8 }, (_, i) =>
      announceHostKeys(room.database, i % 2 ? keys : keys.toReversed(), now),
    ),
  )
  const served = (at: Date) => inTenant(tx => servedFingerprints(tx, at))
  expect(await served(now)).toEqual(['SHA256:ed', 'SHA256:p256', 'SHA256:rsa', 'SHA256:p384'])
  const later = new Date(now.getTime() + 8 * 86_400_000)
  await announceHostKeys(room.database, keys.slice(2, 3), later)
  expect(await served(later)).toEqual(['SHA256:ed'])
})
