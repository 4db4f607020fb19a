import { expect, test, vi } from 'vitest'
import { RecordAhead, requireRecord } from '../../../core/retention/settle-record.ts'
import { watchRecord } from '../../../core/retention/watch-record.ts'
import { tables } from '../../../db/db.ts'
import { silentLog } from '../../support/silent-log.ts'
import { backup } from './backup.ts'
import { openRetentionRoom, type RetentionRoom } from './retention-room.ts'

/** Two contacts that a sweep destroyed, each under a number of its own, in a database from before it. */
async function restored() {
  const room = await openRetentionRoom({ share: 1 })
  await room.setRule({ deleteAfterDays: 30 })
  for (const reference of ['old-1', 'old-2']) await room.addContact(reference, { daysAgo: 40 })
  const restore = await backup(room)
  const [{ last } = { last: '0' }] = await room.superuser<{ last: string }[]>`
    select nextval('destruction_numbers') as last`
  await room.sweep()
  await restore()
  await room.superuser`select setval('destruction_numbers', ${last})`
  return { room, last: Number(last) }
}

const starts = (room: RetentionRoom) => requireRecord(room.database, room.record)
const fileOf = (number: number, ending: string) => `destroyed/${String(number).padStart(12, '0')}.${ending}`
const nothing = ({ tenantId, now }: RetentionRoom) => ({
  tenantId,
  at: now,
  references: [],
  objects: [],
  memories: [],
})

test('however far the record is ahead, nothing of it is passed over, also when the reapplying was stopped', async () => {
  const { room, last } = await restored()
  await room.record.intend(last + 20_000, nothing(room))
  await room.record.settle(last + 20_000, 'void')
  await expect(starts(room)).rejects.toThrow(/lacks 2 destructions/)
  // Its first reading is the comparison's.
  let readings = 0
  room.bucket.before = (op, _, name) => {
    if (op === 'get' && name === fileOf(last + 2, 'intent') && ++readings === 2) throw new Error('stopped')
  }
  await expect(room.reapply()).rejects.toThrow('stopped')
  room.bucket.before = () => {}
  await expect(starts(room)).rejects.toThrow(/lacks \d destruction/)
  await room.reapply()
  expect(await room.references()).toEqual([])
  await starts(room)
  const [{ now } = { now: '0' }] = await room.superuser<{ now: string }[]>`
    select last_value as now from destruction_numbers`
  expect(Number(now)).toBe(last + 20_000)
})

test('a database that is restored under a process ends it, and a damaged file does not', async () => {
  const room = await openRetentionRoom()
  await room.setRule({ deleteAfterDays: 30 })
  await room.addContact('old', { daysAgo: 40 })
  const restore = await backup(room)
  const log = silentLog()
  const warned = vi.spyOn(log, 'warn')
  using watch = watchRecord(room.database, room.record, log, 20)
  const lost = watch.lost.catch(error => error)
  const name = fileOf(999_999_999_998, 'void')
  room.bucket.objects.set(name, Buffer.from('{}\nforged\n'))
  await vi.waitFor(() => expect(warned).toHaveBeenCalled(), 5_000)
  room.bucket.objects.delete(name)
  await room.sweep()
  await restore()
  expect(await lost).toBeInstanceOf(RecordAhead)
})

test('a lost intent is named, everything else is applied, and who goes on without it is on record', async () => {
  const { room, last } = await restored()
  const name = fileOf(last + 1, 'intent')
  room.bucket.objects.delete(name)
  await expect(starts(room)).rejects.toThrow(/lacks 1 destruction/)
  const unreadable = [`${name} is not in the bucket`]
  expect(await room.reapply()).toMatchObject({ destructions: 1, contacts: 1, unreadable })
  await expect(starts(room)).rejects.toThrow(`${name} is not in the bucket`)
  await expect(starts(room)).rejects.toThrow(`retention reapply --without ${last + 1}`)
  await expect(room.reapply({ without: [last + 2] })).rejects.toThrow(/Nothing of the record is lost/)
  expect(await room.reapply({ without: [last + 1] })).toMatchObject({ destructions: 0, unreadable: [] })
  await starts(room)
  expect(room.bucket.objects.get(fileOf(last + 1, 'waived'))?.toString()).toContain('operator:test')
  const trail = await room.inTenant(tx => tx.select().from(tables.auditEvents))
  expect(trail.filter(({ action }) => action === 'reapplyDestruction')).toMatchObject([
    { actor: 'operator:test', details: { number: last + 2, contacts: 1, objects: 0 } },
  ])
})

test('a confirmation that was written without the master key destroys nothing', async () => {
  const room = await openRetentionRoom()
  await room.addContact('there')
  const [{ last } = { last: '0' }] = await room.superuser<{ last: string }[]>`
    select setval('destruction_numbers', last_value + 100_000) as last from destruction_numbers`
  const number = Number(last)
  const references = [room.hashes.reference('there')]
  await room.record.intend(number, { ...nothing(room), references })
  await room.record.settle(number, 'void')
  await starts(room)
  room.bucket.objects.set(fileOf(number, 'done'), Buffer.from('{}\nforged\n'))
  await expect(starts(room)).rejects.toThrow(/done is not as it was written/)
  await room.reapply()
  expect(await room.references()).toEqual(['there'])
  await room.reapply({ without: [number] })
  await starts(room)
  expect(await room.references()).toEqual(['there'])
})

test('a number that nobody drew is refused by name, and moves no other', async () => {
  const room = await openRetentionRoom()
  room.bucket.objects.set('destroyed/999999999999.void', Buffer.from('{}\nforged\n'))
  await expect(starts(room)).rejects.toThrow('destroyed/999999999999.void is not as it was written')
  await room.reapply({ without: [999_999_999_999] })
  await starts(room)
  const [{ last } = { last: '0' }] = await room.superuser<{ last: string }[]>`
    select last_value as last from destruction_numbers`
  expect(Number(last)).toBeLessThan(1_000_000)
})
