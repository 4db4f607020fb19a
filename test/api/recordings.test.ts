import { eq } from 'drizzle-orm'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { tables } from '../../db/db.ts'
import { NO_SOUND, sound } from '../core/recordings/recording-room.ts'
import { tinyScreen } from '../core/recordings/tiny-screen.ts'
import { openTransaction } from '../support/open-transaction.ts'
import { type ApiRoom, openApiRoom, STAFF_TOKEN } from './api-room.ts'
import { recordingSender } from './recordings-fixture.ts'

let room: ApiRoom
let own: Awaited<ReturnType<ApiRoom['tenant']>>
let foreign: Awaited<ReturnType<ApiRoom['tenant']>>
let sender: Awaited<ReturnType<typeof recordingSender>>
const contactIds = new Map<string, string>()

beforeAll(async () => {
  room = await openApiRoom()
  own = await room.tenant('Own')
  foreign = await room.tenant('Foreign')
  sender = await recordingSender(room, own.tenantId)
  for (const folder of ['/x', '/y']) await sender.tree.makeFolder(folder)
  await sender.send('/Call 1.wav', sound())
  await sender.send('/call 1.webm', tinyScreen)
  for (const folder of ['/x', '/y']) await sender.send(`${folder}/both.wav`, sound())
  await sender.send('/orphan.wav', sound())
  await sender.send('/note.wav', NO_SOUND)
  const made = await sender.addContacts([
    { reference: 'C1', audio: 'D:\\Rec\\Call 1.wav', screen: 'call 1.webm' },
    { reference: 'C2', audio: 'both.wav' },
    { reference: 'C3', audio: 'note.wav' },
    { reference: 'C4' },
    { reference: 'C5', audio: 'Call 1.wav' },
  ])
  for (const { id, reference } of made) contactIds.set(reference, room.nodeId('Contact', id))
  await sender.work()
  await sender.send('/uninspected.wav', sound())
})
afterAll(() => room[Symbol.asyncDispose]())

interface Recording {
  id: string
  fileName: string
  contacts: { reference: string }[]
  candidates: { reference: string }[]
}

const list = `query ($filter: RecordingFilter, $id: ID) { tenant(id: $id) { recordings(filter: $filter) {
  totalCount nodes { id fileName contacts { reference } candidates { reference } } } } }`
const listed = async (filter: object = {}, token = own.READER, id?: string) => {
  const { tenant } = await room.data<{
    tenant: { recordings: { totalCount: number; nodes: Recording[] } }
  }>(token, list, { filter, id })
  expect(tenant.recordings.totalCount).toBe(tenant.recordings.nodes.length)
  return tenant.recordings.nodes
}
const named = async (fileName: string) => {
  const found = (await listed()).filter(recording => recording.fileName === fileName)
  return found.map(recording => recording.id)
}
const contactOf = async (reference: string) => {
  const { tenant } = await room.data<{ tenant: { contact: object } }>(
    own.READER,
    'query ($r: String!) { tenant { contact(reference: $r) { recordingState recordings { fileName kind } } } }',
    { r: reference },
  )
  return tenant.contact
}

test('a contact has its recordings, sound first, and says how it stands', async () => {
  expect(await contactOf('C1')).toEqual({
    recordingState: 'LINKED',
    recordings: [
      { fileName: 'Call 1.wav', kind: 'AUDIO' },
      { fileName: 'call 1.webm', kind: 'SCREEN' },
    ],
  })
  expect(await contactOf('C2')).toEqual({ recordingState: 'AMBIGUOUS', recordings: [] })
  expect(await contactOf('C3')).toEqual({ recordingState: 'MISSING', recordings: [] })
  expect(await contactOf('C4')).toEqual({ recordingState: 'NONE_NAMED', recordings: [] })
})

test('a recording says what it is, and whose', async () => {
  const [id] = await named('Call 1.wav')
  const { node } = await room.data<{ node: object }>(
    own.INTEGRATION,
    `query ($id: ID!) { node(id: $id) { ... on Recording { fileName kind mediaType codec durationSeconds playable damage size
       linkedAt contacts { reference } candidates { reference } file { path kind } } } }`,
    { id },
  )
  expect(node).toEqual({
    fileName: 'Call 1.wav',
    kind: 'AUDIO',
    mediaType: 'audio/wav',
    codec: 'PCM 16 bit',
    durationSeconds: 0.5,
    playable: true,
    damage: null,
    size: 8_044,
    linkedAt: expect.any(String),
    contacts: [{ reference: 'C1' }, { reference: 'C5' }],
    candidates: [],
    file: { path: '/Call 1.wav', kind: 'RECORDING' },
  })
})

