import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { eq } from 'drizzle-orm'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { readConfig } from '../../../core/config/process-config.ts'
import { sweep } from '../../../core/retention/sweep.ts'
import { storedObject } from '../../../core/vault/object-rows.ts'
import { openVault } from '../../../core/vault/open-vault.ts'
import { tables } from '../../../db/db.ts'
import { fillTenant } from '../../api/contacts-fixture.ts'
import { silentLog } from '../../support/silent-log.ts'
import { credentials, startEmbedded } from '../object-store/support.ts'
import { nightdropHere, openCommandRoom } from './command-room.ts'

let room: Awaited<ReturnType<typeof openCommandRoom>>
let store: Awaited<ReturnType<typeof startEmbedded>>
let env: Record<string, string>
let folder: string
beforeAll(async () => {
  room = await openCommandRoom()
  store = await startEmbedded()
  env = {
    ...room.env,
    S3_BUCKET: store.bucket,
    S3_ENDPOINT: store.endpoint,
    AWS_ACCESS_KEY_ID: credentials.accessKeyId,
    AWS_SECRET_ACCESS_KEY: credentials.secretAccessKey,
  }
  // The AWS SDK looks for them in the environment of the process.
  Object.assign(process.env, {
    AWS_ACCESS_KEY_ID: credentials.accessKeyId,
    AWS_SECRET_ACCESS_KEY: credentials.secretAccessKey,
  })
  folder = await mkdtemp(join(tmpdir(), 'nightdrop-certificates-'))
})
afterAll(async () => {
  await rm(folder, { recursive: true, force: true })
  await store[Symbol.asyncDispose]()
  await room[Symbol.asyncDispose]()
})

const run = (...typed: string[]) => nightdropHere(typed, env)

async function tenantWithContacts(slug: string) {
  await run('tenant', 'create', slug)
  const [tenant] = await room.db.database.asStaff(tx =>
    tx.select().from(tables.tenants).where(eq(tables.tenants.slug, slug)),
  )
  const tenantId = tenant?.id ?? ''
  const { contacts } = await fillTenant(room.db.database, tenantId, 3)
  await room.db.database.asTenant(tenantId, tx =>
    tx
      .update(tables.contacts)
      .set({ importedAt: new Date(Date.now() - 40 * 86_400_000) })
      .where(eq(tables.contacts.id, contacts[0]?.id ?? '')),
  )
  return tenantId
}

test('a preview of a rule, and of the one in force', async () => {
  await tenantWithContacts('preview')
  expect((await run('retention', 'preview', 'preview', '--json')).json()).toMatchObject({
    contacts: 0,
    rule: { enabled: false },
  })
  const wished = await run('retention', 'preview', 'preview', '--days', '30', '--json')
  expect(wished.json()).toMatchObject({ contacts: 1, rule: { deleteAfterDays: 30 } })
  const words = await run('retention', 'preview', 'preview', '--days', '30')
  expect(words.out).toMatch(/contacts are deleted 30 days after their import, evaluated ones stay/)
  const one = await run('retention', 'preview', 'preview', '--days', '1', '--evaluated-days', '1')
  expect(one.out).toContain('contacts are deleted 1 day after their import, evaluated ones after 1 day\n')
  expect((await run('retention', 'preview', 'preview', '--days', '0')).code).toBe(2)
  expect((await run('retention', 'preview', 'preview', '--days', 'x')).code).toBe(2)
  expect((await run('retention', 'preview', 'nobody')).code).toBe(3)
})

test('a preview leaves no part of a wished rule out in silence', async () => {
  await run('tenant', 'create', 'half-wished')
  for (const half of [
    ['--clock', 'OCCURRED_AT'],
    ['--evaluated-days', '5'],
  ]) {
    const ran = await run('retention', 'preview', 'half-wished', ...half)
    expect(ran).toMatchObject({ code: 2, out: '' })
    expect(ran.err).toContain('--clock and --evaluated-days go with --days.')
  }
})

test('a run that is begun here is worked off by a worker, and its certificate verified by key or master key', async () => {
  const tenantId = await tenantWithContacts('run')
  const begun = await run('retention', 'run', 'run', '--json')
  expect(begun.json()).toMatchObject({ finishedAt: null, contactsDeleted: 0 })
  expect((await run('retention', 'run', 'run')).out).toMatch(
    /^contacts deleted {4}0\nrecordings deleted {2}0$/m,
  )
  const [open] = await room.db.database.asTenant(tenantId, tx => tx.select().from(tables.retentionRuns))
  const vault = openVault(readConfig('api', env))
  const ports = { database: room.db.database, vault, log: silentLog(), clock: () => new Date() }
  await sweep(ports, tenantId, open?.id ?? '', new AbortController().signal)
  const [ended] = await room.db.database.asTenant(tenantId, tx => tx.select().from(tables.retentionRuns))
  const object = await room.db.database.asTenant(tenantId, tx =>
    storedObject(tx, tenantId, ended?.certificateId ?? ''),
  )
  const pieces: Buffer[] = []
  for await (const piece of vault.readAll(object)) pieces.push(piece)
  const text = Buffer.concat(pieces).toString()
  const [file, altered, pem] = ['good.json', 'bad.json', 'key.pem'].map(name => join(folder, name)) as [
    string,
    string,
    string,
  ]
  await writeFile(file, text)
  await writeFile(altered, text.replace('"contacts":0', '"contacts":7'))
  const key = await run('certificate', 'key')
  await writeFile(pem, key.out)
  expect(await run('certificate', 'verify', file)).toMatchObject({
    code: 0,
    out: expect.stringMatching(/^Valid/),
  })
  const offline = await nightdropHere(['certificate', 'verify', file, '--key', pem], {})
  expect(offline).toMatchObject({ code: 0 })
  expect(await run('certificate', 'verify', altered)).toMatchObject({
    code: 1,
    out: expect.stringMatching(/altered/),
  })
  expect((await nightdropHere(['certificate', 'verify', file, '--key', file], {})).code).toBe(2)
  vault.bucket.close()
})

test('after no restore there is nothing to apply', async () => {
  const { code, out } = await run('retention', 'reapply')
  expect([code, out.trim()]).toEqual([
    0,
    'The database lacks nothing that is on record as destroyed and can be read.',
  ])
})
