import postgres from 'postgres'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { newEd25519Pair } from '../../core/accounts/private-key/key-pair.ts'
import { tables } from '../../db/db.ts'
import type { Answer } from './api-room.ts'
import { secretOf } from './claim-room.ts'
import { openSetupRoom, type RequestAnswer, TEMPLATE } from './setup-room.ts'

let room: Awaited<ReturnType<typeof openSetupRoom>>
beforeAll(async () => {
  room = await openSetupRoom()
})
afterAll(() => room[Symbol.asyncDispose]())

interface Approved {
  setupRequest: RequestAnswer
  columnTemplate: { id: string; name: string; version: number }
  sftpAccount: {
    id: string
    host: string
    port: number
    username: string
    keys: { publicKey: string; label: string }[]
  }
  keyClaimUrl: string | null
}

const approvedIn = (answer: Answer) => {
  if (answer.errors) throw new Error(JSON.stringify(answer.errors))
  return (answer.data as unknown as { approveSetupRequest: Approved }).approveSetupRequest
}

/** All that an approval makes. */
const made = () =>
  room.database.asTenant(room.tenant.tenantId, async tx => ({
    templates: await tx.$count(tables.columnTemplates),
    accounts: await tx.$count(tables.sftpAccounts),
    usernames: await tx.$count(tables.sftpUsernames),
    keys: await tx.$count(tables.sshKeys),
    links: await tx.$count(tables.claimLinks),
    events: await tx.$count(tables.auditEvents),
  }))

describe('an approval', () => {
  test('makes template and account, and a link by which the customer alone makes the key', async () => {
    const { id } = await room.submit()
    const before = await made()
    const answer = await room.approve(room.STAFF, id)
    const { setupRequest, columnTemplate, sftpAccount, keyClaimUrl } = approvedIn(answer)
    expect(setupRequest).toMatchObject({
      status: 'APPROVED',
      columnTemplate: { id: columnTemplate.id, name: TEMPLATE.name },
      sftpAccount: { id: sftpAccount.id, username: sftpAccount.username },
    })
    expect(columnTemplate.version).toBe(1)
    expect(sftpAccount).toMatchObject({ host: 'sftp.test', port: 2022, keys: [] })
    expect(JSON.stringify(answer)).not.toContain('PRIVATE')
    expect(await made()).toEqual({
      ...before,
      templates: before.templates + 1,
      accounts: before.accounts + 1,
      usernames: before.usernames + 1,
      links: before.links + 1,
      events: before.events + 1,
    })
    expect(keyClaimUrl).toMatch(/^http:\/\/api\.test\/claim\/ndc_[\w-]{43}$/)
    const page = await room.handler(new Request(keyClaimUrl ?? '', { method: 'POST' }))
    expect(secretOf(await page.text())).toMatch(/^-----BEGIN OPENSSH PRIVATE KEY-----/)
    const { node } = await room.data<{ node: { keys: { label: string; algorithm: string }[] } }>(
      room.tenant.READER,
      `{ node(id: "${sftpAccount.id}") { ... on SftpAccount { keys { label algorithm } } } }`,
    )
    expect(node.keys).toEqual([{ label: 'made at set-up', algorithm: 'ssh-ed25519' }])
  })

  test('takes the key that the customer brought, and then there is no link', async () => {
    const pair = newEd25519Pair()
    const line = `ssh-ed25519 ${pair.publicBlob.toString('base64')}`
    const { id } = await room.submit({ sshPublicKey: `${line} night job` })
    const before = (await made()).links
    const { sftpAccount, keyClaimUrl } = approvedIn(await room.approve(room.STAFF, id))
    expect(keyClaimUrl).toBeNull()
    expect(sftpAccount.keys).toEqual([{ publicKey: line, label: 'brought to set-up' }])
    expect((await made()).links).toBe(before)
  })

  test('of what waits for the customer is possible too: they may have answered by telephone', async () => {
    const { id } = await room.submit()
    await room.act(room.STAFF, 'requestSetupChanges', id, 'text: "?"')
    expect(approvedIn(await room.approve(room.STAFF, id)).setupRequest.status).toBe('APPROVED')
  })

  test('twice at once makes one of everything', async () => {
    const { id } = await room.submit()
    const before = await made()
    const answers = await Promise.all([1, 2, 3].map(() => room.approve(room.STAFF, id)))
    expect(answers.filter(answer => !answer.errors)).toHaveLength(1)
    expect(answers.filter(answer => answer.errors?.[0]?.extensions['code'] === 'CONFLICT')).toHaveLength(2)
    expect((await made()).accounts).toBe(before.accounts + 1)
    expect((await made()).templates).toBe(before.templates + 1)
  })
})

describe('an approval that fails leaves nothing', () => {
  const [reference, agent, ...rest] = TEMPLATE.columns
  test.each<[string, object, string[]]>([
    ['no reference', { columns: [agent, ...rest] }, ['template.columns']],
    ['no agent', { columns: [reference, ...rest] }, ['template.columns']],
    ['no date', { columns: [reference, agent] }, ['template.columns']],
    [
      'two references',
      { columns: [...TEMPLATE.columns, { header: 'Id', field: 'REFERENCE' }] },
      ['template.columns.6.field'],
    ],
    ['an unknown zone', { timeZone: 'Mars/Olympus' }, ['template.timeZone']],
    ['a glob outside the grammar', { filePattern: '/[a-z].csv' }, ['template.filePattern']],
    [
      'a date pattern that cannot be read, and a delimiter that is none',
      {
        columns: [reference, agent, { header: 'Start', field: 'CONTACT_DATE', format: 'when it was' }],
        dialect: { delimiter: 'xx' },
      },
      ['template.columns.2.format', 'template.dialect.delimiter'],
    ],
  ])('%s', async (_, faulty, paths) => {
    const { id } = await room.submit()
    const before = await made()
    const answer = await room.approve(room.STAFF, id, { ...TEMPLATE, ...faulty })
    expect(answer.errors?.[0]?.extensions['code']).toBe('BAD_INPUT')
    const fields = answer.errors?.[0]?.extensions['fields'] as { path: string[] }[]
    expect(fields.map(({ path }) => path.join('.')).toSorted((a, b) => (a < b ? -1 : 1))).toEqual(paths)
    expect(await made()).toEqual(before)
    expect(await room.read(id)).toMatchObject({
      status: 'SUBMITTED',
      decidedAt: null,
      sftpAccount: null,
      columnTemplate: null,
    })
  })

  test.each(['sftp_usernames', 'claim_links', 'audit_events'])('half-way, at %s', async table => {
    const { id } = await room.submit()
    const before = await made()
    const superuser = postgres(room.db.superuserUrl, { max: 1, onnotice: () => {} })
    try {
      await superuser.unsafe(`alter table ${table} add constraint broken check (false) not valid`)
      const answer = await room.approve(room.STAFF, id)
      expect(answer.errors?.[0]?.extensions['code']).toBe('INTERNAL')
      expect(await made()).toEqual(before)
      expect((await room.read(id)).status).toBe('SUBMITTED')
    } finally {
      await superuser.unsafe(`alter table ${table} drop constraint broken`)
      await superuser.end()
    }
    expect(approvedIn(await room.approve(room.STAFF, id)).setupRequest.status).toBe('APPROVED')
  })
})