test('the list holds what was looked at, newest first, and narrows to what a filter names', async () => {
  const names = async (filter: object) => (await listed(filter)).map(({ fileName }) => fileName)
  const all = ['note.wav', 'orphan.wav', 'both.wav', 'both.wav', 'call 1.webm', 'Call 1.wav']
  expect(await names({})).toEqual(all)
  expect(await names({ linked: true })).toEqual(['call 1.webm', 'Call 1.wav'])
  expect(await names({ linked: false })).toEqual(['note.wav', 'orphan.wav', 'both.wav', 'both.wav'])
  expect(await names({ ambiguous: true })).toEqual(['both.wav', 'both.wav'])
  expect(await names({ ambiguous: false, linked: false })).toEqual(['note.wav', 'orphan.wav'])
  for (const nameBeginsWith of ['CALL', 'call 1', 'Call 1.'])
    expect(await names({ nameBeginsWith })).toEqual(['call 1.webm', 'Call 1.wav'])
  expect(await names({ nameBeginsWith: 'call 1.we' })).toEqual(['call 1.webm'])
  expect(await names({ nameBeginsWith: 'call 1.wav' })).toEqual(['Call 1.wav'])
  for (const nameBeginsWith of ['all', 'Call 1.wav\0', '%'])
    expect(await names({ nameBeginsWith })).toEqual([])
  expect((await listed({ ambiguous: true })).map(({ candidates }) => candidates)).toEqual([
    [{ reference: 'C2' }],
    [{ reference: 'C2' }],
  ])
})

test('contacts are found by how their recordings stand', async () => {
  const query =
    'query ($s: [RecordingState!]) { tenant { contacts(filter: { recordingState: $s }) { nodes { reference } } } }'
  const found = async (...s: string[]) => {
    const { tenant } = await room.data<{ tenant: { contacts: { nodes: { reference: string }[] } } }>(
      own.READER,
      query,
      { s },
    )
    return tenant.contacts.nodes.map(({ reference }) => reference).sort()
  }
  expect(await found('MISSING', 'AMBIGUOUS')).toEqual(['C2', 'C3'])
  expect(await found('LINKED')).toEqual(['C1', 'C5'])
  expect(await found('NONE_NAMED')).toEqual(['C4'])
})

const decide = (field: string) =>
  `mutation ($recordingId: ID!, $contactId: ID!) { ${field}(recordingId: $recordingId, contactId: $contactId) {
     contacts { reference recordingState recordings { fileName } } candidates { reference } } }`
const errorOf = async (token: string, field: string, recordingId: string, contact: string) => {
  const contactId = contactIds.get(contact) ?? contact
  const { errors } = await room.ask(token, decide(field), { recordingId, contactId })
  return errors?.[0]
}

test('an administrator settles what is ambiguous; the answer is as it is by then, and the trail has it', async () => {
  const [first = '', second = ''] = await named('both.wav')
  const contactId = contactIds.get('C2')
  const answer = await room.data(own.ADMIN, decide('linkRecording'), { recordingId: first, contactId })
  expect(answer).toEqual({
    linkRecording: {
      contacts: [{ reference: 'C2', recordingState: 'LINKED', recordings: [{ fileName: 'both.wav' }] }],
      candidates: [],
    },
  })
  expect(await listed({ ambiguous: true })).toEqual([])
  const undone = await room.data(STAFF_TOKEN, decide('unlinkRecording'), { recordingId: first, contactId })
  expect(undone).toEqual({ unlinkRecording: { contacts: [], candidates: [] } })
  expect(await contactOf('C2'), 'the only one that is left').toMatchObject({ recordingState: 'LINKED' })
  await room.data(own.ADMIN, decide('linkRecording'), { recordingId: second, contactId })
  const events = await room.database.asTenant(own.tenantId, tx =>
    tx.select().from(tables.auditEvents).orderBy(tables.auditEvents.id),
  )
  const idOf = (node: string | undefined) =>
    Buffer.from(node ?? '', 'base64url')
      .toString()
      .split(':')[1]
  expect(events.slice(-3)).toMatchObject([
    {
      actor: 'administrator',
      action: 'linkRecording',
      subject: idOf(first),
      details: { contact: idOf(contactId) },
    },
    { actor: 'staff', action: 'unlinkRecording', subject: idOf(first) },
    { actor: 'administrator', action: 'linkRecording', subject: idOf(second) },
  ])
})

