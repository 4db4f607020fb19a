import { generateKeyPairSync } from 'node:crypto'
import { eq } from 'drizzle-orm'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { authenticate } from '../../../core/access/authenticate.ts'
import { newEd25519Pair } from '../../../core/accounts/private-key/key-pair.ts'
import { opensshForm } from '../../../core/accounts/private-key/openssh-form.ts'
import { findClaim } from '../../../core/setup/claims/find-claim.ts'
import { inviteAdministrator } from '../../../core/setup/claims/invite-administrator.ts'
import { createTemplate } from '../../../core/templates/create-template.ts'
import { tables } from '../../../db/db.ts'
import { decodeNodeId } from '../../../schema/node-id.ts'
import { anInput } from '../../core/templates/a-template.ts'
import { openCommandRoom } from './command-room.ts'

const PUBLIC_KEY =
  'ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIHKz3Zr0jGkQe8m0Gd7m0cQ3YcQqv2m0g1bQm2b0Z9mB night@batch'

let room: Awaited<ReturnType<typeof openCommandRoom>>
beforeAll(async () => {
  room = await openCommandRoom()
  await room.run(['tenant', 'create', 'acme', '--name', 'Acme'])
})
afterAll(() => room[Symbol.asyncDispose]())

const callerOf = (token: string) => authenticate(room.db.database, token, new Date())

test('a tenant is made once, with a token on standard output alone; again it is a conflict', async () => {
  const made = await room.run(['tenant', 'create', 'globex', '--time-zone', 'Europe/Paris'])
  expect(made.code).toBe(0)
  expect(made.err).not.toContain(made.out.trim())
  expect(await callerOf(made.out.trim())).toMatchObject({ role: 'ADMIN', name: 'administrator' })
  const again = await room.run(['tenant', 'create', 'globex'])
  expect(again).toMatchObject({ code: 4, out: '', err: 'The slug globex is taken: choose another.\n' })
  const listed = (await room.run(['tenant', 'list', '--json'])).json<{ slug: string; timeZone: string }[]>()
  expect(listed.map(({ slug, timeZone }) => [slug, timeZone])).toEqual([
    ['globex', 'Europe/Paris'],
    ['acme', 'UTC'],
  ])
})

test('a token is made, listed and revoked by its id or by itself', async () => {
  const make = async (...more: string[]) => {
    const ran = await room.run(['token', 'create', 'partner', '--json', ...more])
    return ran.json<{ id: string; token: string; prefix: string }>()
  }
  const reader = await make('--tenant', 'acme', '--role', 'reader', '--expires', '2999-01-01')
  const staff = await make('--role', 'STAFF')
  expect(await callerOf(reader.token)).toMatchObject({
    role: 'READER',
    expiresAt: new Date('2999-01-01T00:00:00Z'),
  })
  expect(await callerOf(staff.token)).toMatchObject({ role: 'STAFF', name: 'partner' })

  const listed = await room.run(['token', 'list', 'acme'])
  expect(listed.out).toContain(reader.prefix)
  expect(listed.out).not.toContain(reader.token)
  expect((await room.run(['token', 'list'])).out).toContain(staff.prefix)

  expect((await room.run(['token', 'revoke', reader.id])).code).toBe(0)
  expect((await room.run(['token', 'revoke'], `${staff.token}\n`)).code).toBe(0)
  expect(await callerOf(reader.token)).toBeUndefined()
  expect(await callerOf(staff.token)).toBeUndefined()
})

test('a secret among the arguments is refused, and does nothing', async () => {
  const { token } = (
    await room.run(['token', 'create', 'x', '--tenant', 'acme', '--role', 'READER', '--json'])
  ).json<{ token: string }>()
  const ran = await room.run(['token', 'revoke', token])
  expect(ran.code).toBe(2)
  expect(ran.err).toContain('it comes by standard input')
  expect(ran.err + ran.out).not.toContain(token)
  expect(await callerOf(token)).toBeDefined()
})

