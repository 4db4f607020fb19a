import { eq } from 'drizzle-orm'
import { beforeAll, expect, test } from 'vitest'
import { beginNights, dueNights } from '../../../core/retention/nights.ts'
import { tables } from '../../../db/db.ts'
import { openRetentionRoom, type RetentionRoom } from './retention-room.ts'

const { retentionRuns, tenants } = tables

const nightsDue = async (room: RetentionRoom, at: string): Promise<string[]> =>
  (await room.database.asStaff(tx => dueNights(tx, new Date(at))))
    .filter(due => due.tenantId === room.tenantId)
    .map(due => due.night)

/** The clock of production, moved on a quarter of an hour at a time: which nights begin, and when. */
async function watch(room: RetentionRoom, from: string, until: string, minutes = 15) {
  const begun: string[] = []
  for (let at = Date.parse(from); at <= Date.parse(until); at += minutes * 60_000) {
    const now = new Date(at)
    const due = await nightsDue(room, now.toISOString())
    for (const night of due) begun.push(`${night} at ${now.toISOString().slice(0, 16)}`)
    if (due.length > 0) await beginNights(room.database, now)
    await room.inTenant(tx => tx.update(retentionRuns).set({ finishedAt: now }))
  }
  return begun
}

const withRule = async (timeZone: string, since = '2026-01-01T00:00:00Z', nightHour = 2) => {
  const room = await openRetentionRoom({ timeZone })
  await room.setRule({ deleteAfterDays: 30 }, new Date(since))
  await room.database.asStaff(tx =>
    tx.update(tenants).set({ nightHour }).where(eq(tenants.id, room.tenantId)),
  )
  return room
}

beforeAll(async () => {
  // So that tenants of other tests in this file have had their nights.
  await openRetentionRoom()
})

test('one night a day, at the tenant’s own hour', async () => {
  const room = await withRule('America/New_York')
  expect(await watch(room, '2026-02-01T12:00:00Z', '2026-02-03T12:00:00Z')).toEqual([
    '2026-02-01 at 2026-02-01T12:00',
    '2026-02-02 at 2026-02-02T07:00',
    '2026-02-03 at 2026-02-03T07:00',
  ])
})

test('an hour that daylight saving skips loses no night, one that it doubles repeats none', async () => {
  const room = await withRule('Europe/Berlin')
  // 29 March 2026: 02:00 does not exist. 25 October: 02:00 to 03:00 comes twice.
  const spring = await watch(room, '2026-03-28T12:00:00Z', '2026-03-30T12:00:00Z')
  expect(spring.map(line => line.slice(0, 10))).toEqual(['2026-03-28', '2026-03-29', '2026-03-30'])
  const autumn = await watch(room, '2026-10-24T12:00:00Z', '2026-10-26T12:00:00Z')
  expect(autumn.map(line => line.slice(0, 10))).toEqual(['2026-10-24', '2026-10-25', '2026-10-26'])
})

test('where the clocks change at midnight a night hour of 0 has every night once', async () => {
  const room = await withRule('Africa/Cairo', '2026-01-01T00:00:00Z', 0)
  const nights = await watch(room, '2026-04-22T12:00:00Z', '2026-04-26T12:00:00Z')
  expect(nights.map(line => line.slice(0, 10))).toEqual([
    '2026-04-22',
    '2026-04-23',
    '2026-04-24',
    '2026-04-25',
    '2026-04-26',
  ])
})

test('an outage over a night, or over many, is made good by one run as soon as it ends', async () => {
  const room = await withRule('UTC')
  expect(await watch(room, '2026-02-01T02:00:00Z', '2026-02-01T02:00:00Z')).toHaveLength(1)
  expect(await watch(room, '2026-02-05T01:30:00Z', '2026-02-05T03:00:00Z')).toEqual([
    '2026-02-04 at 2026-02-05T01:30',
    '2026-02-05 at 2026-02-05T02:00',
  ])
})

