import { randomUUID } from 'node:crypto'
import { eq, sql } from 'drizzle-orm'
import { Pool } from 'pg'
import { afterAll, expect, test } from 'vitest'
import { beginObject, destroyObjects, insertObject } from '../../../core/vault/object-rows.ts'
import { queueWaitingRemovals } from '../../../core/vault/waiting-removals.ts'
import { tables } from '../../../db/db.ts'
import type { TaskContext } from '../../../worker/task.ts'
import { queueRemovalsTask } from '../../../worker/tasks/queue-removals.ts'
import { createTestDatabase } from '../../support/database.ts'
import { memoryRoom } from './vault-room.ts'

const support = await createTestDatabase()
const { database } = support
const owner = new Pool({ connectionString: support.ownerUrl, max: 1 })
const { vault } = await memoryRoom()
afterAll(async () => {
  await owner.end()
  await support[Symbol.asyncDispose]()
})

const { objectRemovals } = tables

/** A tenant that has just destroyed an object, by the way that everyone takes. */
const destroying = async () => {
  const tenantId = await support.createTenant()
  await database.asTenant(tenantId, async tx => {
    const object = await beginObject(tx, vault, tenantId)
    await insertObject(tx, object, { size: 1, sha256: Buffer.alloc(32) })
    await destroyObjects(tx, tenantId, [object])
  })
  return tenantId
}
const jobs = async (tenantId: string) => {
  const { rows } = await owner.query<{ attempts: number; due: boolean; queue: string }>(
    `select attempts, run_at <= now() as due, queue_name as queue from graphile_worker.jobs
      where task_identifier = 'remove-objects' and key = $1`,
    [`remove-objects ${tenantId}`],
  )
  return rows
}
const failAll = async () =>
  await owner.query(
    `update graphile_worker._private_jobs set attempts = max_attempts, run_at = now() + interval '6 hours'`,
  )
const minutesPass = async (tenantId: string, minutes: number) =>
  await database.asTenant(tenantId, tx =>
    tx
      .update(objectRemovals)
      .set({ createdAt: sql`created_at - make_interval(mins => ${minutes})` })
      .where(eq(objectRemovals.tenantId, tenantId)),
  )

test('a removal whose job was given up has one again, due now; those that are young keep theirs', async () => {
  const [late, young] = [await destroying(), await destroying()]
  await failAll()
  await minutesPass(late, 20)
  expect(await queueWaitingRemovals(database)).toMatchObject([{ tenantId: late }])
  expect(await jobs(late)).toEqual([{ attempts: 0, due: true, queue: `remove-objects ${late}` }])
  expect(await jobs(young)).toMatchObject([{ attempts: 25, due: false }])
  await failAll()
  expect(await queueWaitingRemovals(database)).toHaveLength(1)
  expect(await jobs(late)).toMatchObject([{ attempts: 0, due: true }])
})

test('a job that was lost is made anew; who waits for nothing gets none', async () => {
  const [late, idle] = [await destroying(), await support.createTenant()]
  await minutesPass(late, 20)
  await database.asTenant(late, tx =>
    tx.insert(objectRemovals).values({ tenantId: late, objectId: randomUUID(), storageKey: 'objects/other' }),
  )
  await owner.query('delete from graphile_worker._private_jobs')
  const found = await queueWaitingRemovals(database)
  expect(found.filter(({ tenantId }) => tenantId === late)).toHaveLength(1)
  expect(await jobs(late)).toHaveLength(1)
  expect(await jobs(idle)).toEqual([])
})

test('what has waited for more than a day is an error in the log, by tenant; what is younger is none', async () => {
  const [late, young] = [await destroying(), await destroying()]
  await minutesPass(late, 25 * 60)
  await minutesPass(young, 90)
  const errors: unknown[] = []
  const log = { error: (fields: unknown) => errors.push(fields) } as unknown as TaskContext['log']
  await queueRemovalsTask.run({}, { database, log } as TaskContext)
  expect(errors).toEqual([{ tenantId: late, hours: 25 }])
  expect(await jobs(young)).toHaveLength(1)
})