test('an account with keys and networks, each change on record under the operator', async () => {
  const made = await room.run(['account', 'create', 'acme', 'acme-night', '--json'])
  expect(made.json()).toMatchObject({
    username: 'acme-night',
    enabled: true,
    allowedNetworks: [],
    port: 2022,
  })
  expect((await room.run(['account', 'create', 'acme', 'acme-night'])).code).toBe(4)

  const added = await room.run(['key', 'add', 'acme-night'], PUBLIC_KEY)
  expect(added.out).toContain('night@batch')
  const pem = generateKeyPairSync('ed25519').publicKey.export({ type: 'spki', format: 'pem' }).toString()
  expect((await room.run(['key', 'add', 'acme-night', '--json'], pem)).json()).toMatchObject({
    label: 'acme-night',
  })
  const keys = (await room.run(['key', 'list', 'acme-night', '--json'])).json<{ fingerprint: string }[]>()
  const fingerprint = keys[0]?.fingerprint ?? ''
  expect((await room.run(['key', 'revoke', 'acme-night', fingerprint])).code).toBe(0)
  expect((await room.run(['key', 'revoke', 'acme-night', 'SHA256:none'])).code).toBe(3)

  expect(
    (await room.run(['account', 'networks', 'acme-night', '203.0.113.0/24', '2001:db8::/32'])).code,
  ).toBe(0)
  expect((await room.run(['account', 'networks', 'acme-night'])).out).toBe('203.0.113.0/24\n2001:db8::/32\n')
  const wrong = await room.run(['account', 'networks', 'acme-night', '010.1.0.0/16', '--json'])
  expect(wrong.code).toBe(2)
  expect(wrong.json()).toMatchObject({ error: { code: 'BAD_INPUT', fields: [{ path: ['networks', '0'] }] } })
  expect((await room.run(['account', 'networks', 'acme-night', '--any'])).out).toBe('any\n')
  await room.run(['account', 'disable', 'acme-night'])
  expect((await room.run(['account', 'list', 'acme', '--json'])).json()).toMatchObject([{ enabled: false }])

  const trail = await room.db.database.asStaff(tx =>
    tx
      .select({ actor: tables.auditEvents.actor, action: tables.auditEvents.action })
      .from(tables.auditEvents)
      .innerJoin(tables.tenants, eq(tables.tenants.id, tables.auditEvents.tenantId))
      .where(eq(tables.tenants.slug, 'acme'))
      .orderBy(tables.auditEvents.id),
  )
  const actions = ['createSftpAccount', 'addSshKey', 'revokeSshKey', 'setAllowedNetworks']
  expect(trail.map(event => event.action)).toEqual(expect.arrayContaining(actions))
  expect(trail.filter(event => !event.actor.startsWith('operator:'))).toEqual([])
})

test('a claim link that went to the wrong people is found by its tenant, and ended once', async () => {
  const { database } = room.db
  const [tenant] = await database.asStaff(tx =>
    tx.select().from(tables.tenants).where(eq(tables.tenants.slug, 'acme')),
  )
  const tenantId = tenant?.id ?? ''
  const { secret } = await database.asTenant(tenantId, tx =>
    inviteAdministrator(tx, tenantId, { name: 'Ann' }, new Date()),
  )
  const listed = async () =>
    (await room.run(['claim', 'list', 'acme', '--json'])).json<
      { id: string; state: string; name: string }[]
    >()
  const [link] = await listed()
  expect(decodeNodeId(link?.id ?? '')).toMatchObject({ type: 'ClaimLink' })
  expect(link).toMatchObject({ state: 'waiting', kind: 'ADMIN_TOKEN', name: 'Ann' })
  expect(JSON.stringify(await listed())).not.toContain(secret)
  expect(await findClaim(database, secret, new Date())).toBeDefined()
  const revoked = await room.run(['claim', 'revoke', 'acme', link?.id ?? '', '--json'])
  expect([revoked.code, revoked.json()]).toMatchObject([0, { id: link?.id }])
  expect(await findClaim(database, secret, new Date())).toBeUndefined()
  expect((await listed())[0]?.state).toBe('expired')
  expect((await room.run(['claim', 'revoke', 'acme', link?.id ?? ''])).code).toBe(3)
  expect((await room.run(['claim', 'revoke', 'acme', 'none'])).code).toBe(3)
})

