import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { wave } from '../core/recordings/media/waves.ts'
import {
  ask,
  type Customer,
  customerWith,
  endedImports,
  type Nightdrop,
  sftpBatch,
  startNightdrop,
} from './nightdrop.ts'

// How recordings find their contacts, from OpenSSH's client to what an integration reads.

let nightdrop: Nightdrop
let customer: Customer
let imports = 0

const template = {
  name: 'Calls',
  filePattern: '/csv/*.csv',
  dialect: {},
  agentKey: 'USERNAME',
  timeZone: 'UTC',
  columns: [
    { header: 'Id', field: 'REFERENCE' },
    { header: 'Agent', field: 'AGENT' },
    { header: 'When', field: 'CONTACT_DATE', format: 'ISO' },
    { header: 'Recording', field: 'RECORDING' },
  ],
}

beforeAll(async () => {
  nightdrop = await startNightdrop()
  customer = await customerWith(nightdrop, 'recordings', template)
  await sftpBatch(nightdrop, customer, 'mkdir csv\n')
}, 120_000)
afterAll(() => nightdrop?.[Symbol.asyncDispose]())

/** So many seconds of 8-bit silence at 8 kHz, as a recorder would write them. */
const wav = (seconds: number): Buffer => wave({ bits: 8, data: Buffer.alloc(seconds * 8_000, 0x80) })

/** Sends bytes under each path, in one session; folders are made on the way. */
async function send(files: Record<string, Buffer | string>) {
  const commands = await Promise.all(
    Object.entries(files).map(async ([path, bytes], n) => {
      const local = join(nightdrop.folder, `to-send-${n}`)
      await writeFile(local, bytes)
      const folders = path.split('/').slice(0, -1)
      const made = folders.map((_folder, depth) => `-mkdir "${folders.slice(0, depth + 1).join('/')}"\n`)
      return `${made.join('')}put ${local} "${path}"\n`
    }),
  )
  await sftpBatch(nightdrop, customer, commands.join(''))
}

/** Sends a CSV of contacts by the recordings that they name, and waits until it is imported. */
async function sendContacts(named: Record<string, string>) {
  const rows = Object.entries(named).map(([id, name]) => `${id},ann,2026-03-01T10:00:00Z,${name}\n`)
  await send({ [`csv/${++imports}.csv`]: `Id,Agent,When,Recording\n${rows.join('')}` })
  const [newest] = await endedImports(nightdrop, customer.token, imports)
  expect(newest).toMatchObject({ status: 'COMPLETED', rowsRead: rows.length, rejected: 0 })
}

interface Contact {
  id: string
  recordingState: string
  recordings: { id: string; fileName: string; durationSeconds: number; file: { path: string } }[]
}

const contact = async (reference: string): Promise<Contact> => {
  const query = `query ($r: String!) { tenant { contact(reference: $r) { id recordingState
    recordings { id fileName durationSeconds file { path } } } } }`
  const { tenant } = await ask<{ tenant: { contact: Contact } }>(nightdrop, customer.token, query, {
    r: reference,
  })
  return tenant.contact
}

const stateOf = async (reference: string) => {
  const { recordingState, recordings } = await contact(reference)
  return [recordingState, ...recordings.map(recording => recording.file.path)]
}

async function until<T>(look: () => Promise<T>, wanted: T): Promise<void> {
  for (let tries = 0; tries < 300; tries++) {
    if (JSON.stringify(await look()) === JSON.stringify(wanted)) return
    await sleep(100)
  }
  expect(await look()).toEqual(wanted)
}

test('recordings that come before the contacts, and recordings that come after them', async () => {
  await send({ 'night/early.wav': wav(1) })
  await sendContacts({ early: 'early.wav', late: 'late.wav', none: '' })
  await until(() => stateOf('early'), ['LINKED', '/night/early.wav'])
  expect(await stateOf('late')).toEqual(['MISSING'])
  expect(await stateOf('none')).toEqual(['NONE_NAMED'])
  await send({ 'night/late.wav': wav(1) })
  await until(() => stateOf('late'), ['LINKED', '/night/late.wav'])
})

const composed = 'M\u00fcller \u00c9'
const decomposed = composed.normalize('NFD')

test.each([
  ['a whole path', '/way/1/a.wav', 'way/1/a.wav'],
  ['with backslashes', 'way\\2\\a.wav', 'way/2/a.wav'],
  ['from a drive', 'D:\\Recorder\\way\\3\\a.wav', 'way/3/a.wav'],
  ['from a share', '\\\\srv\\calls\\way\\4\\a.wav', 'way/4/a.wav'],
  ['a folder of the recorder alone', 'E:\\Export\\b5.wav', 'way/5/b5.wav'],
  ['composed where the file is not', `${composed}6.wav`, `way/6/${decomposed}6.wav`],
  ['not composed where the file is', `${decomposed}7.wav`, `way/7/${composed}7.wav`],
  ['in another case', 'CALL-B8.WAV', 'way/8/call-b8.wav'],
  ['without its ending', 'call-b9', 'way/9/call-b9.wav'],
  ['without its ending, with the folder', 'D:\\way\\10\\A', 'way/10/a.wav'],
  ['with dots that are no ending', '2026.01.31-11', 'way/11/2026.01.31-11.wav'],
])('a name %s', async (_how, name, path) => {
  const reference = path.normalize('NFC')
  await send({ [path]: wav(1) })
  await sendContacts({ [reference]: name })
  await until(() => stateOf(reference), ['LINKED', `/${reference}`])
})

