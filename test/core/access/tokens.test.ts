import { isNotNull } from 'drizzle-orm'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { authenticate, isInForce } from '../../../core/access/authenticate.ts'
import { createStaffToken, putStaffToken } from '../../../core/access/staff-token.ts'
import { createToken, revokeToken, TOKENS_CHANNEL, type TokenWish } from '../../../core/access/tokens.ts'
import { inviteAdministrator } from '../../../core/setup/claims/invite-administrator.ts'
import { tables } from '../../../db/db.ts'
import { createTestDatabase, type TestDatabase } from '../../support/database.ts'

const now = new Date('2026-05-01T12:00:00Z')
const later = (seconds: number) => new Date(+now + seconds * 1_000)

let db: TestDatabase
let tenantId: string
beforeAll(async () => {
  db = await createTestDatabase()
  tenantId = await db.createTenant()
})
afterAll(() => db[Symbol.asyncDispose]())

const make = (wish: Partial<TokenWish> = {}) =>
  db.database.asTenant(tenantId, tx =>
    createToken(tx, tenantId, { name: 'evaluations', role: 'INTEGRATION', ...wish }, now),
  )
const who = (token: string, at = now) => authenticate(db.database, token, at)

test('a token has 256 bits behind a prefix, and only its hash is stored', async () => {
  const { token, apiToken } = await make()
  expect(token).toMatch(/^ndt_[\w-]{43}$/)
  expect(token.startsWith(apiToken.prefix)).toBe(true)
  expect(apiToken.prefix).toHaveLength(12)
  const stored = await db.database.asStaff(async tx => [
    await tx.select().from(tables.apiTokens),
    await tx.select().from(tables.tokenRegistry),
  ])
  expect(JSON.stringify(stored)).not.toContain(token.slice(12))
})

test('it tells who its bearer is, until it is revoked or expires', async () => {
  const { token, apiToken } = await make({ expiresAt: later(3_600) })
  expect(await who(token)).toEqual({
    tokenId: apiToken.id,
    name: 'evaluations',
    role: 'INTEGRATION',
    tenantId,
    expiresAt: later(3_600),
  })
  expect(await who(token, later(3_600))).toBeUndefined()
  expect(await who(`${token}x`)).toBeUndefined()
  await db.database.asTenant(tenantId, tx => revokeToken(tx, tenantId, apiToken.id, later(1)))
  expect(await who(token)).toBeUndefined()
})

test('revoking again keeps the first time; what is not there is NOT_FOUND', async () => {
  const { apiToken } = await make()
  const revoke = (at: Date, id = apiToken.id) =>
    db.database.asTenant(tenantId, tx => revokeToken(tx, tenantId, id, at))
  await revoke(now)
  expect((await revoke(later(60))).revokedAt).toEqual(now)
  await expect(revoke(now, crypto.randomUUID())).rejects.toMatchObject({ code: 'NOT_FOUND' })
  const other = await db.createTenant()
  await expect(
    db.database.asTenant(other, tx => revokeToken(tx, other, apiToken.id, now)),
  ).rejects.toMatchObject({ code: 'NOT_FOUND' })
})

test('its last use is written once a minute', async () => {
  const { token, apiToken } = await make()
  const lastUse = async () => {
    const rows = await db.database.asTenant(tenantId, tx => tx.select().from(tables.apiTokens))
    return rows.find(row => row.id === apiToken.id)?.lastUsedAt
  }
  await who(token)
  expect(await lastUse()).toEqual(now)
  await who(token, later(59))
  expect(await lastUse()).toEqual(now)
  await who(token, later(60))
  expect(await lastUse()).toEqual(later(60))
})

test.each([
  [{ name: ' ' }, 'name'],
  [{ name: 'x'.repeat(101) }, 'name'],
  [{ role: 'STAFF' as const }, 'role'],
  [{ expiresAt: now }, 'expiresAt'],
])('%j is BAD_INPUT', async (wish, field) => {
  await expect(make(wish)).rejects.toMatchObject({ code: 'BAD_INPUT', fields: [{ path: [field] }] })
})

const makers: [string, (name: string) => Promise<unknown>][] = [
  ['a token of a tenant', name => make({ name })],
  ['a token of staff', name => db.database.asStaff(tx => createStaffToken(tx, { name }, now))],
  [
    'an invitation',
    name => db.database.asTenant(tenantId, tx => inviteAdministrator(tx, tenantId, { name }, now)),
  ],
]

describe.each(makers)('%s', (_, named) => {
  test.each([
    'system',
    ' System ',
    'staff',
    'ＳＴＡＦＦ',
    'sys\u200btem',
    'operator:root',
    'Operator : root',
    'sftp:acme-12345',
    'claim link',
    'Claim  Link',
  ])('is not called %j, as the trail calls somebody else', async name => {
    const message = expect.stringMatching(/^The audit trail calls somebody else .*choose another name/)
    await expect(named(name)).rejects.toMatchObject({
      code: 'BAD_INPUT',
      fields: [{ path: ['name'], message }],
    })
  })

  test.each(['a\u0000b', 'a\u001bb', '\u0000'])(
    'is not called %j, which cannot be kept or seen',
    async name => {
      await expect(named(name)).rejects.toMatchObject({ code: 'BAD_INPUT', fields: [{ path: ['name'] }] })
    },
  )

  test.each(['systems', 'staff of Acme', 'sftp', 'operator', 'نرم‌افزار'])('may be called %j', async name => {
    await named(name)
  })
})

describe("the configuration's staff token", () => {
  const configured = () =>
    db.database.asStaff(tx => tx.select().from(tables.staffTokens).where(isNotNull(tables.staffTokens.slot)))

  test('is put in its slot; another one replaces it, and the first opens nothing any more', async () => {
    await putStaffToken(db.database, 'ndt_the-first-staff-token')
    await putStaffToken(db.database, 'ndt_the-first-staff-token')
    expect(await who('ndt_the-first-staff-token')).toMatchObject({ role: 'STAFF', tenantId: null })
    await putStaffToken(db.database, 'ndt_the-second-staff-token')
    expect(await who('ndt_the-first-staff-token')).toBeUndefined()
    expect(await who('ndt_the-second-staff-token')).toMatchObject({ role: 'STAFF' })
    expect(await configured()).toHaveLength(1)
  })

  test('putting the same one again forgets no last use', async () => {
    await putStaffToken(db.database, 'ndt_the-second-staff-token')
    await who('ndt_the-second-staff-token')
    await putStaffToken(db.database, 'ndt_the-second-staff-token')
    expect((await configured())[0]?.lastUsedAt).toEqual(now)
  })

  test('what was opened with it ends when it is replaced, and waiting streams are told', async () => {
    await putStaffToken(db.database, 'ndt_a-leaked-staff-token')
    const { tokenId = '' } = (await who('ndt_a-leaked-staff-token')) ?? {}
    const stands = () => db.database.asStaff(tx => isInForce(tx, { tokenId, staff: true }, now))
    const told = Promise.withResolvers<string>()
    const listening = await db.database.plain.listen(TOKENS_CHANNEL, told.resolve)
    await putStaffToken(db.database, 'ndt_a-leaked-staff-token')
    expect(await stands()).toBe(true)
    await putStaffToken(db.database, 'ndt_the-next-staff-token')
    expect(await stands()).toBe(false)
    expect(await told.promise).toBe(tokenId)
    await listening.unlisten()
  })
})
