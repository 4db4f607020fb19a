import { afterAll, beforeEach, expect, test } from 'vitest'
import { MOST_ALIKE } from '../../../core/recordings/name-fit.ts'
import { destroyContacts } from '../../../core/retention/destroy-contacts.ts'
import { openRecordingRoom, sound, type Visitor } from './recording-room.ts'

const room = await openRecordingRoom()
afterAll(() => room[Symbol.asyncDispose]())

let tenant: Visitor
const folders = Array.from({ length: MOST_ALIKE + 2 }, (_, n) => `/f${n}`)

/** One contact that names what every folder has. */
beforeEach(async () => {
  tenant = await room.anotherTenant()
  await tenant.import({ ref: 'A', audio: 'm.wav' })
  for (const [n, folder] of folders.entries()) {
    await tenant.tree.makeFolder(folder)
    await tenant.send(`${folder}/m.wav`, sound(n))
  }
  await tenant.work()
  expect(await tenant.links()).toEqual(['A AMBIGUOUS'])
})

const rename = async (some: readonly string[]) => {
  for (const folder of some) await tenant.tree.rename(`${folder}/m.wav`, `${folder}/other.wav`, false)
}

test.each([
  ['the first that came', folders.slice(1), '/f0'],
  ['the last', folders.slice(0, -1), '/f21'],
])('once all but %s are called otherwise, that one is linked', async (_, leaving, left) => {
  await rename(leaving)
  await tenant.work()
  expect(await tenant.links()).toEqual([`A LINKED: ${left}/m.wav LINKED AUDIO NAME`])
})

test('once few enough fit each is a candidate, however the jobs come', async () => {
  for (const folder of folders.slice(0, 2)) {
    await rename([folder])
    await tenant.work()
  }
  const [contact] = await tenant.links()
  expect(contact?.match(/CANDIDATE/g)).toHaveLength(MOST_ALIKE)
})

test('destroyed with other contacts, they no longer keep the one that is left from its contact', async () => {
  const dying = folders.slice(0, -1)
  await tenant.import(...dying.map(folder => ({ ref: folder, audio: `${folder}/m.wav` })))
  await tenant.link()
  const hashes = await room.vault.hashes.of(tenant.tenantId)
  const found = await Promise.all(dying.map(folder => tenant.contact(folder)))
  const doomed = found.map(({ id, reference }) => ({ id, hash: hashes.reference(reference) }))
  await tenant.inTenant(tx => destroyContacts(tx, tenant.tenantId, hashes, doomed, new Date()))
  expect(await tenant.recordings()).toHaveLength(1)
  await tenant.work()
  expect(await tenant.links()).toEqual(['A LINKED: /f21/m.wav LINKED AUDIO NAME'])
})

test('none is left of them: the contact is missing its recording when its import is looked through', async () => {
  await rename(folders)
  await tenant.work()
  await tenant.link()
  expect(await tenant.links()).toEqual(['A MISSING'])
})