test('readers and integrations decide nothing; what is another tenant’s is not there', async () => {
  const [orphan = ''] = await named('orphan.wav')
  for (const token of [own.READER, own.INTEGRATION])
    expect((await errorOf(token, 'linkRecording', orphan, 'C3'))?.extensions['code']).toBe('FORBIDDEN')
  for (const field of ['linkRecording', 'unlinkRecording'])
    expect(await errorOf(foreign.ADMIN, field, orphan, 'C3')).toMatchObject({
      message: expect.stringMatching(/^This (recording|contact) does not exist\.$/),
      extensions: { code: 'NOT_FOUND' },
    })
  expect(
    await room.data(foreign.READER, 'query ($id: ID!) { node(id: $id) { id } }', { id: orphan }),
  ).toEqual({
    node: null,
  })
  expect(await listed({}, foreign.READER)).toEqual([])
  expect(await listed({}, STAFF_TOKEN, foreign.id)).toEqual([])
  expect(await listed({}, STAFF_TOKEN, own.id)).toHaveLength(6)
})

test('what cannot be played cannot be linked, and has no link to play it', async () => {
  const [note = ''] = await named('note.wav')
  expect(await errorOf(own.ADMIN, 'linkRecording', note, 'C3')).toMatchObject({
    extensions: { code: 'CONFLICT' },
    message: expect.stringContaining('There is nothing to play'),
  })
  expect(
    await room.data(
      own.READER,
      'query ($id: ID!) { node(id: $id) { ... on Recording { playUrl damage } } }',
      {
        id: note,
      },
    ),
  ).toEqual({ node: { playUrl: null, damage: expect.any(String) } })
})

test('a contact that an import holds is LIMITED, with a time to come back', async () => {
  const [orphan = ''] = await named('orphan.wav')
  const running = await openTransaction(room.database, own.tenantId)
  await running.tx.update(tables.contacts).set({ queue: 'x' }).where(eq(tables.contacts.reference, 'C3'))
  const variables = { recordingId: orphan, contactId: contactIds.get('C3') }
  const response = await room.post({ query: decide('linkRecording'), variables }, own.ADMIN)
  await running.rollback()
  expect(Number(response.headers.get('retry-after'))).toBeGreaterThan(0)
  expect(await response.json()).toMatchObject({ errors: [{ extensions: { code: 'LIMITED' } }] })
})

test('a link plays the recording, and who listened is on record, newest first', async () => {
  const [id = ''] = await named('orphan.wav')
  const ask =
    'query ($id: ID!, $by: String, $why: String) { node(id: $id) { ... on Recording { playUrl(onBehalfOf: $by, reason: $why) } } }'
  for (const by of ['ann@example.com', 'bob@example.com']) {
    const { node } = await room.data<{ node: { playUrl: string } }>(own.INTEGRATION, ask, {
      id,
      by,
      why: 'r',
    })
    const played = await room.handler(new Request(node.playUrl))
    expect([played.status, played.headers.get('content-type')]).toEqual([200, 'audio/wav'])
    expect(Buffer.from(await played.arrayBuffer())).toEqual(sound())
  }
  const read =
    'query ($id: ID!) { node(id: $id) { ... on Recording { playbacks(first: 1) { token onBehalfOf reason } } } }'
  expect(await room.data(own.READER, read, { id })).toEqual({
    node: { playbacks: [{ token: 'integration', onBehalfOf: 'bob@example.com', reason: 'r' }] },
  })
  for (const by of ['x'.repeat(501), 'a\0b']) {
    const { errors } = await room.ask(own.READER, ask, { id, by })
    expect(errors?.[0]?.extensions['code']).toBe('BAD_INPUT')
  }
})

test('an old version is not shown at its contact any more', async () => {
  await sender.send('/Call 1.wav', sound(7))
  await sender.work()
  const { recordings } = (await contactOf('C1')) as { recordings: { fileName: string }[] }
  expect(recordings.map(({ fileName }) => fileName)).toEqual(['Call 1.wav', 'call 1.webm'])
})
