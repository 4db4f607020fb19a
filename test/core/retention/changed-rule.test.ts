import { setTimeout as sleep } from 'node:timers/promises'
import { sql } from 'drizzle-orm'
import { expect, test } from 'vitest'
import { setRule } from '../../../core/retention/set-rule.ts'
import { openRetentionRoom, type RetentionRoom } from './retention-room.ts'

/** Somebody waits for a lock that is no row's, or `other` is over before. */
async function untilWaiting(room: RetentionRoom, other: Promise<unknown>) {
  const over = other.then(
    () => true,
    () => true,
  )
  while (!(await Promise.race([over, sleep(5, false)]))) {
    const [row] = await room.superuser<{ waits: number }[]>`
      select count(*)::int as waits from pg_locks
       where locktype = 'advisory' and not granted
         and database = (select oid from pg_database where datname = current_database())`
    if (row?.waits) return
  }
}

test.each([1, 2])(
  'a rule that is changed while %i lanes go on waits for what they have begun; once it is answered nothing is deleted by the old one',
  async lanes => {
    const room = await openRetentionRoom({ share: 1, lanes })
    await room.setRule({ deleteAfterDays: 30 })
    for (let n = 0; n < 12; n++) await room.addContact(`r${n}`, { daysAgo: 40 })
    await room.addRecording('/orphan.wav', { daysAgo: 40 })
    let intents = 0
    let leftWhenAnswered: Promise<string[]> | undefined
    room.bucket.before = async (op, _, name) => {
      if (op !== 'put' || !name?.endsWith('.intent') || ++intents < 3) return
      room.bucket.before = () => {}
      const changed = room.outside(() => room.setRule({ enabled: false }, new Date(+room.now + 1_000)))
      leftWhenAnswered = changed.then(() => room.outside(() => room.references()))
      await untilWaiting(room, changed)
    }
    const { contactsDeleted, recordingsDeleted } = await room.sweep()
    const left = await room.references()
    expect(await leftWhenAnswered).toEqual(left)
    expect(contactsDeleted).toBe(12 - left.length)
    expect(left.length, 'it does not wait for the sweep’s end').toBeGreaterThanOrEqual(12 - 2 - lanes)
    expect(recordingsDeleted).toBe(0)
  },
)

test('a rule that cannot be changed because what was begun takes too long stands, and whoever asked is told', async () => {
  const room = await openRetentionRoom({ share: 1, lanes: 1 })
  await room.setRule({ deleteAfterDays: 30 })
  await room.addContact('old', { daysAgo: 40 })
  room.bucket.before = async (op, _, name) => {
    if (op !== 'put' || !name?.endsWith('.intent')) return
    room.bucket.before = () => {}
    const off = { enabled: false, deleteAfterDays: null, deleteEvaluatedAfterDays: null } as const
    const asked = room.outside(() =>
      room.inTenant(async tx => {
        await tx.execute(sql`select set_config('lock_timeout', '50ms', true)`)
        const rule = { ...off, clock: 'IMPORTED_AT' as const }
        const wish = { rule, confirmation: null, by: 'test', now: room.now }
        return await setRule(tx, room.confirmations, room.tenantId, wish)
      }),
    )
    await expect(asked).rejects.toMatchObject({
      code: 'LIMITED',
      message: expect.stringMatching(/deleting .* was not changed.*again/),
      retryAfterSeconds: expect.any(Number),
    })
  }
  expect(await room.sweep()).toMatchObject({ contactsDeleted: 1 })
  expect((await room.rules()).map(rule => rule.enabled)).toEqual([true])
})
