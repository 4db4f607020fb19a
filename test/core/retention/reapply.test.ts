import { expect, test } from 'vitest'
import { reapplyRecord } from '../../../core/retention/reapply.ts'
import { storedObject } from '../../../core/vault/object-rows.ts'
import { tables } from '../../../db/db.ts'
import { backup } from './backup.ts'
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
  await reapplyRecord(room)
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
