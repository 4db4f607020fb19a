import { eq } from 'drizzle-orm'
import { afterAll, expect, test } from 'vitest'
import { tables } from '../../../db/db.ts'
import { NO_SOUND, openRecordingRoom, sound } from './recording-room.ts'
import { tinyScreen } from './tiny-screen.ts'

const room = await openRecordingRoom()
afterAll(() => room[Symbol.asyncDispose]())

const recordingAt = async (path: string, of = room) =>
  (await of.recordings()).find(recording => recording.path === path && recording.replacedById === null)
const setContact = (ref: string, change: Partial<typeof tables.contacts.$inferInsert>) =>
  room.inTenant(tx => tx.update(tables.contacts).set(change).where(eq(tables.contacts.reference, ref)))

test('recordings that come before their contacts, and after them, are linked by either job', async () => {
  await room.send('/before.wav')
  await room.work()
  expect(await recordingAt('/before.wav')).toMatchObject({ matchDue: false, linkedAt: null, linked: false })
  await room.import({ ref: 'A1', audio: 'before.wav' }, { ref: 'A2', audio: 'after.wav' }, { ref: 'A3' })
  expect(await room.links()).toEqual(['A1 MISSING', 'A2 MISSING', 'A3 NONE_NAMED'])
  await room.link()
  expect(await room.links('A1', 'A2')).toEqual(['A1 LINKED: /before.wav LINKED AUDIO NAME', 'A2 MISSING'])
  expect(await recordingAt('/before.wav')).toMatchObject({ linkedAt: expect.any(Date), linked: true })
  await room.send('/after.wav')
  await room.work()
  expect(await room.links('A2')).toEqual(['A2 LINKED: /after.wav LINKED AUDIO NAME'])
  const contact = await room.contact('A2')
  expect(contact.updatedAt.getTime()).toBeGreaterThan(contact.importedAt.getTime())
})

test('a recording that two contacts name is each one’s; a contact may have two', async () => {
  await room.import({ ref: 'B1', audio: 'both.wav', screen: 'both.mp4' }, { ref: 'B2', audio: 'D:\\x\\BOTH' })
  await room.send('/both.wav')
  await room.work()
  await room.send('/both.webm', tinyScreen)
  await room.work()
  expect(await room.links('B1', 'B2')).toEqual([
    'B1 LINKED: /both.wav LINKED AUDIO NAME, /both.webm LINKED SCREEN STEM',
    'B2 LINKED: /both.wav LINKED AUDIO STEM',
  ])
})

test('a second that answers as well makes it ambiguous, a better one settles it again', async () => {
  for (const folder of ['/one', '/two', '/three']) await room.tree.makeFolder(folder)
  await room.import({ ref: 'C1', audio: 'three\\c.wav' })
  await room.send('/one/c.wav')
  await room.work()
  expect(await room.links('C1')).toEqual(['C1 LINKED: /one/c.wav LINKED AUDIO NAME'])
  await room.send('/two/c.wav')
  await room.work()
  expect(await room.links('C1')).toEqual([
    'C1 AMBIGUOUS: /one/c.wav CANDIDATE AUDIO NAME, /two/c.wav CANDIDATE AUDIO NAME',
  ])
  expect(await recordingAt('/one/c.wav')).toMatchObject({ linkedAt: expect.any(Date), linked: false })
  await room.send('/three/c.wav')
  await room.work()
  expect(await room.links('C1')).toEqual(['C1 LINKED: /three/c.wav LINKED AUDIO PATH'])
  expect(await recordingAt('/one/c.wav')).toMatchObject({ linkedAt: null, linked: false })
})

test('a name that changes lets go of what it named, and finds what it names', async () => {
  for (const name of ['old', 'new']) await room.send(`/d-${name}.wav`)
  await room.work()
  await room.import({ ref: 'D1', audio: 'd-old.wav' })
  await room.link()
  await room.import({ ref: 'D1', audio: 'd-new.wav' })
  await room.link()
  expect(await room.links('D1')).toEqual(['D1 LINKED: /d-new.wav LINKED AUDIO NAME'])
  expect(await recordingAt('/d-old.wav')).toMatchObject({ linkedAt: null, linked: false })
  await room.import({ ref: 'D1' })
  await room.link()
  expect(await room.links('D1')).toEqual(['D1 NONE_NAMED'])
})

test('a file called otherwise leaves its contact, and finds the one that names it now', async () => {
  await room.import({ ref: 'E1', audio: 'e-one.wav' }, { ref: 'E2', audio: 'e-two.wav' })
  await room.send('/e-one.wav')
  await room.work()
  await room.tree.rename('/e-one.wav', '/e-two.wav', false)
  await room.work()
  expect(await room.links('E1', 'E2')).toEqual(['E1 MISSING', 'E2 LINKED: /e-two.wav LINKED AUDIO NAME'])
})

