import { expect, test } from 'vitest'
import { requireSameClock } from '../../../core/operation/same-clock.ts'
import { dueNights } from '../../../core/retention/nights.ts'
import { ruleInForce } from '../../../core/retention/rule.ts'
import { openRun } from '../../../core/retention/run.ts'
import { setRule } from '../../../core/retention/set-rule.ts'
import { tables } from '../../../db/db.ts'
import { beginNightsTask } from '../../../worker/tasks/begin-nights.ts'
import { openRetentionRoom, type RetentionRoom } from './retention-room.ts'

const DAY_MS = 86_400_000
const off = {
  enabled: false,
  deleteAfterDays: null,
  deleteEvaluatedAfterDays: null,
  clock: 'IMPORTED_AT',
} as const

const set = (room: RetentionRoom, deleteAfterDays: number | null, now: Date) =>
  room.inTenant(tx =>
    setRule(tx, { use: async () => {} } as never, room.tenantId, {
      rule: { ...off, enabled: deleteAfterDays !== null, deleteAfterDays },
      confirmation: 'given',
      by: 'test',
      now,
    }),
  )

test('the rule that was set last is in force, also where the database’s clock was ahead when an earlier one was set', async () => {
  const room = await openRetentionRoom()
  await set(room, 30, room.now)
  await room.superuser`
    update retention_rules set id = uuidv7(interval '3 days') where tenant_id = ${room.tenantId}`
  await set(room, 90, room.now)
  expect(await room.inTenant(tx => ruleInForce(tx, room.tenantId))).toMatchObject({ deleteAfterDays: 90 })
})

test('a rule that is set by a clock that is ahead does not keep the nights from beginning', async () => {
  const room = await openRetentionRoom()
  await set(room, 30, new Date(Date.now() + 365 * DAY_MS))
  const { changedAt } = await room.inTenant(tx => ruleInForce(tx, room.tenantId))
  expect(+(changedAt ?? 0)).toBeLessThanOrEqual(Date.now() + 60_000)
  const due = await room.database.asStaff(tx => dueNights(tx, new Date(Date.now() + 2 * DAY_MS)))
  expect(due.map(({ tenantId }) => tenantId)).toContain(room.tenantId)
})

test('a run that was begun by a clock that is ahead takes nothing that is not due', async () => {
  const room = await openRetentionRoom()
  await room.setRule({ deleteAfterDays: 30 })
  await room.addContact('young', { daysAgo: 1 })
  await room.inTenant(tx => openRun(tx, room.tenantId, { now: new Date(+room.now + 365 * DAY_MS) }))
  await room.sweep()
  expect(await room.references()).toEqual(['young'])
})

test('a worker whose clock is ahead begins no night, and says why', async () => {
  const room = await openRetentionRoom()
  await set(room, 30, new Date())
  const ahead = { ...room.ports, clock: () => new Date(Date.now() + 365 * DAY_MS) }
  const context = { ...ahead, imports: {} as never, signal: new AbortController().signal }
  await expect(beginNightsTask.run({}, context)).rejects.toThrow(/nothing is deleted until both are set/)
  expect(await room.inTenant(tx => tx.$count(tables.retentionRuns))).toBe(0)
})

test('two clocks that are apart are told, whichever is ahead', async () => {
  const { database } = await openRetentionRoom()
  await requireSameClock(database, new Date())
  await expect(requireSameClock(database, new Date(Date.now() + 3 * 60_000))).rejects.toThrow(
    /180 s ahead of/,
  )
  await expect(requireSameClock(database, new Date(Date.now() - 3 * 60_000))).rejects.toThrow(/180 s behind/)
})
