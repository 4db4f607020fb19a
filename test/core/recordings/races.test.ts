import { eq, sql } from 'drizzle-orm'
import { afterAll, expect, test } from 'vitest'
import { matchImported } from '../../../core/recordings/match-imported.ts'
import { queueWaitingRecordings } from '../../../core/recordings/queue-waiting.ts'
import { type TenantTx, tables } from '../../../db/db.ts'
import { openTransaction } from '../../support/open-transaction.ts'
import { openRecordingRoom, sound } from './recording-room.ts'

const { contacts, imports, recordings } = tables

const room = await openRecordingRoom()
afterAll(() => room[Symbol.asyncDispose]())

const due = async () =>
  (await room.recordings()).filter(recording => recording.matchDue).map(recording => recording.path)
const unlinkedImports = () =>
  room.inTenant(tx =>
    tx.$count(imports, sql`${imports.status} = 'COMPLETED' and ${imports.linkedAt} is null`),
  )

test('contacts that an import holds are left, and their recordings stay due until a job comes back', async () => {
  await room.import(
    { ref: 'A1', audio: 'a.wav' },
    { ref: 'A2', audio: 'a.wav' },
    { ref: 'A3', audio: 'b.wav' },
  )
  await room.link()
  const running = await openTransaction(room.database, room.tenantId)
  await running.tx.select().from(contacts).where(eq(contacts.reference, 'A1')).for('update')
  for (const name of ['a', 'b']) await room.send(`/${name}.wav`)
  await room.forgetJobs()
  await room.work()
  expect(await room.links()).toEqual([
    'A1 MISSING',
    'A2 LINKED: /a.wav LINKED AUDIO NAME',
    'A3 LINKED: /b.wav LINKED AUDIO NAME',
  ])
  expect(await due()).toEqual(['/a.wav'])
  expect(await room.jobs('match-recordings')).toHaveLength(1)
  await running.commit()
  await room.work()
  expect(await room.links('A1')).toEqual(['A1 LINKED: /a.wav LINKED AUDIO NAME'])
  expect(await due()).toEqual([])
})

test('contacts that nobody could see yet are found by the job after their import', async () => {
  await room.queueImport([{ ref: 'B1', audio: 'late.wav' }])
  const held = await openTransaction(room.database, room.tenantId)
  // The import waits for its own row, while the recording comes and looks for contacts in vain.
  await held.tx.select().from(imports).where(eq(imports.status, 'QUEUED')).for('update')
  const importing = room.runImports()
  await room.send('/late.wav')
  await room.work()
  expect(await due()).toEqual([])
  await held.commit()
  await importing
  expect(await room.links('B1')).toEqual(['B1 MISSING'])
  await room.link()
  expect(await room.links('B1')).toEqual(['B1 LINKED: /late.wav LINKED AUDIO NAME'])
})

test('an import some of whose contacts are held is not struck off', async () => {
  await room.send('/c.wav')
  await room.work()
  await room.import({ ref: 'C1', audio: 'c.wav' }, { ref: 'C2', audio: 'c.wav' })
  const held = await openTransaction(room.database, room.tenantId)
  await held.tx.update(contacts).set({ queue: 'x' }).where(eq(contacts.reference, 'C1'))
  await room.forgetJobs()
  await room.link()
  expect(await room.links('C1', 'C2')).toEqual(['C1 MISSING', 'C2 LINKED: /c.wav LINKED AUDIO NAME'])
  expect(await unlinkedImports()).toBe(1)
  expect(await room.jobs('link-contacts'), 'a job comes back').toHaveLength(1)
  await held.commit()
  await room.link()
  expect(await room.links('C1')).toEqual(['C1 LINKED: /c.wav LINKED AUDIO NAME'])
  expect(await unlinkedImports()).toBe(0)
})

test('an import that contacts go back to while its job runs is looked at once more', async () => {
  await room.import({ ref: 'G1', audio: 'c.wav' })
  let transactions = 0
  const database = {
    ...room.database,
    asTenant: async <T>(id: string, work: (tx: TenantTx) => Promise<T>) => {
      const answer = await room.database.asTenant(id, work)
      // After it was found that the import ended, as undoing another one does.
      if (++transactions === 1) await room.inTenant(tx => tx.update(imports).set({ linkedAt: null }))
      return answer
    },
  }
  const options = { now: new Date(), signal: new AbortController().signal }
  expect(await matchImported(database, room.tenantId, options), 'something is left').toBe(true)
  expect(await unlinkedImports()).toBeGreaterThan(0)
  await room.link()
  expect(await unlinkedImports()).toBe(0)
})

test('an import whose job was lost is linked by another', async () => {
  await room.import({ ref: 'D1', audio: 'c.wav' })
  await room.forgetJobs()
  await queueWaitingRecordings(room.database)
  expect(await room.jobs('link-contacts')).toEqual([{ tenantId: room.tenantId }])
})

test('a recording that is being renamed keeps nobody waiting, and is looked at once more', async () => {
  await room.import({ ref: 'E1', audio: 'e.wav' })
  await room.link()
  await room.send('/e.wav')
  const renaming = await openTransaction(room.database, room.tenantId)
  // As soon as its bytes were looked at, before its contacts are found.
  await room.inTenant(tx =>
    tx.update(recordings).set({ inspectedAt: new Date(), usable: true }).where(eq(recordings.path, '/e.wav')),
  )
  await renaming.tx.execute(
    sql`update recordings set path = '/e2.wav', match_key = 'e2', placed = default where path = '/e.wav'`,
  )
  await room.work()
  expect(await room.links('E1')).toEqual(['E1 MISSING'])
  await renaming.commit()
  expect(await due()).toEqual(['/e2.wav'])
  await room.work()
  expect(await room.links('E1')).toEqual(['E1 MISSING'])
  expect(await due()).toEqual([])
})

test('both jobs at once, several times over, end as one after the other', async () => {
  const names = Array.from({ length: 300 }, (_, n) => `f-${n}.wav`)
  await Promise.all([
    room.import(...names.map((audio, n) => ({ ref: `F${n}`, audio }))),
    ...names.slice(0, 100).map(name => room.send(`/${name}`, sound(1))),
  ])
  await Promise.all([
    room.link(),
    room.work(),
    ...names.slice(100).map(name => room.send(`/${name}`)),
    room.work(),
    room.link(),
  ])
  await Promise.all([room.work(), room.work(), room.link()])
  await room.work()
  await room.link()
  const lines = await room.links(...names.map((_, n) => `F${n}`))
  expect(lines.toSorted()).toEqual(
    names.map((name, n) => `F${n} LINKED: /${name} LINKED AUDIO NAME`).toSorted(),
  )
  expect(await due()).toEqual([])
})
