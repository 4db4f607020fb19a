import { expect, test } from 'vitest'
import { eraseContacts } from '../../../core/retention/erase.ts'
import { dueNights } from '../../../core/retention/nights.ts'
import { destructionRecord } from '../../../core/retention/record.ts'
import { openRun } from '../../../core/retention/run.ts'
import { sweep } from '../../../core/retention/sweep.ts'
import { tables } from '../../../db/db.ts'
import { HEADER, row, smallTemplate } from '../../support/contact-files.ts'
import { silentLog } from '../../support/silent-log.ts'
import { names } from '../files/tree-room.ts'
import { openRawFilesRoom } from './raw-files-room.ts'

const { destructions, retentionRules, retentionRuns } = tables
const templates = [{ ...smallTemplate, filePattern: '/in/*.csv' }]
type Room = Awaited<ReturnType<typeof openRawFilesRoom>>

/** A run so many days from now, to its end. */
async function runIn({ database, vault, tenantId, inTenant }: Room, days: number) {
  const now = new Date(Date.now() + days * 86_400_000)
  const { id } = await inTenant(tx => openRun(tx, tenantId, { now }))
  await sweep(
    { database, vault, log: silentLog(), clock: () => now },
    tenantId,
    id,
    new AbortController().signal,
  )
  const [run] = (await inTenant(tx => tx.select().from(retentionRuns))).filter(each => each.id === id)
  if (!run) throw new Error('no run')
  return run
}

const isDue = async (room: Room, days: number) => {
  const due = await room.database.asStaff(tx => dueNights(tx, new Date(Date.now() + days * 86_400_000)))
  return due.some(({ tenantId }) => tenantId === room.tenantId)
}

/** As the database's clock, which says when files came. */
const setClock = (room: Room) => room.later((Date.now() - room.now.getTime()) / 1_000)

async function twoFiles(room: Room) {
  setClock(room)
  await room.tree.makeFolder('/in')
  await room.send('/in/a.csv', HEADER + row('A'))
  await room.send('/in/b.csv', `${HEADER}${row('B')}${row('C')}D,x,never,,\n`)
  await room.run()
}

test('a night ends the life of raw files after their days, without a rule as well, and has it on record', async () => {
  await using room = await openRawFilesRoom(templates)
  await twoFiles(room)
  const objects = await room.inTenant(tx =>
    tx.select({ id: tables.vaultObjects.id }).from(tables.vaultObjects),
  )
  expect(objects.length).toBe(3)
  expect(await isDue(room, 13)).toBe(false)
  expect(await runIn(room, 13)).toMatchObject({ filesDeleted: 0, bytesDeleted: 0 })
  expect((await names(room.tree, '/in')).length).toBe(2)
  expect(await isDue(room, 15)).toBe(true)
  const bytes = (await room.files()).reduce((sum, file) => sum + file.size, 0)
  const run = await runIn(room, 15)
  expect(run).toMatchObject({ filesDeleted: 2, bytesDeleted: bytes, contactsDeleted: 0 })
  const [done, ...more] = await room.inTenant(tx => tx.select().from(destructions))
  expect(more).toEqual([])
  expect(done?.runId).toBe(run.id)
  const onRecord = await destructionRecord(room.vault).read(done?.number ?? 0)
  const buried = await room.inTenant(tx => tx.select().from(tables.tombstones))
  expect(buried.length).toBe(2)
  expect(new Set(onRecord.memories)).toEqual(new Set(buried.map(({ hash }) => hash)))
  expect([...(done?.objects ?? [])].sort()).toEqual(objects.map(({ id }) => id).sort())
  const certificate = JSON.parse(await room.readObject(run.certificateId ?? ''))
  expect(certificate.document.counts).toEqual({ contacts: 0, recordings: 0, files: 2, bytes })
  expect(await isDue(room, 16)).toBe(false)
})

test('raw files live no longer than contacts do', async () => {
  await using room = await openRawFilesRoom(templates)
  await twoFiles(room)
  const rule = { enabled: true, deleteAfterDays: 3, clock: 'IMPORTED_AT' as const, changedBy: 'test' }
  await room.inTenant(tx => tx.insert(retentionRules).values({ tenantId: room.tenantId, ...rule }))
  expect(await runIn(room, 2)).toMatchObject({ filesDeleted: 0, contactsDeleted: 0 })
  expect(await runIn(room, 4)).toMatchObject({ filesDeleted: 2, contactsDeleted: 3 })
})

test('what came before an erasure goes when the erasure said, although raw files are kept for longer by then', async () => {
  await using room = await openRawFilesRoom(templates)
  const { tenantId, inTenant } = room
  await twoFiles(room)
  const [{ id } = { id: '' }] = await inTenant(tx => tx.select().from(tables.contacts))
  const wish = { contactIds: [id], reason: 'asked for', by: 'test', now: new Date() }
  const ports = { vault: room.vault, record: destructionRecord(room.vault) }
  const { erasure } = await inTenant(tx => eraseContacts(tx, ports, tenantId, wish))
  await inTenant(tx => tx.update(tables.tenants).set({ rawFileDays: 365 }))
  setClock(room)
  await room.send('/in/later.csv', HEADER + row('E'))
  await room.run()
  expect(await isDue(room, 13)).toBe(false)
  expect(await runIn(room, 13)).toMatchObject({ filesDeleted: 0 })
  // The night may be one of 25 hours, and takes its time.
  expect(+erasure.completeBy - +wish.now).toBeGreaterThan((14 * 24 + 26) * 3_600_000)
  expect(await isDue(room, 14.1)).toBe(true)
  expect(await runIn(room, 14.1)).toMatchObject({ filesDeleted: 2 })
  expect(await names(room.tree, '/in')).toEqual(['/in/later.csv'])
  expect(await isDue(room, 16)).toBe(false)
  expect(await runIn(room, 364)).toMatchObject({ filesDeleted: 0 })
  expect(await runIn(room, 366)).toMatchObject({ filesDeleted: 1 })
})
