import { createHash, createHmac } from 'node:crypto'
import { expect, test } from 'vitest'
import { storedObject } from '../../../core/vault/object-rows.ts'
import { tables } from '../../../db/db.ts'
import { backup } from './backup.ts'
import { findBuried } from './find-buried.ts'
import { openRetentionRoom } from './retention-room.ts'

test('a recording that another contact had when its contact went is not destroyed by the record of that contact', async () => {
  const room = await openRetentionRoom()
  const { tenantId, inTenant } = room
  await room.setRule({ deleteAfterDays: 30 })
  const gone = await room.addContact('gone', { daysAgo: 40 })
  const shared = await room.addRecording('/shared.wav', { linkedTo: [gone], daysAgo: 40 })
  const own = await room.addRecording('/own.wav', { linkedTo: [gone], daysAgo: 40 })
  const restore = await backup(room)
  const other = await room.addContact('other', { daysAgo: 1 })
  await inTenant(tx =>
    tx.insert(tables.recordingLinks).values({
      tenantId,
      contactId: other,
      recordingId: shared.id,
      state: 'LINKED',
      how: 'HAND',
      slot: 'AUDIO',
    }),
  )
  await room.sweep()
  expect(await room.recordingIds()).toEqual([shared.id])
  await restore()
  await room.reapply()
  expect(await room.references()).toEqual([])
  expect(await room.recordingIds()).toEqual([shared.id])
  expect((await inTenant(tx => storedObject(tx, tenantId, shared.objectId))).size).toBeGreaterThan(0)
  await expect(inTenant(tx => storedObject(tx, tenantId, own.objectId))).rejects.toThrow()
  expect(await room.count('recording_links')).toBe(0)
  const [recording] = await inTenant(tx => tx.select().from(tables.recordings))
  expect(recording).toMatchObject({ linked: false, linkedAt: null })
  // Its contact is sent again by then.
  await room.sweep()
  expect(await room.recordingIds(), 'a night later').toEqual([shared.id])
})

test('a recording that came and went since the backup is known after a restore when it is sent again', async () => {
  const room = await openRetentionRoom()
  await room.setRule({ deleteAfterDays: 30 })
  const restore = await backup(room)
  const id = await room.addContact('came and went', { daysAgo: 40 })
  await room.addRecording('/came.wav', { linkedTo: [id], daysAgo: 40 })
  await room.addRecording('/nobody.wav', { daysAgo: 40 })
  await room.sweep()
  const hashes = ['/came.wav', '/nobody.wav'].map(path =>
    room.hashes.file(path, createHash('sha256').update(`the bytes of ${path}`).digest()),
  )
  const buried = () => room.inTenant(tx => findBuried(tx, room.tenantId, 'FILE', hashes))
  expect(await buried()).toEqual(new Set(hashes))
  await restore()
  expect(await buried()).toEqual(new Set())
  await room.reapply()
  expect(await buried()).toEqual(new Set(hashes))
})

test('an intent of the first form, which named no files, is applied as far as it goes', async () => {
  const room = await openRetentionRoom()
  await room.addContact('gone')
  const intent = {
    number: 900,
    tenantId: room.tenantId,
    at: room.now.toISOString(),
    references: [room.hashes.reference('gone')],
    objects: [],
  }
  const text = JSON.stringify(intent)
  const name = 'destroyed/000000000900'
  const seal = createHmac('sha256', await room.vault.master.derive('record of destructions 1'))
    .update(`${name}.intent\n${text}`)
    .digest('hex')
  room.bucket.objects.set(`${name}.intent`, Buffer.from(`${text}\n${seal}\n`))
  await room.record.settle(900, 'done')
  expect(await room.reapply()).toEqual({ destructions: 1, contacts: 1, objects: 0, unreadable: [] })
  expect(await room.references()).toEqual([])
})
