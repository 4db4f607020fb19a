import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest'
import { placeHold, releaseHold } from '../../../core/contacts/legal-holds.ts'
import { recordEvaluation } from '../../../core/evaluations/record-evaluations.ts'
import { linkByHand, unlinkByHand } from '../../../core/recordings/link-by-hand.ts'
import { MOST_ALIKE } from '../../../core/recordings/name-fit.ts'
import { previewRule } from '../../../core/retention/preview.ts'
import { openRun } from '../../../core/retention/run.ts'
import { sweep } from '../../../core/retention/sweep.ts'
import { tables } from '../../../db/db.ts'
import { silentLog } from '../../support/silent-log.ts'
import { NO_SOUND, openRecordingRoom, type Visitor } from '../recordings/recording-room.ts'

const { contacts, recordings, retentionRules } = tables
const DAY_MS = 86_400_000
const inDays = (days: number) => new Date(Date.now() + days * DAY_MS)

const rule = {
  enabled: true,
  deleteAfterDays: 10,
  deleteEvaluatedAfterDays: null,
  clock: 'IMPORTED_AT' as const,
}

let room: Awaited<ReturnType<typeof openRecordingRoom>>
beforeAll(async () => {
  room = await openRecordingRoom()
})
afterAll(() => room[Symbol.asyncDispose]())

let tenant: Visitor
beforeEach(async () => {
  tenant = await room.anotherTenant()
  const set = { tenantId: tenant.tenantId, ...rule, changedAt: new Date('2026-01-01'), changedBy: 'test' }
  await tenant.inTenant(tx => tx.insert(retentionRules).values(set))
})

/** How many recordings are left after a sweep of that moment, which takes as many as its preview foresees. */
const leftIn = async (days: number): Promise<number> => {
  const now = inDays(days)
  const { tenantId, inTenant } = tenant
  const before = await tenant.recordings()
  const foreseen = await inTenant(tx => previewRule(tx, tenantId, rule, now))
  const { id } = await inTenant(tx => openRun(tx, tenantId, { now }))
  const ports = { database: room.database, vault: room.vault, log: silentLog(), clock: () => now, share: 7 }
  await sweep(ports, tenantId, id, new AbortController().signal)
  const after = await tenant.recordings()
  expect(foreseen.recordings).toBe(before.length - after.length)
  return after.length
}

/** One more than a person could choose from. */
const sendTooMany = async () => {
  for (let call = 0; call <= MOST_ALIKE; call += 1) {
    await tenant.tree.makeFolder(`/${call}`)
    await tenant.send(`/${call}/audio.wav`)
  }
  await tenant.work()
}

const matched = async (...rows: Parameters<Visitor['import']>) => {
  await tenant.import(...rows)
  await tenant.link()
}

const hold = async (ref: string) => {
  const { id } = await tenant.contact(ref)
  const by = { by: 'test', now: new Date() }
  return await tenant.inTenant(tx =>
    placeHold(tx, tenant.tenantId, { contactIds: [id], reason: 'court' }, by),
  )
}

test('recordings too many to choose from stay with a contact on hold, and go once it is gone', async () => {
  await sendTooMany()
  await matched({ ref: 'A', audio: 'audio.wav' }, { ref: 'B', audio: 'other.wav' })
  expect(await tenant.links('A')).toEqual(['A AMBIGUOUS'])
  const held = await hold('A')
  expect(await leftIn(400)).toBe(MOST_ALIKE + 1)
  await tenant.inTenant(tx => releaseHold(tx, tenant.tenantId, held.id, { by: 'test', now: new Date() }))
  expect(await leftIn(400)).toBe(0)
})

test('they stay with an evaluated contact', async () => {
  await sendTooMany()
  await matched({ ref: 'A', audio: 'audio.wav' })
  const evaluation = { contactReference: 'A', evaluationReference: 'E' }
  const ports = { hashes: room.vault.hashes, now: new Date() }
  await tenant.inTenant(tx => recordEvaluation(tx, ports, tenant.tenantId, evaluation))
  expect(await leftIn(400)).toBe(MOST_ALIKE + 1)
})

