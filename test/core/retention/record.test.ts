import { sql } from 'drizzle-orm'
import { expect, test } from 'vitest'
import { destroyRecorded, nothing } from '../../../core/retention/destroy.ts'
import { destroyContacts } from '../../../core/retention/destroy-contacts.ts'
import { compareRecord, requireRecord } from '../../../core/retention/settle-record.ts'
import { storedObject } from '../../../core/vault/object-rows.ts'
import { backup } from './backup.ts'
import { openRetentionRoom, type RetentionRoom } from './retention-room.ts'

test('a database restored from before a sweep is refused, and serves again once the record is applied', async () => {
  const room = await openRetentionRoom({ share: 2 })
  await room.setRule({ deleteAfterDays: 30 })
  const objects: string[] = []
  for (let n = 0; n < 5; n++) {
    const id = await room.addContact(`old-${n}`, { daysAgo: 40 })
    objects.push((await room.addRecording(`/old-${n}.wav`, { linkedTo: [id], daysAgo: 40 })).objectId)
  }
  await room.addContact('young', { daysAgo: 3 })
  const restore = await backup(room)
  await room.sweep()
  await requireRecord(room.database, room.record)
  await restore()
  expect(await room.references()).toHaveLength(6)
  await expect(requireRecord(room.database, room.record)).rejects.toThrow(
    /lacks 3 destructions.*retention reapply/,
  )
  // Evaluated since, in a database that should not have it any more: gone all the same.
  await room.inTenant(tx =>
    tx.execute(sql`update contacts set evaluated_at = now() where reference = 'old-1'`),
  )
  expect(await room.reapply()).toEqual({ destructions: 3, contacts: 5, objects: 5, unreadable: [] })
  await requireRecord(room.database, room.record)
  expect(await room.references()).toEqual(['young'])
  expect(await room.recordingIds()).toEqual([])
  for (const objectId of objects)
    await expect(room.inTenant(tx => storedObject(tx, room.tenantId, objectId))).rejects.toThrow()
  expect(await room.reapply()).toEqual({ destructions: 0, contacts: 0, objects: 0, unreadable: [] })
})

test('numbers go on after those of the record', async () => {
  const room = await openRetentionRoom()
  await room.setRule({ deleteAfterDays: 30 })
  await room.addContact('one', { daysAgo: 40 })
  const restore = await backup(room)
  await room.sweep()
  const [{ last } = { last: '0' }] = await room.superuser<{ last: string }[]>`
    select last_value as last from destruction_numbers`
  await restore()
  await room.superuser`select setval('destruction_numbers', ${Number(last) - 1})`
  await room.reapply()
  await room.addContact('two', { daysAgo: 40 })
  await room.sweep()
  await requireRecord(room.database, room.record)
})

const doom = async (room: RetentionRoom, reference: string) => {
  const { confirmed } = await destroyRecorded(
    room,
    room.tenantId,
    { origin: { erasureId: crypto.randomUUID() }, at: room.now },
    async tx => {
      const [row] = await tx.execute<{ id: string }>(
        sql`select id from contacts where reference = ${reference} for update`,
      )
      const contacts = row ? [{ id: row.id, hash: room.hashes.reference(reference) }] : []
      return { toll: await destroyContacts(tx, room.tenantId, room.hashes, contacts, room.now) }
    },
  )
  await confirmed
}

test('a transaction that is rolled back after its intent is settled as void', async () => {
  const room = await openRetentionRoom()
  await room.addContact('stays', { daysAgo: 40 })
  room.bucket.before = async (op, _, name) => {
    if (op !== 'put' || !name?.endsWith('.intent')) return
    room.bucket.before = () => {}
    const body = room.bucket.objects
    // The intent is there, its reply is lost.
    body.set(name, Buffer.from('written by a request whose answer never came'))
    throw new Error('connection reset')
  }
  await expect(doom(room, 'stays')).rejects.toThrow('connection reset')
  expect((await compareRecord(room.database, room.record)).open).toHaveLength(1)
  await requireRecord(room.database, room.record)
  expect(await compareRecord(room.database, room.record)).toMatchObject({ lacking: [], open: [] })
  expect([...room.bucket.objects.keys()].filter(name => name.endsWith('.void'))).toHaveLength(1)
  expect(await room.references()).toEqual(['stays'])
})

test('a process that died between commit and confirmation is settled as done', async () => {
  const room = await openRetentionRoom()
  await room.addContact('goes', { daysAgo: 40 })
  room.bucket.before = async (op, _, name) => {
    if (op === 'put' && name?.endsWith('.done')) throw new Error('the process died')
  }
  await expect(doom(room, 'goes')).rejects.toThrow('the process died')
  room.bucket.before = () => {}
  expect(await room.references()).toEqual([])
  await requireRecord(room.database, room.record)
  expect([...room.bucket.objects.keys()].filter(name => name.endsWith('.done'))).toHaveLength(1)
})

test('an intent whose transaction is under way is nobody’s to settle', async () => {
  const room = await openRetentionRoom()
  await room.addContact('busy', { daysAgo: 40 })
  let during: unknown
  room.bucket.before = async (op, _, name) => {
    if (op !== 'put' || !name?.endsWith('.intent')) return
    room.bucket.before = () => {}
    room.bucket.objects.set(name, Buffer.from('seen by others already'))
    await room.outside(() => requireRecord(room.database, room.record))
    during = [...room.bucket.objects.keys()].filter(key => /\.(done|void)$/.test(key))
  }
  await doom(room, 'busy')
  expect(during).toEqual([])
  expect([...room.bucket.objects.keys()].filter(name => name.endsWith('.done'))).toHaveLength(1)
})

test('nothing is destroyed by a record that was written without the master key', async () => {
  const room = await openRetentionRoom({ share: 1 })
  await room.setRule({ deleteAfterDays: 30 })
  await room.addContact('old', { daysAgo: 40 })
  await room.addContact('young', { daysAgo: 1 })
  const restore = await backup(room)
  await room.sweep()
  await restore()
  const [name, body] = [...room.bucket.objects].find(([key]) => key.endsWith('.intent')) ?? [
    '',
    Buffer.alloc(0),
  ]
  const forged = body.toString().replace(room.hashes.reference('old'), room.hashes.reference('young'))
  room.bucket.objects.set(name, Buffer.from(forged))
  expect((await room.reapply()).unreadable).toEqual([
    `${name} is not as it was written, or of another master key`,
  ])
  expect(await room.references()).toEqual(['old', 'young'])
})

test('a transaction that destroyed nothing leaves nothing on record', async () => {
  const room = await openRetentionRoom()
  await destroyRecorded(
    room,
    room.tenantId,
    { origin: { erasureId: crypto.randomUUID() }, at: room.now },
    async () => ({ toll: nothing() }),
  )
  expect([...room.bucket.objects.keys()]).toEqual([])
})
