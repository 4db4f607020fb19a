import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest'
import { linkByHand, unlinkByHand } from '../../../core/recordings/link-by-hand.ts'
import { MOST_ALIKE } from '../../../core/recordings/name-fit.ts'
import { eraseContacts } from '../../../core/retention/erase.ts'
import { destructionRecord } from '../../../core/retention/record.ts'
import { storedObject } from '../../../core/vault/object-rows.ts'
import { NO_SOUND, openRecordingRoom, sound, type Visitor } from '../recordings/recording-room.ts'

let room: Awaited<ReturnType<typeof openRecordingRoom>>
beforeAll(async () => {
  room = await openRecordingRoom()
})
afterAll(() => room[Symbol.asyncDispose]())

let tenant: Visitor
beforeEach(async () => {
  tenant = await room.anotherTenant()
  for (const folder of ['/x', '/y', '/z']) await tenant.tree.makeFolder(folder)
})

const matched = async (...rows: Parameters<Visitor['import']>) => {
  await tenant.import(...rows)
  await tenant.work()
  await tenant.link()
}

/** What the erasure says, and its certificate, and the paths of the recordings that are left. */
const erase = async (...refs: string[]) => {
  const contacts = await Promise.all(refs.map(ref => tenant.contact(ref)))
  const wish = { contactIds: contacts.map(({ id }) => id), reason: 'request', by: 'test', now: new Date() }
  const ports = { vault: room.vault, record: destructionRecord(room.vault) }
  const { erasure } = await tenant.inTenant(tx => eraseContacts(tx, ports, tenant.tenantId, wish))
  const object = await tenant.inTenant(tx => storedObject(tx, tenant.tenantId, erasure.certificateId))
  const pieces: Buffer[] = []
  for await (const piece of room.vault.readAll(object)) pieces.push(piece)
  const { document, destroyed } = JSON.parse(Buffer.concat(pieces).toString())
  expect(document).toMatchObject({
    recordingsLeft: erasure.recordingsLeft,
    counts: { contacts: refs.length, recordings: erasure.recordings },
  })
  expect(destroyed[0].objects).toHaveLength(erasure.recordings)
  const left = (await tenant.recordings()).map(({ path }) => path)
  return { erased: erasure.recordings, doubtful: erasure.recordingsLeft, left }
}

test('candidates go with a contact when no other one may claim them', async () => {
  await tenant.send('/x/a.wav')
  await tenant.send('/y/a.wav')
  await tenant.send('/b.wav')
  await matched({ ref: 'A', audio: 'a.wav' }, { ref: 'B', audio: 'b.wav' })
  expect(await tenant.links('A')).toEqual([expect.stringContaining('AMBIGUOUS')])
  expect(await erase('A')).toEqual({ erased: 2, doubtful: 0, left: ['/b.wav'] })
})

test('candidates that another contact names or has are left, and told of; with both of them they go', async () => {
  for (const path of ['/x/a.wav', '/y/a.wav', '/x/b.wav', '/y/b.wav']) await tenant.send(path)
  await matched({ ref: 'A', audio: 'a.wav' }, { ref: 'A2', screen: 'A.mp3' }, { ref: 'B', audio: 'b.wav' })
  await matched({ ref: 'C', audio: 'c.wav' })
  const one = (await tenant.recordings()).find(({ path }) => path === '/x/b.wav')
  const { id: contactId } = await tenant.contact('C')
  const word = { recordingId: one?.id ?? '', contactId, by: 'test' }
  await tenant.inTenant(tx => linkByHand(tx, tenant.tenantId, word))
  expect(await erase('B')).toEqual({ erased: 1, doubtful: 1, left: ['/x/a.wav', '/y/a.wav', '/x/b.wav'] })
  expect(await erase('A')).toEqual({ erased: 0, doubtful: 2, left: ['/x/a.wav', '/y/a.wav', '/x/b.wav'] })
  expect(await erase('A2')).toEqual({ erased: 2, doubtful: 0, left: ['/x/b.wav'] })
  expect(await erase('C')).toEqual({ erased: 1, doubtful: 0, left: [] })
})

test('contacts that are erased together claim nothing from each other', async () => {
  await tenant.send('/x/a.wav')
  await tenant.send('/y/a.wav')
  await matched({ ref: 'A', audio: 'a.wav' }, { ref: 'B', audio: 'a.wav' })
  expect(await erase('A', 'B')).toEqual({ erased: 2, doubtful: 0, left: [] })
})

test('damaged recordings go with the contact that names them, and damaged versions of what it has', async () => {
  await tenant.send('/x/a.wav', NO_SOUND)
  await tenant.send('/x/b.wav')
  await tenant.send('/y/other.wav', NO_SOUND)
  await matched({ ref: 'A', audio: '/x/a.wav' }, { ref: 'B', audio: 'b.wav' })
  await tenant.send('/x/b.wav', NO_SOUND)
  await tenant.work()
  expect(await erase('A')).toMatchObject({ erased: 1, doubtful: 0 })
  expect(await erase('B')).toEqual({ erased: 2, doubtful: 0, left: ['/y/other.wav'] })
})

test('one that came a moment ago, and was not looked at, goes with the contact that names it', async () => {
  await matched({ ref: 'A', audio: 'a.wav' })
  await tenant.send('/x/a.wav')
  expect(await erase('A')).toEqual({ erased: 1, doubtful: 0, left: [] })
})

test('what a person took from the contact is not its own; what fits worse than what it has is not either', async () => {
  await tenant.send('/x/a.wav')
  await matched({ ref: 'A', audio: 'a.wav' }, { ref: 'B', audio: '/x/b.wav' })
  const [taken] = await tenant.recordings()
  const { id: contactId } = await tenant.contact('A')
  const word = { recordingId: taken?.id ?? '', contactId, by: 'test' }
  await tenant.inTenant(tx => unlinkByHand(tx, tenant.tenantId, word))
  await tenant.send('/x/b.wav', sound(1))
  await tenant.send('/y/b.wav', sound(2))
  await tenant.work()
  expect(await tenant.links('B')).toEqual(['B LINKED: /x/b.wav LINKED AUDIO PATH'])
  expect(await erase('A', 'B')).toEqual({ erased: 1, doubtful: 0, left: ['/x/a.wav', '/y/b.wav'] })
})

test('a name that too many have says nothing: they are left, and told of', async () => {
  for (let call = 0; call <= MOST_ALIKE; call += 1) {
    await tenant.tree.makeFolder(`/${call}`)
    await tenant.send(`/${call}/audio.wav`)
  }
  await matched({ ref: 'A', audio: 'audio.wav' })
  expect(await erase('A')).toMatchObject({ erased: 0, doubtful: MOST_ALIKE + 1 })
})
