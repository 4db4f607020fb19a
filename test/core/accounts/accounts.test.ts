import { randomUUID } from 'node:crypto'
import ssh2 from 'ssh2'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { createAccount, setAccountEnabled, setAllowedNetworks } from '../../../core/accounts/accounts.ts'
import { addKey, generateKey, revokeKey } from '../../../core/accounts/keys.ts'
import { type TenantTx, tables } from '../../../db/db.ts'
import { createTestDatabase, type TestDatabase } from '../../support/database.ts'

let room: TestDatabase
let ours: string
let theirs: string
beforeAll(async () => {
  room = await createTestDatabase()
  ours = await room.createTenant()
  theirs = await room.createTenant('The Rival')
})
afterAll(() => room[Symbol.asyncDispose]())

const publicKey = () => ssh2.utils.generateKeyPairSync('ed25519').public
const make = (tenantId: string, username?: string | null) =>
  room.database.asTenant(tenantId, tx => createAccount(tx, tenantId, { username: username ?? null }))
const isRefusal = (code: string, message?: RegExp) =>
  expect.objectContaining({ code, ...(message ? { message: expect.stringMatching(message) } : {}) })

describe('an account', () => {
  test.each([
    'ab',
    'A-upper',
    '1digit',
    '-dash',
    'has space',
    'ümlaut',
    'a'.repeat(33),
    '',
    'nul\0name',
    'new\nline',
  ])('cannot be called %o', async name => {
    await expect(make(ours, name)).rejects.toEqual(isRefusal('BAD_INPUT'))
  })

  test('gets a name of its tenant’s slug when none is wished for', async () => {
    const made = await Promise.all([make(ours), make(ours)])
    for (const { username } of made) expect(username).toMatch(/^t-[0-9a-f]{12}-\d{5}$/)
    expect(made[0]?.username).not.toBe(made[1]?.username)
  })

  test('a taken name is CONFLICT in the same words, whoever has it, and leaves nothing behind', async () => {
    await make(theirs, 'taken-there')
    await make(ours, 'taken-here')
    const words: string[] = []
    for (const name of ['taken-there', 'taken-here'])
      await make(ours, name).catch((error: Error) => {
        expect(error).toEqual(isRefusal('CONFLICT'))
        words.push(error.message.replace(name, 'NAME'))
      })
    expect(words).toEqual(Array.from({ length: 2 }, () => 'The user name NAME is taken: choose another.'))
    const rows = await room.database.asTenant(ours, tx => tx.select().from(tables.sftpAccounts))
    expect(rows.filter(row => row.username.startsWith('taken'))).toHaveLength(1)
  })

  test('two that want one name at once: one gets it, the other hears CONFLICT', async () => {
    const tries = await Promise.allSettled([make(ours, 'raced-for'), make(theirs, 'raced-for')])
    expect(tries.map(each => each.status).toSorted((a, b) => (a < b ? -1 : 1))).toEqual([
      'fulfilled',
      'rejected',
    ])
    expect(tries.find(each => each.status === 'rejected')?.reason).toEqual(isRefusal('CONFLICT'))
  })

  test('of another tenant does not exist', async () => {
    const foreign = await make(theirs)
    const asOurs = <T>(work: (tx: TenantTx) => Promise<T>) => room.database.asTenant(ours, work)
    const made = await generateKey(ours, { label: 'x', algorithm: 'ED25519', format: 'OPENSSH' })
    const tries = [foreign.id, randomUUID()].flatMap(id => [
      () => asOurs(tx => setAccountEnabled(tx, ours, id, false)),
      () => asOurs(tx => setAllowedNetworks(tx, ours, id, ['10.0.0.0/8'])),
      () => asOurs(tx => addKey(tx, ours, id, { label: 'x', publicKey: publicKey() })),
      () => asOurs(tx => made.keep(tx, id, new Date())),
      () => asOurs(tx => addKey(tx, theirs, id, { label: 'x', publicKey: publicKey() })),
    ])
    for (const attempt of tries)
      await expect(attempt()).rejects.toEqual(isRefusal('NOT_FOUND', /^This account does not exist\.$/))
    const [row] = await room.database.asTenant(theirs, tx => tx.select().from(tables.sftpAccounts))
    expect(row).toMatchObject({ enabled: true, allowedNetworks: [] })
  })
})

describe('a key', () => {
  const now = new Date('2026-05-01T00:00:00Z')
  const inOurs = <T>(work: (tx: TenantTx) => Promise<T>) => room.database.asTenant(ours, work)
  let account: string
  beforeAll(async () => {
    account = (await make(ours)).id
  })
  const add = (key: string, wish: { label?: string; expiresAt?: Date | null } = {}) =>
    inOurs(tx => addKey(tx, ours, account, { label: 'batch', publicKey: key, ...wish }, now))

  test('twice is CONFLICT, also with another comment or label; revoked, it can come again', async () => {
    const key = publicKey()
    const first = await add(key)
    await expect(add(`${key.trim()} other`, { label: 'other' })).rejects.toEqual(
      isRefusal('CONFLICT', /SHA256:/),
    )
    await inOurs(tx => revokeKey(tx, ours, first.id, now))
    expect((await add(key)).fingerprint).toBe(first.fingerprint)
  })

  test('is revoked once: again changes nothing', async () => {
    const { id } = await add(publicKey())
    const once = await inOurs(tx => revokeKey(tx, ours, id, now))
    const twice = await inOurs(tx => revokeKey(tx, ours, id, new Date('2026-06-01T00:00:00Z')))
    expect(once.revokedAt).toEqual(now)
    expect(twice).toEqual(once)
  })

  test('of another tenant does not exist', async () => {
    const { id } = await add(publicKey())
    for (const given of [id, randomUUID()])
      await expect(room.database.asTenant(theirs, tx => revokeKey(tx, theirs, given))).rejects.toEqual(
        isRefusal('NOT_FOUND', /^This key does not exist\.$/),
      )
  })

  test('has a printable label, and an expiry that is yet to come', async () => {
    for (const label of ['', '  ', 'x'.repeat(101), 'a\0b', 'a\nb'])
      await expect(add(publicKey(), { label })).rejects.toEqual(isRefusal('BAD_INPUT', /^A label/))
    await expect(add(publicKey(), { expiresAt: now })).rejects.toEqual(isRefusal('BAD_INPUT', /past/))
    const later = new Date(now.getTime() + 1)
    expect((await add(publicKey(), { expiresAt: later, label: ' night ' })).expiresAt).toEqual(later)
  })

  test.each(['ED25519', 'RSA_4096'] as const)(
    'of ours (%s): the private half is answered and stored nowhere',
    async algorithm => {
      const made = await generateKey(ours, { label: 'made', algorithm, format: 'OPENSSH' })
      const { privateKey } = made
      const key = await inOurs(tx => made.keep(tx, account, now))
      const parsed = ssh2.utils.parseKey(privateKey)
      if (parsed instanceof Error) throw parsed
      expect(`${parsed.type} ${parsed.getPublicSSH().toString('base64')}`).toBe(key.publicKey)
      const stored = JSON.stringify(await inOurs(tx => tx.select().from(tables.sshKeys)))
      expect(stored).not.toContain('PRIVATE')
      for (const line of privateKey.split('\n').slice(3, -2)) expect(stored).not.toContain(line)
    },
  )
})
