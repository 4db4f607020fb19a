import { eq } from 'drizzle-orm'
import { afterAll, beforeEach, expect, test } from 'vitest'
import { linkByHand, unlinkByHand } from '../../../core/recordings/link-by-hand.ts'
import { tables } from '../../../db/db.ts'
import { openTransaction } from '../../support/open-transaction.ts'
import { NO_SOUND, openRecordingRoom, sound } from './recording-room.ts'
import { tinyScreen } from './tiny-screen.ts'

const { contacts } = tables

const room = await openRecordingRoom()
afterAll(() => room[Symbol.asyncDispose]())
for (const folder of ['/x', '/y']) await room.tree.makeFolder(folder)

let n = 0
let ref = ''
let name = ''
beforeEach(() => {
  n += 1
  ref = `A${n}`
  name = `call-${n}`
})

const idAt = async (path: string) =>
  (await room.recordings()).findLast(recording => recording.path === path)?.id ?? ''
const word = async (path: string, of = ref) => ({
  recordingId: await idAt(path),
  contactId: (await room.contact(of)).id,
  by: 'ann',
})
const link = async (path: string, of = ref) => {
  const wish = await word(path, of)
  return room.inTenant(tx => linkByHand(tx, room.tenantId, wish))
}
const unlink = async (path: string, of = ref) => {
  const wish = await word(path, of)
  return room.inTenant(tx => unlinkByHand(tx, room.tenantId, wish))
}
/** A contact of one name, and a file of that name in each folder. */
const ambiguous = async () => {
  await room.import({ ref, audio: `${name}.wav` })
  await room.send(`/x/${name}.wav`)
  await room.send(`/y/${name}.wav`)
  await room.work()
  await room.link()
}

test('linking one of several settles it; the others are no candidates any more', async () => {
  await ambiguous()
  await link(`/y/${name}.wav`)
  const settled = [`${ref} LINKED: /y/${name}.wav LINKED AUDIO HAND`]
  expect(await room.links(ref)).toEqual(settled)
  await link(`/y/${name}.wav`)
  await room.send(`/${name}.wav`)
  await room.work()
  expect(await room.links(ref), 'nothing that comes later unsettles it').toEqual(settled)
  const flags = (await room.recordings())
    .filter(recording => recording.path.endsWith(`${name}.wav`))
    .map(({ path, linked, linkedAt }) => [path, linked, linkedAt !== null])
  expect(flags).toEqual([
    [`/x/${name}.wav`, false, false],
    [`/y/${name}.wav`, true, true],
    [`/${name}.wav`, false, false],
  ])
})

test('rejecting a candidate leaves the other as the only one', async () => {
  await ambiguous()
  await unlink(`/x/${name}.wav`)
  const left = [`${ref} LINKED: /x/${name}.wav REJECTED AUDIO HAND, /y/${name}.wav LINKED AUDIO NAME`]
  expect(await room.links(ref)).toEqual(left)
  await room.import({ ref, audio: `x/${name}.wav` })
  await room.link()
  expect(await room.links(ref), 'it is not linked again by itself').toEqual(left)
  await unlink(`/y/${name}.wav`)
  expect((await room.contact(ref)).recordingState).toBe('MISSING')
  await link(`/x/${name}.wav`)
  expect(await room.links(ref), 'a person may change their mind').toEqual([
    `${ref} LINKED: /x/${name}.wav LINKED AUDIO HAND, /y/${name}.wav REJECTED AUDIO HAND`,
  ])
})

test('a missing one is settled by whatever a person links, in the slot that is named', async () => {
  await room.import({ ref, audio: 'never-comes.wav' })
  await room.send(`/${name}.webm`, tinyScreen)
  await room.work()
  await room.link()
  await link(`/${name}.webm`)
  expect(await room.links(ref)).toEqual([`${ref} LINKED: /${name}.webm LINKED AUDIO HAND`])
  await unlink(`/${name}.webm`)
  expect((await room.contact(ref)).recordingState).toBe('MISSING')
})

test('one that is linked beside another leaves that one; a contact without names may have one', async () => {
  await room.import({ ref, audio: `${name}.wav` }, { ref: `${ref}-none` })
  await room.send(`/${name}.wav`)
  await room.send(`/other-${name}.wav`)
  await room.work()
  await room.link()
  await link(`/other-${name}.wav`)
  expect(await room.links(ref)).toEqual([
    `${ref} LINKED: /${name}.wav LINKED AUDIO HAND, /other-${name}.wav LINKED AUDIO HAND`,
  ])
  await link(`/other-${name}.wav`, `${ref}-none`)
  expect(await room.links(`${ref}-none`)).toEqual([
    `${ref}-none LINKED: /other-${name}.wav LINKED AUDIO HAND`,
  ])
})