test('a damaged recording stays with a contact on hold that names it, as either recording', async () => {
  await tenant.send('/a.wav', NO_SOUND)
  await tenant.send('/b.mp4', NO_SOUND)
  await tenant.work()
  await matched({ ref: 'A', audio: '/a.wav' }, { ref: 'B', screen: 'B.MP4' })
  expect(await tenant.links('A', 'B')).toEqual(['A MISSING', 'B MISSING'])
  const held = [await hold('A'), await hold('B')]
  expect(await leftIn(400)).toBe(2)
  const [first] = held
  await tenant.inTenant(tx =>
    releaseHold(tx, tenant.tenantId, first?.id ?? '', { by: 'test', now: new Date() }),
  )
  expect(await leftIn(400)).toBe(1)
})

test('they stay with a contact that came before their days were over, not with those that come for ever after', async () => {
  await sendTooMany()
  await matched({ ref: 'A', audio: 'audio.wav' })
  const since = (days: number) =>
    tenant.inTenant(tx => tx.update(contacts).set({ importedAt: inDays(days), occurredAt: inDays(days) }))
  await since(9)
  expect(await leftIn(18)).toBe(MOST_ALIKE + 1)
  await since(11)
  expect(await leftIn(18)).toBe(0)
})

test('what a person took from its only contact is not claimed by it, what others of that name may claim is', async () => {
  await tenant.send('/a.wav')
  await tenant.work()
  await matched({ ref: 'A', audio: 'a.wav' })
  const [recording] = await tenant.recordings()
  const { id: contactId } = await tenant.contact('A')
  const word = { recordingId: recording?.id ?? '', contactId, by: 'test' }
  await tenant.inTenant(tx => unlinkByHand(tx, tenant.tenantId, word))
  await hold('A')
  await tenant.work()
  await tenant.inTenant(tx => tx.update(recordings).set({ usable: false, damage: 'cut short' }))
  await matched({ ref: 'B', audio: 'a.wav' })
  const held = await hold('B')
  expect(await tenant.links()).toEqual(['A MISSING: /a.wav REJECTED AUDIO HAND', 'B MISSING'])
  expect(await leftIn(400)).toBe(1)
  await tenant.inTenant(tx => releaseHold(tx, tenant.tenantId, held.id, { by: 'test', now: new Date() }))
  expect(await leftIn(400)).toBe(0)
})

const sendTo = async (...folders: string[]) => {
  for (const folder of folders) {
    await tenant.tree.makeFolder(folder)
    await tenant.send(`${folder}/w.wav`)
    await tenant.work()
  }
}

test('one that fits as well as what an evaluated or held contact has stays with it, one that fits worse does not', async () => {
  await matched({ ref: 'A', audio: 'w.wav' }, { ref: 'B', audio: 'D:\\Rec\\x\\w.wav' }, { ref: 'C' })
  await sendTo('/x')
  expect(await tenant.links('A', 'B')).toEqual([
    'A LINKED: /x/w.wav LINKED AUDIO NAME',
    'B LINKED: /x/w.wav LINKED AUDIO PATH',
  ])
  const held = [await hold('A'), await hold('B')]
  await sendTo('/y', '/z', '/z/X')
  expect(await tenant.links('A', 'B'), 'nothing is added').toEqual([
    'A LINKED: /x/w.wav LINKED AUDIO NAME',
    'B LINKED: /x/w.wav LINKED AUDIO PATH',
  ])
  expect(await leftIn(400)).toBe(4)
  const [first] = held
  await tenant.inTenant(tx =>
    releaseHold(tx, tenant.tenantId, first?.id ?? '', { by: 'test', now: new Date() }),
  )
  expect(await leftIn(400), 'that of the same folder').toBe(2)
})

test('a name that a person has decided claims nothing else', async () => {
  await matched({ ref: 'A', audio: 'w.wav' })
  await sendTo('/x')
  const [recording] = await tenant.recordings()
  const { id: contactId } = await tenant.contact('A')
  const word = { recordingId: recording?.id ?? '', contactId, by: 'test' }
  await tenant.inTenant(tx => linkByHand(tx, tenant.tenantId, word))
  await hold('A')
  await sendTo('/y')
  expect(await leftIn(400)).toBe(1)
})

test('an unguarded contact that has its recording claims none beside it', async () => {
  await sendTo('/x', '/y')
  await matched({ ref: 'A', audio: 'x/w.wav' })
  expect(await tenant.links()).toEqual(['A LINKED: /x/w.wav LINKED AUDIO PATH'])
  expect(await leftIn(9)).toBe(2)
})