test('two that fit are for a person, who decides; what comes later does not unsettle it', async () => {
  await send({ 'one/same.wav': wav(1), 'two/same.wav': wav(2) })
  await sendContacts({ same: 'same.wav', both: 'same.wav' })
  await until(() => stateOf('same'), ['AMBIGUOUS'])
  const list = `{ tenant { recordings(filter: { ambiguous: true }) { nodes { id file { path } candidates { reference } } }
    health { openProblems { code whoseMove } } } }`
  const { tenant } = await ask<{
    tenant: {
      recordings: { nodes: { id: string; file: { path: string }; candidates: { reference: string }[] }[] }
      health: { openProblems: { code: string; whoseMove: string }[] }
    }
  }>(nightdrop, customer.token, list)
  expect(tenant.health.openProblems).toContainEqual({ code: 'RECORDING_AMBIGUOUS', whoseMove: 'ADMIN' })
  const candidates = tenant.recordings.nodes.map(
    node =>
      `${node.file.path}: ${node.candidates
        .map(({ reference }) => reference)
        .sort()
        .join()}`,
  )
  expect(candidates.sort()).toEqual(['/one/same.wav: both,same', '/two/same.wav: both,same'])
  const chosen = tenant.recordings.nodes.find(node => node.file.path === '/two/same.wav')?.id
  const { id } = await contact('same')
  const link =
    'mutation ($r: ID!, $c: ID!) { linkRecording(recordingId: $r, contactId: $c) { contacts { reference } } }'
  expect(await ask(nightdrop, customer.token, link, { r: chosen, c: id })).toEqual({
    linkRecording: { contacts: [{ reference: 'same' }] },
  })
  expect(await stateOf('same')).toEqual(['LINKED', '/two/same.wav'])
  expect(await stateOf('both')).toEqual(['AMBIGUOUS'])
  const unlink =
    'mutation ($r: ID!, $c: ID!) { unlinkRecording(recordingId: $r, contactId: $c) { contacts { reference } } }'
  await ask(nightdrop, customer.token, unlink, { r: chosen, c: (await contact('both')).id })
  expect(await stateOf('both'), 'the one that is left').toEqual(['LINKED', '/one/same.wav'])
  await send({ 'three/same.wav': wav(3) })
  await until(() => stateOf('both'), ['AMBIGUOUS'])
  expect(await stateOf('same')).toEqual(['LINKED', '/two/same.wav'])
})

test('a new version takes the old one’s place; a damaged one takes nobody’s', async () => {
  const durations = async () => (await contact('again')).recordings.map(one => one.durationSeconds)
  await send({ 'again.wav': wav(1) })
  await sendContacts({ again: 'again.wav' })
  await until(durations, [1])
  await send({ 'again.wav': wav(2) })
  await until(durations, [2])
  await send({ 'again.wav': 'a note instead of a call' })
  const damage = async () => {
    const list = '{ tenant { recordings(filter: { nameBeginsWith: "again" }) { nodes { damage } } } }'
    const { tenant } = await ask<{ tenant: { recordings: { nodes: { damage: string | null }[] } } }>(
      nightdrop,
      customer.token,
      list,
    )
    return tenant.recordings.nodes.map(node => node.damage !== null)
  }
  await until(damage, [true, false, false])
  expect(await durations()).toEqual([2])
})

test('what cannot be played is kept and marked, and never linked', async () => {
  const broken = wav(1)
  broken.fill(0xff, 12, 40)
  await sendContacts({ empty: 'empty.wav', text: 'text.wav', broken: 'broken.wav' })
  await send({ 'bad/empty.wav': '', 'bad/text.wav': 'no sound in here\n', 'bad/broken.wav': broken })
  const look = async () => {
    const query = `{ tenant { recordings { nodes { fileName damage playUrl contacts { reference } } }
      health { openProblems { code whoseMove } } } }`
    const { tenant } = await ask<{
      tenant: {
        recordings: {
          nodes: { fileName: string; damage: string | null; playUrl: string | null; contacts: object[] }[]
        }
        health: { openProblems: { code: string; whoseMove: string }[] }
      }
    }>(nightdrop, customer.token, query)
    return tenant
  }
  const bad = async () =>
    (await look()).recordings.nodes
      .filter(({ fileName }) => ['empty.wav', 'text.wav', 'broken.wav'].includes(fileName))
      .map(({ fileName, playUrl, contacts }) => `${fileName} ${playUrl} ${contacts.length}`)
      .sort()
  await until(bad, ['broken.wav null 0', 'empty.wav null 0', 'text.wav null 0'])
  const { recordings, health } = await look()
  expect(recordings.nodes.find(({ fileName }) => fileName === 'empty.wav')?.damage).toBe('It is empty.')
  expect(health.openProblems).toContainEqual({ code: 'RECORDING_DAMAGED', whoseMove: 'SENDER' })
  for (const reference of ['empty', 'text', 'broken']) expect(await stateOf(reference)).toEqual(['MISSING'])
})

test('a temporary name waits for its rename, and a file that is called otherwise finds another contact', async () => {
  await sendContacts({ first: 'first-name.wav', second: 'second-name.wav' })
  await send({ 'first-name.wav.filepart': wav(1) })
  expect(await stateOf('first')).toEqual(['MISSING'])
  await sftpBatch(nightdrop, customer, 'rename first-name.wav.filepart first-name.wav\n')
  await until(() => stateOf('first'), ['LINKED', '/first-name.wav'])
  await sftpBatch(nightdrop, customer, 'rename first-name.wav second-name.wav\n')
  await until(() => stateOf('second'), ['LINKED', '/second-name.wav'])
  expect(await stateOf('first')).toEqual(['MISSING'])
})