test('what was decided holds for a newer version of the file', async () => {
  await ambiguous()
  await link(`/y/${name}.wav`)
  await room.send(`/y/${name}.wav`, sound(1))
  await room.work()
  expect(await room.links(ref)).toEqual([
    `${ref} LINKED: /y/${name}.wav LINKED AUDIO HAND, /y/${name}.wav LINKED AUDIO HAND (replaced)`,
  ])
  await unlink(`/y/${name}.wav`)
  expect(await room.links(ref), 'and so does the next word').toEqual([
    `${ref} LINKED: /x/${name}.wav LINKED AUDIO NAME, /y/${name}.wav REJECTED AUDIO HAND, /y/${name}.wav REJECTED AUDIO HAND (replaced)`,
  ])
  await room.send(`/y/${name}.wav`, sound(2))
  await room.work()
  expect((await room.links(ref))[0]).toContain(`LINKED: /x/${name}.wav LINKED AUDIO NAME`)
})

test('what was linked by hand follows its file to any name', async () => {
  await ambiguous()
  await link(`/y/${name}.wav`)
  await room.tree.rename(`/y/${name}.wav`, `/y/moved-${name}.wav`, false)
  await room.work()
  expect(await room.links(ref)).toEqual([`${ref} LINKED: /y/moved-${name}.wav LINKED AUDIO HAND`])
})

test('what cannot be decided is said in words', async () => {
  await ambiguous()
  await room.send(`/note-${name}.wav`, NO_SOUND)
  await room.work()
  await expect(link(`/note-${name}.wav`)).rejects.toMatchObject({
    code: 'CONFLICT',
    message: expect.stringMatching(/^There is nothing to play in this recording, so it is no contact's: ./),
  })
  await room.send(`/strange-${name}.wav`)
  await expect(link(`/strange-${name}.wav`), 'nobody has looked at it').rejects.toMatchObject({
    code: 'NOT_FOUND',
  })
  await room.work()
  await expect(unlink(`/strange-${name}.wav`)).rejects.toMatchObject({ code: 'CONFLICT' })
  const old = await word(`/x/${name}.wav`)
  await room.send(`/x/${name}.wav`, sound(3))
  await room.work()
  for (const decide of [linkByHand, unlinkByHand])
    await expect(room.inTenant(tx => decide(tx, room.tenantId, old))).rejects.toMatchObject({
      code: 'CONFLICT',
      message: expect.stringContaining('newer version'),
    })
})

test('a held contact keeps its recordings, and may be given others', async () => {
  await ambiguous()
  await room.inTenant(tx => tx.update(contacts).set({ holdCount: 1 }).where(eq(contacts.reference, ref)))
  await expect(unlink(`/x/${name}.wav`)).rejects.toMatchObject({ code: 'CONFLICT' })
  await link(`/x/${name}.wav`)
  expect(await room.links(ref), 'candidates stay with it too').toEqual([
    `${ref} LINKED: /x/${name}.wav LINKED AUDIO HAND, /y/${name}.wav CANDIDATE AUDIO NAME`,
  ])
})

test('while an import holds the contact it is LIMITED, and nothing is changed', async () => {
  await ambiguous()
  const before = await room.links(ref)
  const running = await openTransaction(room.database, room.tenantId)
  await running.tx.update(contacts).set({ queue: 'x' }).where(eq(contacts.reference, ref))
  for (const decide of [link, unlink])
    await expect(decide(`/x/${name}.wav`)).rejects.toMatchObject({
      code: 'LIMITED',
      retryAfterSeconds: expect.any(Number),
    })
  await running.rollback()
  expect(await room.links(ref)).toEqual(before)
})

test('two who decide at once: one after the other', async () => {
  await ambiguous()
  await Promise.all([link(`/x/${name}.wav`), link(`/y/${name}.wav`)])
  expect(await room.links(ref)).toEqual([
    `${ref} LINKED: /x/${name}.wav LINKED AUDIO HAND, /y/${name}.wav LINKED AUDIO HAND`,
  ])
})

test('another tenant’s ids are nobody’s', async () => {
  await ambiguous()
  const other = await room.anotherTenant()
  await other.send('/foreign.wav')
  await other.work()
  const own = await word(`/x/${name}.wav`)
  const [foreign] = await other.recordings()
  for (const decide of [linkByHand, unlinkByHand]) {
    await expect(
      room.inTenant(tx => decide(tx, room.tenantId, { ...own, recordingId: foreign?.id ?? '' })),
    ).rejects.toMatchObject({ code: 'NOT_FOUND', message: 'This recording does not exist.' })
    await expect(
      other.inTenant(tx => decide(tx, other.tenantId, { ...own, recordingId: foreign?.id ?? '' })),
    ).rejects.toMatchObject({ code: 'NOT_FOUND', message: 'This contact does not exist.' })
  }
})
