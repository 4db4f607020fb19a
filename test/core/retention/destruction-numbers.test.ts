import { expect, test } from 'vitest'
import { destroyRecorded, nothing } from '../../../core/retention/destroy.ts'
import { requireRecord } from '../../../core/retention/settle-record.ts'
import { backup } from './backup.ts'
import { openRetentionRoom, type RetentionRoom } from './retention-room.ts'

/** Destroys nothing that is there, and has it on record. */
const destroy = async (room: RetentionRoom, tenantId = room.tenantId) => {
  const origin = { erasureId: crypto.randomUUID() }
  const { confirmed } = await destroyRecorded(room, tenantId, { origin, at: room.now }, async () => ({
    toll: { ...nothing(), references: [crypto.randomUUID()] },
  }))
  await confirmed
}

/** What is on record, in its order: `17.done`. */
const written = (room: RetentionRoom): string[] =>
  [...room.bucket.objects.keys()]
    .toSorted()
    .flatMap(name => /^destroyed\/0*(\d+\.\w+)$/.exec(name)?.[1] ?? [])

const lastNumber = async ({ superuser }: RetentionRoom): Promise<number> => {
  const [row] = await superuser<{ last: string }[]>`select last_value as last from destruction_numbers`
  return Number(row?.last)
}

const goBackTo = async ({ superuser }: RetentionRoom, number: number) => {
  await superuser`select setval('destruction_numbers', ${number})`
}

/** The database is lost in the middle of a destruction: its intent stands, and nothing is known of it any more. */
const loseOne = async (room: RetentionRoom) => {
  room.bucket.before = (op, _, name) => {
    if (op === 'put' && name?.endsWith('.done')) throw new Error('lost')
  }
  await expect(destroy(room)).rejects.toThrow('lost')
  room.bucket.before = () => {}
}

test('the number of a destruction that was void after a restore is not used again', async () => {
  const room = await openRetentionRoom()
  await destroy(room)
  const restore = await backup(room)
  const at = await lastNumber(room)
  await destroy(room)
  await loseOne(room)
  await restore()
  await goBackTo(room, at)
  await room.reapply()
  await requireRecord(room.database, room.record)
  expect(written(room)).toContain(`${at + 2}.void`)
  await destroy(room)
  expect(written(room).slice(-4)).toEqual([
    `${at + 2}.intent`,
    `${at + 2}.void`,
    `${at + 3}.done`,
    `${at + 3}.intent`,
  ])
})

test('numbers of tenants that are younger than the backup are not used again, although nothing is lacking', async () => {
  const room = await openRetentionRoom()
  const at = await lastNumber(room)
  const young = await room.test.createTenant()
  await destroy(room, young)
  await destroy(room, young)
  await room.superuser`delete from destructions where tenant_id = ${young}`
  await room.superuser`delete from tenants where id = ${young}`
  await goBackTo(room, at)
  await requireRecord(room.database, room.record)
  const before = new Map(room.bucket.objects)
  await destroy(room)
  for (const [name, body] of before) expect(room.bucket.objects.get(name)).toEqual(body)
  expect(written(room).slice(-2)).toEqual([`${at + 3}.done`, `${at + 3}.intent`])
})

test('a database that has destroyed nothing yet goes on after the record as well', async () => {
  const room = await openRetentionRoom()
  const at = await lastNumber(room)
  const { tenantId, now } = room
  await room.record.intend(3, { tenantId, at: now, references: [], objects: [], memories: [] })
  await room.record.settle(3, 'void')
  await room.superuser`alter sequence destruction_numbers restart`
  await requireRecord(room.database, room.record)
  await destroy(room)
  expect(await lastNumber(room)).toBe(4)
  await goBackTo(room, at)
})

test('what is on record is not written over, whatever the database counts', async () => {
  const room = await openRetentionRoom()
  await destroy(room)
  const at = await lastNumber(room)
  await room.superuser`delete from destructions where tenant_id = ${room.tenantId}`
  await goBackTo(room, at - 1)
  const before = new Map(room.bucket.objects)
  await expect(destroy(room)).rejects.toThrow(/on record already/)
  expect(room.bucket.objects).toEqual(before)
  expect(await room.count('destructions'), 'its transaction is rolled back').toBe(0)
  await destroy(room)
  expect(await lastNumber(room)).toBe(at + 1)
})
