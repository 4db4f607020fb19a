import { execFile } from 'node:child_process'
import { readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { promisify } from 'node:util'
import { expect, test } from 'vitest'
import { wave } from '../core/recordings/media/waves.ts'
import { bareEnvironment } from '../support/bare-environment.ts'
import {
  ask,
  type Customer,
  customerWith,
  endedImports,
  type Nightdrop,
  newFolder,
  sftpBatch,
  startNightdrop,
} from './nightdrop.ts'

const run = promisify(execFile)
const program = join(import.meta.dirname, '../../local/nightdrop.ts')

/** Contacts of long ago: by the clock of their own date they are overdue as soon as a rule says so. */
const REFERENCES = ['plain', 'evaluated', 'held', 'shared-1', 'shared-2', 'erased']
const CSV = `Id,Agent,At,Recording\n${REFERENCES.map(
  reference => `${reference},diane,2021-01-05T09:00:00Z,${reference.replace(/-\d/, '')}.wav\n`,
).join('')}today,diane,${new Date().toISOString()},today.wav\n`

const template = {
  name: 'Calls with recordings',
  filePattern: '/*.csv',
  dialect: {},
  agentKey: 'USERNAME',
  timeZone: 'UTC',
  columns: [
    { header: 'Id', field: 'REFERENCE' },
    { header: 'Agent', field: 'AGENT' },
    { header: 'At', field: 'CONTACT_DATE', format: 'ISO' },
    { header: 'Recording', field: 'RECORDING' },
  ],
}

const rule = { enabled: true, deleteAfterDays: 365, clock: 'OCCURRED_AT' }

/** A second of a tone, as a recorder writes it. */
function wav(frequency: number): Buffer {
  const data = Buffer.alloc(16_000)
  for (let n = 0; n < 8_000; n++)
    data.writeInt16LE(Math.round(8_000 * Math.sin((2 * Math.PI * frequency * n) / 8_000)), n * 2)
  return wave({ data })
}

async function until<T>(what: string, look: () => Promise<T | undefined>): Promise<T> {
  for (let tries = 0; tries < 600; tries++) {
    const found = await look()
    if (found !== undefined) return found
    await sleep(100)
  }
  throw new Error(`waited in vain: ${what}`)
}

const command = async (folder: string, ...typed: string[]) => {
  const env = { ...bareEnvironment(), DATA_DIR: join(folder, 'data'), LOG_LEVEL: 'warn' }
  return await run(process.execPath, [program, ...typed], { env })
}

interface Seen {
  id: string
  reference: string
  recordingState: string
  deletionDueAt: string | null
  recordings: { playUrl: string | null }[]
}

async function contacts(nightdrop: Nightdrop, customer: Customer): Promise<Seen[]> {
  const { tenant } = await ask<{ tenant: { contacts: { nodes: Seen[] } } }>(
    nightdrop,
    customer.token,
    '{ tenant { contacts(orderBy: OCCURRED_AT_ASC) { nodes { id reference recordingState deletionDueAt recordings { playUrl } } } } }',
  )
  return tenant.contacts.nodes
}

const references = async (nightdrop: Nightdrop, customer: Customer) =>
  (await contacts(nightdrop, customer)).map(contact => contact.reference).sort()

interface Run {
  contactsDeleted: number
  recordingsDeleted: number
  certificateUrl: string | null
  finishedAt: string | null
}

async function sweep(nightdrop: Nightdrop, customer: Customer): Promise<Run> {
  const { runRetentionSweep } = await ask<{ runRetentionSweep: { id: string } }>(
    nightdrop,
    nightdrop.staffToken,
    'mutation ($t: ID!) { runRetentionSweep(tenantId: $t) { id } }',
    { t: customer.tenantId },
  )
  return await until('the end of the sweep', async () => {
    const { node } = await ask<{ node: Run }>(
      nightdrop,
      customer.token,
      'query ($id: ID!) { node(id: $id) { ... on RetentionRun { contactsDeleted recordingsDeleted certificateUrl finishedAt } } }',
      { id: runRetentionSweep.id },
    )
    return node.finishedAt === null ? undefined : node
  })
}

test('a night is deleted on time, stays deleted when it is sent again, and after a restore', async () => {
  const folder = await newFolder()
  await using nightdrop = await startNightdrop({}, folder)
  const customer = await customerWith(nightdrop, 'retention', template)
  const admin = <T>(query: string, variables: Record<string, unknown> = {}) =>
    ask<T>(nightdrop, customer.token, query, variables)
  await writeFile(join(folder, 'calls.csv'), CSV)
  const names = ['plain', 'evaluated', 'held', 'shared', 'erased', 'today']
  for (const [index, name] of names.entries())
    await writeFile(join(folder, `${name}.wav`), wav(300 + index * 100))
  const sendAll = `put ${folder}/calls.csv\n${names.map(name => `put ${folder}/${name}.wav\n`).join('')}`
  await sftpBatch(nightdrop, customer, sendAll)
  await endedImports(nightdrop, customer.token, 1)
  const before = await until('every recording to be linked', async () => {
    const found = await contacts(nightdrop, customer)
    return found.every(contact => contact.recordingState === 'LINKED') ? found : undefined
  })
  expect(before).toHaveLength(7)
  const plain = before.find(contact => contact.reference === 'plain')
  const playUrl = plain?.recordings[0]?.playUrl ?? ''
  expect((await fetch(playUrl)).status).toBe(200)

  await admin(
    'mutation { recordEvaluation(evaluation: { contactReference: "evaluated", evaluationReference: "e1" }) { status } }',
  )
  const idOf = (reference: string) => before.find(contact => contact.reference === reference)?.id
  await admin('mutation ($ids: [ID!]!) { placeLegalHold(contactIds: $ids, reason: "court") { id } }', {
    ids: [idOf('held')],
  })
  // Of a shared recording one contact is held: the other one's deletion leaves it.
  await admin('mutation ($ids: [ID!]!) { placeLegalHold(contactIds: $ids, reason: "court") { id } }', {
    ids: [idOf('shared-2')],
  })

  const { tenant } = await admin<{
    tenant: {
      retentionPreview: { contacts: number; recordings: number; bytes: number; confirmation: string }
    }
  }>(
    'query ($r: RetentionRuleInput!) { tenant { retentionPreview(rule: $r) { contacts recordings bytes confirmation } } }',
    {
      r: rule,
    },
  )
  const { confirmation, ...found } = tenant.retentionPreview
  expect(found).toEqual({ contacts: 3, recordings: 2, bytes: 2 * 16_044 })
  await admin(
    'mutation ($r: RetentionRuleInput!, $c: String) { setRetentionRule(rule: $r, confirmation: $c) { enabled } }',
    {
      r: rule,
      c: confirmation,
    },
  )
  const due = (await contacts(nightdrop, customer)).filter(contact => contact.deletionDueAt !== null)
  expect(due.map(contact => contact.reference).sort()).toEqual(['erased', 'plain', 'shared-1', 'today'])

  const { eraseContacts } = await admin<{ eraseContacts: { contacts: number; certificateUrl: string } }>(
    'mutation ($ids: [ID!]!) { eraseContacts(ids: $ids, reason: "request 17") { contacts certificateUrl } }',
    { ids: [idOf('erased')] },
  )
  await nightdrop.stop()
  await run('cp', ['-a', join(folder, 'data/postgres'), join(folder, 'backup')])

  await using again = await startNightdrop({}, folder)
  const swept = await sweep(again, customer)
  expect(swept).toMatchObject({ contactsDeleted: 2, recordingsDeleted: 1 })
  const left = ['evaluated', 'held', 'shared-2', 'today']
  expect(await references(again, customer)).toEqual(left)
  const gone = await fetch(
    playUrl.replace(nightdrop.api.replace('/graphql', ''), again.api.replace('/graphql', '')),
  )
  expect(gone.status).toBe(410)

  // Whoever mirrors a folder sends all of it again.
  const listed = await sftpBatch(again, customer, 'ls -1\n')
  expect(listed).not.toMatch(/plain|erased/)
  await sftpBatch(again, customer, sendAll)
  const [second] = await endedImports(again, customer.token, 2)
  expect(second).toMatchObject({ status: 'COMPLETED', rowsRead: 7, rejected: 3, created: 0 })
  expect(await references(again, customer)).toEqual(left)
  const files = await ask<{ tenant: { files: { nodes: { path: string }[] } } }>(
    again,
    customer.token,
    '{ tenant { files(filter: { status: [DISCARDED] }) { nodes { path } } } }',
  )
  expect(files.tenant.files.nodes.map(file => file.path).sort()).toEqual(['/erased.wav', '/plain.wav'])

  // The certificate holds, by the public key alone.
  const certificate = join(folder, 'certificate.json')
  const publicKey = join(folder, 'key.pem')
  await writeFile(certificate, await (await fetch(swept.certificateUrl ?? '')).text())
  await writeFile(publicKey, await (await fetch(again.api.replace('/graphql', '/certificate-key'))).text())
  const verified = await command(folder, 'certificate', 'verify', certificate, '--key', publicKey)
  expect(verified.stdout).toMatch(/^Valid/)
  expect(await readFile(certificate, 'utf8')).not.toMatch(/plain|shared|\.wav/)
  expect(eraseContacts.contacts).toBe(1)

  // The machine is lost; the database comes back from before the sweep.
  await again.stop()
  await run('rm', ['-rf', join(folder, 'data/postgres')])
  await run('cp', ['-a', join(folder, 'backup'), join(folder, 'data/postgres')])
  await expect(startNightdrop({}, folder)).rejects.toThrow(/lacks \d+ destructions.*retention reapply/)
  const applied = await command(folder, 'retention', 'reapply')
  expect(applied.stdout).toMatch(/destructions? applied again: 2 contacts/)
  await using restored = await startNightdrop({}, folder)
  expect(await references(restored, customer)).toEqual(left)
}, 240_000)