test('a private key is refused loudly, and never repeated', async () => {
  await room.run(['account', 'create', 'acme', 'acme-second'])
  const secret = opensshForm(newEd25519Pair(), 'operator')
  const ran = await room.run(['key', 'add', 'acme-second'], secret)
  expect(ran.code).toBe(2)
  expect(ran.err).toContain('This is a private key')
  expect(ran.err + ran.out).not.toContain(secret.split('\n')[1])
})

test('what does not exist is 3, in words', async () => {
  for (const typed of [
    ['account', 'list', 'nobody'],
    ['account', 'enable', 'nobody'],
    ['token', 'revoke', '00000000-0000-7000-8000-000000000000'],
    ['import', 'list', 'nobody'],
    ['template', 'list', 'nobody'],
  ]) {
    const ran = await room.run(typed)
    expect([typed[0], ran.code, ran.err]).toEqual([typed[0], 3, expect.stringContaining('does not exist.')])
  }
})

test('lists that hold nothing say so, and are empty arrays in JSON', async () => {
  await room.run(['tenant', 'create', 'empty'])
  for (const subject of ['account', 'import', 'template']) {
    expect((await room.run([subject, 'list', 'empty'])).out).toBe('none\n')
    expect((await room.run([subject, 'list', 'empty', '--json'])).json()).toEqual([])
  }
})

test('a list of agents is previewed, then taken in; what was left out is 1', async () => {
  const list = 'name,email\nAnn,ann@example.com\nBob,at home\n'
  const preview = await room.run(['agents', 'import', 'acme', '--preview'], list)
  expect(preview.code).toBe(1)
  expect(preview.out).toMatch(/^Would be created 1, updated 0, unchanged 0; 1 problems\.\n/)
  expect(preview.out).toMatch(/^2 +2 +BAD_EMAIL +"at home" is no email address/m)
  const taken = await room.run(['agents', 'import', 'acme', '-', '--json'], list)
  expect(taken.json()).toMatchObject({ created: 1, problems: [{ row: 2, column: 2 }] })
  expect(await room.run(['agents', 'import', 'acme'], 'name,email\nAnn,ann@example.com\n')).toMatchObject({
    code: 0,
    out: 'created 0, updated 0, unchanged 1; 0 problems.\n',
  })
  expect((await room.run(['agents', 'import', 'acme', '/no/such/list.csv'])).code).toBe(3)
})

test('a file is tried with a template: row by row, and 1 when any is rejected', async () => {
  await room.run(['tenant', 'create', 'try'])
  const file = 'Id,Agent,Date\nC1,ann,2026-01-05T09:00:00Z\nC2,bob,yesterday\n'
  expect((await room.run(['template', 'test', 'try', '-'], file)).code).toBe(3)
  const tenantId = await tenantIdOf('try')
  const columns: Parameters<typeof anInput>[0] = [
    ['Id', 'REFERENCE'],
    ['Agent', 'AGENT'],
    ['Date', 'CONTACT_DATE', 'ISO'],
  ]
  await room.db.database.asTenant(tenantId, async tx => {
    await createTemplate(tx, tenantId, anInput(columns, { name: 'Calls', filePattern: '/a/*.csv' }))
  })
  const tried = await room.run(['template', 'test', 'try', '-'], file)
  expect(tried.code).toBe(1)
  expect(tried.out).toMatch(/^accepted 1, rejected 1; 0 agents known, 0 recordings named\.\n/)
  expect(tried.out).toMatch(/^1 +C1 +ann +2026-01-05T09:00:00\.000Z$/m)
  expect(tried.out).toMatch(/^2 +C2 +bob +.*yesterday/m)
  await room.db.database.asTenant(tenantId, async tx => {
    await createTemplate(tx, tenantId, anInput(columns, { name: 'Mails', filePattern: '/b/*.csv' }))
  })
  expect((await room.run(['template', 'test', 'try', '-'], file)).code).toBe(4)
  expect(
    (await room.run(['template', 'test', 'try', '-', '--template', 'Mails', '--json'], file)).json(),
  ).toMatchObject({ accepted: 1, rejected: 1 })
})

async function tenantIdOf(slug: string): Promise<string> {
  const { tenants } = tables
  const [tenant] = await room.db.database.asStaff(tx =>
    tx.select().from(tenants).where(eq(tenants.slug, slug)),
  )
  return tenant?.id ?? ''
}
