import { eq, sql } from 'drizzle-orm'
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest'
import { undoImport } from '../../../core/imports/undo/undo-import.ts'
import { unlinkByHand } from '../../../core/recordings/link-by-hand.ts'
import { previewRule } from '../../../core/retention/preview.ts'
import { openRun } from '../../../core/retention/run.ts'
import { sweep } from '../../../core/retention/sweep.ts'
import { tables } from '../../../db/db.ts'
import { silentLog } from '../../support/silent-log.ts'
import { openRecordingRoom, type Visitor } from '../recordings/recording-room.ts'

const { imports, recordings, retentionRules } = tables
const DAY_MS = 86_400_000

const rule = {
  enabled: true,
  deleteAfterDays: 3,
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
  await tenant.inTenant(tx =>
    tx.insert(retentionRules).values({
      tenantId: tenant.tenantId,
      ...rule,
      changedAt: new Date('2026-01-01'),
      changedBy: 'test',
    }),
  )
})

const inDays = (days: number) => new Date(Date.now() + days * DAY_MS)

/** What the preview of that moment says, and a sweep then does. */
const sweepIn = async (days: number): Promise<{ foreseen: number; gone: number; left: string[] }> => {
  const now = inDays(days)
  const { tenantId, inTenant } = tenant
  const foreseen = await inTenant(tx => previewRule(tx, tenantId, rule, now))
  const { id } = await inTenant(tx => openRun(tx, tenantId, { now }))
  const ports = { database: room.database, vault: room.vault, log: silentLog(), clock: () => now }
  const before = await tenant.recordings()
  await sweep(ports, tenantId, id, new AbortController().signal)
  const after = await tenant.recordings()
  return {
    foreseen: foreseen.recordings,
    gone: before.length - after.length,
    left: after.map(({ path }) => path),
  }
}

/** As if all recordings had come so many days ago. */
const ago = (days: number) => tenant.inTenant(tx => tx.update(recordings).set({ arrivedAt: inDays(-days) }))

test('a recording that nobody has looked at stays, and goes once it was found to be nobody’s', async () => {
  await tenant.send('/a.wav')
  expect(await sweepIn(4)).toEqual({ foreseen: 0, gone: 0, left: ['/a.wav'] })
  await tenant.work()
  expect(await sweepIn(5)).toEqual({ foreseen: 1, gone: 1, left: [] })
})

test('a recording whose contacts have not been looked for since it changed stays', async () => {
  await tenant.send('/a.wav')
  await tenant.work()
  await tenant.tree.rename('/a.wav', '/b.wav', false)
  expect(await sweepIn(4)).toEqual({ foreseen: 0, gone: 0, left: ['/b.wav'] })
  await tenant.work()
  expect(await sweepIn(5)).toEqual({ foreseen: 1, gone: 1, left: [] })
})

test('while an import waits its contacts may name recordings: none goes, and they are linked to them', async () => {
  await tenant.send('/a.wav')
  await tenant.work()
  await tenant.queueImport([{ ref: 'A', audio: 'a.wav' }])
  expect(await sweepIn(4), 'queued').toEqual({ foreseen: 0, gone: 0, left: ['/a.wav'] })
  await tenant.inTenant(tx => tx.update(imports).set({ status: 'FAILED', retryAt: inDays(1) }))
  expect(await sweepIn(4), 'to be tried again').toEqual({ foreseen: 0, gone: 0, left: ['/a.wav'] })
  await tenant.inTenant(tx => tx.update(imports).set({ status: 'QUEUED', retryAt: null }))
  await tenant.runImports()
  const unmatched = await tenant.inTenant(tx => tx.$count(imports, sql`${imports.linkedAt} is null`))
  expect(unmatched).toBe(1)
  await ago(100)
  expect(await sweepIn(2), 'imported, and not looked at').toEqual({ foreseen: 0, gone: 0, left: ['/a.wav'] })
  await tenant.link()
  expect(await tenant.links()).toEqual(['A LINKED: /a.wav LINKED AUDIO NAME'])
})

test('an import that was given up holds nothing back', async () => {
  await tenant.send('/a.wav')
  await tenant.work()
  await tenant.queueImport([{ ref: 'A', audio: 'a.wav' }])
  await tenant.inTenant(tx => tx.update(imports).set({ status: 'FAILED', setAsideAt: new Date() }))
  expect(await sweepIn(4)).toEqual({ foreseen: 1, gone: 1, left: [] })
})

test('the days of a recording that a person took from its contact are counted from then', async () => {
  await tenant.import({ ref: 'A', audio: 'a.wav' })
  await tenant.send('/a.wav')
  await tenant.work()
  await tenant.link()
  await ago(100)
  const [recording] = await tenant.recordings()
  const contact = await tenant.contact('A')
  const word = { recordingId: recording?.id ?? '', contactId: contact.id, by: 'test' }
  await tenant.inTenant(tx => unlinkByHand(tx, tenant.tenantId, word))
  await tenant.work()
  expect(await sweepIn(2)).toEqual({ foreseen: 0, gone: 0, left: ['/a.wav'] })
  expect(await sweepIn(4)).toEqual({ foreseen: 1, gone: 1, left: [] })
})

test('the days of recordings that an undone import let go of are counted from then, candidates’ as well', async () => {
  await tenant.tree.makeFolder('/x')
  await tenant.tree.makeFolder('/y')
  await tenant.send('/x/a.wav')
  await tenant.send('/y/a.wav')
  await tenant.send('/b.wav')
  await tenant.work()
  await tenant.import({ ref: 'A', audio: 'a.wav' }, { ref: 'B', audio: 'b.wav' })
  await tenant.link()
  expect(await tenant.links('A')).toEqual([expect.stringContaining('AMBIGUOUS')])
  await ago(100)
  await tenant.inTenant(async tx => {
    const [imported] = await tx.select().from(imports).where(eq(imports.status, 'COMPLETED'))
    await undoImport(tx, tenant.tenantId, imported?.id ?? '', new Date())
  })
  expect(await sweepIn(2)).toMatchObject({ foreseen: 0, gone: 0 })
  await tenant.import({ ref: 'B', audio: 'b.wav' })
  await tenant.link()
  expect(await tenant.links('B')).toEqual(['B LINKED: /b.wav LINKED AUDIO NAME'])
  expect(await sweepIn(4), 'with its contact, two by themselves').toEqual({ foreseen: 3, gone: 3, left: [] })
})

test('the days of a recording whose contact is called otherwise since are counted from then', async () => {
  await tenant.import({ ref: 'A', audio: 'a.wav' })
  await tenant.send('/a.wav')
  await tenant.work()
  await tenant.link()
  await ago(100)
  await tenant.import({ ref: 'A', audio: 'b.wav' })
  await tenant.work()
  await tenant.link()
  expect(await sweepIn(2)).toEqual({ foreseen: 0, gone: 0, left: ['/a.wav'] })
})
