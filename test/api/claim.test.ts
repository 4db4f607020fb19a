import { randomBytes } from 'node:crypto'
import { eq } from 'drizzle-orm'
import ssh2 from 'ssh2'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { tables } from '../../db/db.ts'
import { openClaimRoom, secretOf } from './claim-room.ts'

let room: Awaited<ReturnType<typeof openClaimRoom>>
beforeAll(async () => {
  room = await openClaimRoom()
})
afterAll(() => room[Symbol.asyncDispose]())

const keysOf = (accountId: string) =>
  room.database.asTenant(room.tenant.tenantId, tx =>
    tx.select().from(tables.sshKeys).where(eq(tables.sshKeys.accountId, accountId)),
  )

/** Everything of an answer that a visitor could tell apart. */
async function whole(response: Response) {
  const headers = Object.fromEntries([...response.headers].filter(([name]) => name !== 'x-request-id'))
  return { status: response.status, headers, body: await response.text() }
}

describe('a link for a key', () => {
  test('says what it is however often it is opened, and is not used up by that', async () => {
    const { path, account } = await room.keyLink()
    const first = await whole(await room.open(path))
    expect(first.status).toBe(200)
    expect(first.body).toContain(account.username)
    expect(first.body).toContain('sftp.test, port 2022')
    expect(first.body).toContain('Friday, 27 November 2026 at 09:00 (UTC)')
    expect(first.body).not.toContain('PRIVATE')
    for (let times = 0; times < 3; times++) expect(await whole(await room.open(path))).toEqual(first)
    const head = await whole(await room.open(path, { method: 'HEAD' }))
    expect(head).toEqual({ ...first, body: '' })
    expect(await keysOf(account.id)).toEqual([])
    expect((await room.press(path)).status).toBe(200)
  })

  test('escapes what people chose', async () => {
    const { path } = await room.keyLink()
    const page = await (await room.open(path)).text()
    expect(page).toContain('Müller &#38; Söhne &#60;b&#62;')
    expect(page).not.toContain('<b>')
  })

  test.each([
    [{}, '-----BEGIN OPENSSH PRIVATE KEY-----', 'ssh-ed25519', 'sftp -i nightdrop-'],
    [
      { format: 'OPENSSH', algorithm: 'RSA_4096' },
      '-----BEGIN OPENSSH PRIVATE KEY-----',
      'ssh-rsa',
      'sftp -i nightdrop-',
    ],
    [
      { format: 'PEM', algorithm: 'RSA_4096' },
      '-----BEGIN RSA PRIVATE KEY-----',
      'ssh-rsa',
      'sftp -i nightdrop-',
    ],
    [
      { format: 'PPK', algorithm: 'ED25519' },
      'PuTTY-User-Key-File-2: ssh-ed25519',
      'ssh-ed25519',
      'psftp -i nightdrop-',
    ],
  ])(
    'pressed with %j makes the key and shows it with all that a first connection takes',
    async (fields, begins, type, command) => {
      const { path, account } = await room.keyLink()
      const page = await (await room.press(path, fields)).text()
      const privateKey = secretOf(page) ?? ''
      expect(privateKey.startsWith(begins)).toBe(true)
      const [key, ...others] = await keysOf(account.id)
      expect(others).toEqual([])
      expect(key).toMatchObject({ algorithm: type, label: 'made at set-up', revokedAt: null })
      for (const words of [
        key?.fingerprint ?? '',
        account.username,
        'sftp.test',
        '2022',
        'ED25519 SHA256:uH3o9Z',
        'RSA SHA256:7mC1',
        command,
      ])
        expect(page).toContain(words)
      const [, data = ''] = /href="data:application\/octet-stream;base64,([^"]+)"/.exec(page) ?? []
      expect(Buffer.from(data, 'base64').toString()).toBe(privateKey)
      if (!('format' in fields) || fields.format !== 'PPK') {
        const parsed = ssh2.utils.parseKey(privateKey)
        if (parsed instanceof Error) throw parsed
        expect(`${parsed.type} ${parsed.getPublicSSH().toString('base64')}`).toBe(key?.publicKey)
      }
    },
  )

  test('keeps the private half nowhere, and is on the trail with the fingerprint alone', async () => {
    const { path, account } = await room.keyLink()
    const privateKey = secretOf(await (await room.press(path)).text()) ?? ''
    const [key] = await keysOf(account.id)
    const events = await room.database.asTenant(room.tenant.tenantId, tx =>
      tx
        .select()
        .from(tables.auditEvents)
        .where(eq(tables.auditEvents.subject, key?.id ?? '')),
    )
    expect(events).toMatchObject([
      {
        actor: 'claim link',
        action: 'claimSshKey',
        details: { account: account.id, fingerprint: key?.fingerprint },
      },
    ])
    const links = await room.database.asTenant(room.tenant.tenantId, tx =>
      tx.select().from(tables.claimLinks),
    )
    const stored = JSON.stringify([key, events, links])
    for (const line of privateKey.split('\n').slice(1, -2)) expect(stored).not.toContain(line)
    expect(stored).not.toContain(path.slice('/claim/'.length))
  })

  test('a choice that is none uses nothing up', async () => {
    const { path, account } = await room.keyLink()
    for (const fields of [{ format: 'XML' }, { algorithm: 'DSA' }, { format: '' }, { x: 'y'.repeat(5_000) }])
      expect((await room.press(path, fields)).status, JSON.stringify(fields)).toBe(400)
    expect(await keysOf(account.id)).toEqual([])
    expect((await room.press(path)).status).toBe(200)
  })

  test('pressed ten times at once makes one key', async () => {
    const { path, account } = await room.keyLink()
    const answers = await Promise.all(Array.from({ length: 10 }, () => room.press(path)))
    expect(answers.filter(answer => answer.status === 200)).toHaveLength(1)
    expect(answers.filter(answer => answer.status === 410)).toHaveLength(9)
    expect(await keysOf(account.id)).toHaveLength(1)
  })
})