test('a change of zone repeats no night and loses none', async () => {
  const room = await withRule('Asia/Tokyo')
  const first = await watch(room, '2026-02-01T00:00:00Z', '2026-02-01T20:00:00Z')
  await room.database.asStaff(tx =>
    tx.update(tenants).set({ timeZone: 'America/Los_Angeles' }).where(eq(tenants.id, room.tenantId)),
  )
  const second = await watch(room, '2026-02-01T20:15:00Z', '2026-02-04T12:00:00Z')
  const nights = [...first, ...second].map(line => line.slice(0, 10))
  expect(new Set(nights).size).toBe(nights.length)
  expect(nights).toEqual(['2026-02-01', '2026-02-02', '2026-02-03', '2026-02-04'])
})

test('a rule counts for the nights that began after it was set', async () => {
  const room = await withRule('UTC', '2026-02-01T09:00:00Z')
  expect(await nightsDue(room, '2026-02-01T10:00:00Z')).toEqual([])
  expect(await nightsDue(room, '2026-02-02T01:59:00Z')).toEqual([])
  expect(await nightsDue(room, '2026-02-02T02:00:00Z')).toEqual(['2026-02-02'])
  await room.setRule({ deleteAfterDays: 60 }, new Date('2026-02-02T03:00:00Z'))
  expect(await nightsDue(room, '2026-02-02T04:00:00Z')).toEqual([])
})

test('a tenant without a rule has a night only when raw files, or memories, have had their time', async () => {
  const room = await openRetentionRoom()
  expect(await nightsDue(room, '2026-02-02T04:00:00Z')).toEqual([])
  await room.inTenant(tx =>
    tx.insert(tables.tombstones).values({
      tenantId: room.tenantId,
      kind: 'REFERENCE',
      hash: crypto.randomUUID(),
      seenAt: new Date('2025-01-01T00:00:00Z'),
    }),
  )
  expect(await nightsDue(room, '2026-02-02T04:00:00Z')).toEqual(['2026-02-02'])
})

test('a rule that is set after the night’s hour, in the moment in which its run begins, waits for the next night', async () => {
  const room = await withRule('Europe/Berlin')
  await room.setRule({ deleteAfterDays: 300 }, new Date('2026-01-01T00:00:00Z'))
  const asTenant: typeof room.database.asTenant = async (tenantId, work) => {
    if (tenantId === room.tenantId)
      await room.setRule({ deleteAfterDays: 30 }, new Date('2026-02-02T01:00:01Z'))
    return await room.database.asTenant(tenantId, work)
  }
  const begin = (at: string, database = room.database) => beginNights(database, new Date(at))
  await begin('2026-02-02T01:00:02Z', { ...room.database, asTenant })
  await begin('2026-02-02T09:00:00Z')
  expect(await room.count('retention_runs')).toBe(0)
  await begin('2026-02-03T01:00:02Z')
  const [run] = await room.inTenant(tx => tx.select().from(retentionRuns))
  expect(run).toMatchObject({ night: '2026-02-03', rule: { deleteAfterDays: 30 } })
})

test('two workers that look at once begin one run', async () => {
  const room = await withRule('UTC')
  const now = new Date('2026-02-02T04:00:00Z')
  await Promise.all([1, 2, 3].map(() => room.outside(() => beginNights(room.database, now))))
  expect(await room.count('retention_runs')).toBe(1)
})

test('while a run is under way no other one begins; the night comes after it', async () => {
  const room = await withRule('UTC')
  await beginNights(room.database, new Date('2026-02-02T04:00:00Z'))
  expect(await nightsDue(room, '2026-02-03T04:00:00Z')).toEqual([])
  await room.inTenant(tx => tx.update(retentionRuns).set({ finishedAt: new Date() }))
  expect(await nightsDue(room, '2026-02-03T04:00:00Z')).toEqual(['2026-02-03'])
})