test('a new version is the contact’s, the old one stays with it unseen, a damaged one changes nothing', async () => {
  await room.import({ ref: 'F1', audio: 'f.wav' })
  await room.send('/f.wav', sound(1))
  await room.work()
  await room.send('/f.wav', NO_SOUND)
  await room.work()
  expect(await room.links('F1')).toEqual(['F1 LINKED: /f.wav LINKED AUDIO NAME'])
  await room.send('/f.wav', sound(2))
  await room.work()
  expect(await room.links('F1')).toEqual([
    'F1 LINKED: /f.wav LINKED AUDIO NAME, /f.wav LINKED AUDIO NAME (replaced)',
  ])
  const versions = (await room.recordings()).filter(recording => recording.path === '/f.wav')
  expect(versions.map(version => version.linked)).toEqual([true, false, true])
})

test('versions that came before the contact go the same way', async () => {
  await room.send('/g.wav', sound(1))
  await room.work()
  await room.send('/g.wav', sound(2))
  await room.work()
  await room.import({ ref: 'G1', audio: 'g.wav' })
  await room.link()
  expect(await room.links('G1')).toEqual([
    'G1 LINKED: /g.wav LINKED AUDIO NAME, /g.wav LINKED AUDIO NAME (replaced)',
  ])
})

test('what cannot be played is never linked: empty, a renamed text, a header that is nonsense', async () => {
  const broken = sound()
  broken.fill(0xff, 12, 44)
  await room.import({ ref: 'H1', audio: 'h1' }, { ref: 'H2', audio: 'h2' }, { ref: 'H3', audio: 'h3' })
  await room.send('/h1.wav', '')
  await room.send('/h2.wav', NO_SOUND)
  await room.send('/h3.wav', broken)
  await room.work()
  expect(await room.links('H1', 'H2', 'H3')).toEqual(['H1 MISSING', 'H2 MISSING', 'H3 MISSING'])
})

test.each([
  ['evaluated', { evaluatedAt: new Date() }],
  ['held', { holdCount: 1 }],
])('matching takes nothing from an %s contact, but may give', async (what, guard) => {
  const [linked, lacking] = [`I-${what}`, `J-${what}`]
  await room.import({ ref: linked, audio: `i-${what}.wav` }, { ref: lacking, audio: `j-${what}.wav` })
  await room.send(`/i-${what}.wav`, sound(1))
  await room.work()
  for (const ref of [linked, lacking]) await setContact(ref, guard)
  await room.tree.makeFolder(`/again-${what}`)
  await room.send(`/again-${what}/i-${what}.wav`)
  await room.send(`/j-${what}.wav`)
  await room.work()
  expect(await room.links(linked, lacking)).toEqual([
    `${linked} LINKED: /i-${what}.wav LINKED AUDIO NAME`,
    `${lacking} LINKED: /j-${what}.wav LINKED AUDIO NAME`,
  ])
  await room.send(`/i-${what}.wav`, sound(2))
  await room.work()
  await room.tree.rename(`/i-${what}.wav`, `/k-${what}.wav`, false)
  await room.work()
  expect(
    await room.links(linked),
    'the newer version came to it, and stays beside the one that fits',
  ).toEqual([
    `${linked} LINKED: /again-${what}/i-${what}.wav LINKED AUDIO NAME, /i-${what}.wav LINKED AUDIO NAME (replaced), /k-${what}.wav LINKED AUDIO NAME`,
  ])
})

test.each([
  ['evaluated', { evaluatedAt: new Date() }],
  ['held', { holdCount: 1 }],
])(
  'an %s contact that has the screen in place of its sound gets the sound that it names, and keeps both',
  async (what, guard) => {
    const ref = `M-${what}`
    await room.import({ ref, audio: `m-${what}.wav` })
    await room.send(`/m-${what}.webm`, tinyScreen)
    await room.work()
    expect(await room.links(ref)).toEqual([`${ref} LINKED: /m-${what}.webm LINKED AUDIO STEM`])
    await setContact(ref, guard)
    await room.send(`/m-${what}.wav`)
    await room.work()
    expect(await room.links(ref)).toEqual([
      `${ref} LINKED: /m-${what}.wav LINKED AUDIO NAME, /m-${what}.webm LINKED AUDIO STEM`,
    ])
    expect(await recordingAt(`/m-${what}.wav`), 'nobody’s no more').toMatchObject({ linked: true })
  },
)

test('another tenant’s recordings and contacts are nobody’s here', async () => {
  const other = await room.anotherTenant()
  await other.send('/shared.wav')
  await room.import({ ref: 'K1', audio: 'shared.wav' })
  await other.work()
  await room.link()
  expect(await room.links('K1')).toEqual(['K1 MISSING'])
  await other.import({ ref: 'K1', audio: 'shared.wav' })
  await other.link()
  expect(await other.links()).toEqual(['K1 LINKED: /shared.wav LINKED AUDIO NAME'])
})

test('one job links the contacts of all imports that ended before it', async () => {
  await room.send('/l.wav')
  await room.work()
  await room.forgetJobs()
  await room.import({ ref: 'L1', audio: 'l.wav' })
  await room.import({ ref: 'L2', audio: 'l.wav' })
  expect(await room.jobs('link-contacts')).toEqual([{ tenantId: room.tenantId }])
  await room.link()
  expect(await room.links('L1', 'L2')).toEqual([
    'L1 LINKED: /l.wav LINKED AUDIO NAME',
    'L2 LINKED: /l.wav LINKED AUDIO NAME',
  ])
})