describe('a link that is used, one that is expired and one that never was', () => {
  test('get one answer, byte for byte, opened or pressed', async () => {
    const used = await room.keyLink()
    await room.press(used.path)
    const expired = await room.keyLink()
    const inTime = await room.keyLink()
    room.pass(72)
    const altered = `${inTime.path.slice(0, -1)}${inTime.path.endsWith('A') ? 'B' : 'A'}`
    const paths = [used.path, expired.path, altered, `/claim/ndc_${randomBytes(32).toString('base64url')}`]
    const strange = [
      '/claim/',
      '/claim',
      '/claim/%00',
      '/claim/a/b',
      `/claim/${'x'.repeat(5_000)}`,
      '/claim/%F0%28',
    ]
    const dead = await whole(await room.open(used.path))
    expect(dead.status).toBe(410)
    for (const path of [...paths, ...strange]) {
      expect(await whole(await room.open(path)), path).toEqual(dead)
      expect(await whole(await room.press(path)), path).toEqual(dead)
    }
    expect(await keysOf(expired.account.id)).toEqual([])
  })

  test('72 hours less a second are enough', async () => {
    const { path } = await room.keyLink()
    room.pass(72 - 1 / 3_600)
    expect((await room.press(path)).status).toBe(200)
  })
})

describe('an invitation', () => {
  test('is a link for 72 hours, by which an administrator takes a token that works', async () => {
    const { url, expiresAt } = await room.invitation()
    expect(+new Date(expiresAt) - +room.now()).toBe(72 * 3_600_000)
    const path = new URL(url).pathname
    const offer = await (await room.open(path)).text()
    expect(offer).toContain('Petra Müller')
    expect(offer).not.toContain('ndt_')
    const token = secretOf(await (await room.press(path)).text()) ?? ''
    const { viewer } = await room.data<{ viewer: object }>(token, '{ viewer { name role tenant { id } } }')
    expect(viewer).toEqual({ name: 'Petra Müller', role: 'ADMIN', tenant: { id: room.tenant.id } })
    expect((await room.press(path)).status).toBe(410)
  })

  test('ends the one before of the same name, which may have gone astray', async () => {
    const [astray, right] = [await room.invitation(), await room.invitation()]
    expect((await room.open(new URL(astray.url).pathname)).status).toBe(410)
    expect((await room.open(new URL(right.url).pathname)).status).toBe(200)
  })

  test('pressed twice at once makes one token', async () => {
    const count = () => room.database.asTenant(room.tenant.tenantId, tx => tx.$count(tables.apiTokens))
    const before = await count()
    const path = new URL((await room.invitation()).url).pathname
    const answers = await Promise.all([room.press(path), room.press(path)])
    expect(answers.map(answer => answer.status).sort((a, b) => a - b)).toEqual([200, 410])
    expect(await count()).toBe(before + 1)
  })
})

describe('nobody else gets at it', () => {
  test('every page forbids scripts, frames, caches, referrers and search engines', async () => {
    const { path } = await room.keyLink()
    const pages = [
      await room.open(path),
      await room.press(path, { format: 'none' }),
      await room.press(path, {}, { 'sec-fetch-site': 'cross-site' }),
      await room.open(path, { method: 'DELETE' }),
      await room.press(path),
      await room.open(path),
    ]
    expect(pages.map(page => page.status)).toEqual([200, 400, 403, 405, 200, 410])
    for (const { headers } of pages) {
      expect(headers.get('content-security-policy')).toMatch(
        /^default-src 'none'; style-src 'sha256-[^']+'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'$/,
      )
      expect(headers.get('cache-control')).toBe('private, no-store')
      expect(headers.get('referrer-policy')).toBe('no-referrer')
      expect(headers.get('x-frame-options')).toBe('DENY')
      expect(headers.get('x-robots-tag')).toContain('noindex')
      expect(headers.get('set-cookie')).toBeNull()
    }
  })

  test.each(['cross-site', 'same-site'])(
    'a page of another site cannot press the button (%s)',
    async site => {
      const { path, account } = await room.keyLink()
      expect((await room.press(path, {}, { 'sec-fetch-site': site })).status).toBe(403)
      expect(await keysOf(account.id)).toEqual([])
      expect((await room.press(path, {}, { 'sec-fetch-site': 'same-origin' })).status).toBe(200)
    },
  )

  test('other methods change nothing', async () => {
    const { path, account } = await room.keyLink()
    for (const method of ['PUT', 'PATCH', 'DELETE', 'OPTIONS'])
      expect((await room.open(path, { method })).status).toBe(405)
    expect(await keysOf(account.id)).toEqual([])
  })
})
