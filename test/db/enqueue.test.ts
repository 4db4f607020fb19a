import { randomUUID } from 'node:crypto'
import { sql } from 'drizzle-orm'
import postgres from 'postgres'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { enqueue } from '../../db/db.ts'
import { createTestDatabase, type TestDatabase } from '../support/database.ts'

let db: TestDatabase
let superuser: postgres.Sql
let one: string
let two: string
beforeAll(async () => {
  db = await createTestDatabase()
  superuser = postgres(db.superuserUrl, { max: 1 })
  one = await db.createTenant()
  two = await db.createTenant()
})
afterAll(async () => {
  await superuser.end()
  await db[Symbol.asyncDispose]()
})

const jobsOf = (tenantId: string) => superuser`
  select t.identifier as task, q.queue_name as queue, j.payload, j.key, j.max_attempts as attempts, j.run_at as "runAt"
    from graphile_worker._private_jobs j
    join graphile_worker._private_tasks t on t.id = j.task_id
    left join graphile_worker._private_job_queues q on q.id = j.job_queue_id
   where j.payload ->> 'tenantId' = ${tenantId} order by j.id`

test('a tenant queues for itself: task, payload, queue, key, time and attempts arrive', async () => {
  const runAt = new Date('2031-01-02T03:04:05.678Z')
  await db.database.asTenant(one, tx =>
    enqueue(tx, 'run-imports', { tenantId: one }, { queue: one, key: 'k', runAt }),
  )
  expect([...(await jobsOf(one))]).toEqual([
    { task: 'run-imports', queue: one, payload: { tenantId: one }, key: 'k', attempts: 25, runAt },
  ])
})

test('it runs in the caller transaction, as a role that may not touch the queue itself', async () => {
  await expect(
    db.database.asTenant(two, async tx => {
      const [row] = await tx.execute(sql`select current_user as role`)
      expect(row).toEqual({ role: 'nightdrop_tenant' })
      await enqueue(tx, 'run-imports', { tenantId: two })
      throw new Error('rolled back')
    }),
  ).rejects.toThrow('rolled back')
  expect(await jobsOf(two)).toHaveLength(0)
  for (const statement of [
    `select graphile_worker.add_job('run-imports')`,
    'select * from graphile_worker.jobs',
    'select * from graphile_worker._private_jobs',
  ])
    for (const role of ['asTenant', 'asStaff'])
      await expect(
        role === 'asTenant'
          ? db.database.asTenant(two, tx => tx.execute(statement))
          : db.database.asStaff(tx => tx.execute(statement)),
      ).rejects.toMatchObject({ cause: { code: '42501' } })
})

test('for another tenant, or for none, it is refused', async () => {
  await expect(
    db.database.asTenant(one, tx => enqueue(tx, 'run-imports', { tenantId: two })),
  ).rejects.toMatchObject({ cause: { code: '42501', message: 'a job for another tenant' } })
  await expect(db.database.asTenant(one, tx => enqueue(tx, 'settle-uploads', {}))).rejects.toMatchObject({
    cause: { code: '42501' },
  })
  expect(await jobsOf(two)).toHaveLength(0)
})

test("the tenants' role that names no tenant, and the login role itself, queue nothing", async () => {
  const payload = JSON.stringify({ tenantId: one })
  const call = (client: postgres.Sql) =>
    client`select enqueue('run-imports', ${payload}::text::json, null, null, null, 25)`
  await expect(
    db.database.plain.begin(async client => {
      await client`select set_config('role', 'nightdrop_tenant', true)`
      await call(client as unknown as postgres.Sql)
    }),
  ).rejects.toMatchObject({ code: '42501', message: 'a job for another tenant' })
  await expect(call(db.database.plain)).rejects.toMatchObject({ code: '42501' })
})

test('staff queue for any tenant', async () => {
  await db.database.asStaff(tx => enqueue(tx, 'write-receipt', { tenantId: two, fileId: randomUUID() }))
  expect((await jobsOf(two)).map(job => job['task'])).toEqual(['write-receipt'])
})

test('an unknown task or a payload of another form is refused before any SQL', async () => {
  await db.database.asTenant(one, async tx => {
    const wrong: [string, unknown][] = [
      ['no-such-task', { tenantId: one }],
      ['toString', { tenantId: one }],
      ['run-imports', { tenantId: 'no uuid' }],
      ['run-imports', {}],
      ['write-receipt', { tenantId: one }],
    ]
    for (const [task, payload] of wrong)
      await expect(enqueue(tx, task as never, payload as never), task).rejects.not.toHaveProperty('query')
    // A statement that had failed would have ended the transaction.
    await tx.execute(sql`select 1`)
  })
})

test('a job that a worker takes at this very moment is queued once more', async () => {
  const three = await db.createTenant()
  const queue = () =>
    db.database.asTenant(three, tx =>
      enqueue(tx, 'run-imports', { tenantId: three }, { key: `taken ${three}` }),
    )
  await queue()
  const [begun, taking] = [Promise.withResolvers<void>(), Promise.withResolvers<void>()]
  const taken = superuser.begin(async client => {
    await client`update graphile_worker._private_jobs set locked_at = now(), locked_by = 'a worker' where key = ${`taken ${three}`}`
    begun.resolve()
    await taking.promise
  })
  await begun.promise
  const queued = queue()
  await new Promise(resolve => setTimeout(resolve, 200))
  taking.resolve()
  await taken
  await queued
  expect(await jobsOf(three)).toMatchObject([{ key: null }, { key: `taken ${three}` }])
})

test('a job that waits keeps its place when it is asked for again, and comes sooner when that is asked for', async () => {
  const four = await db.createTenant()
  const [soon, later] = [new Date('2031-01-01T00:00:00Z'), new Date('2031-01-02T00:00:00Z')]
  const ask = (runAt?: Date) =>
    db.database.asTenant(four, tx =>
      enqueue(tx, 'run-imports', { tenantId: four }, { key: `place ${four}`, ...(runAt && { runAt }) }),
    )
  const runAt = async () => (await jobsOf(four)).map(job => job['runAt'])
  await ask(later)
  await ask(soon)
  await ask(later)
  expect(await runAt()).toEqual([soon])
  await ask()
  const [first] = await runAt()
  expect(first.getTime()).toBeLessThan(soon.getTime())
  await ask()
  expect(await runAt()).toEqual([first])
  // One that gave up waits for nothing, and holds no place.
  await superuser`update graphile_worker._private_jobs set attempts = 25, run_at = '2020-01-01Z' where key = ${`place ${four}`}`
  await ask(soon)
  expect((await runAt()).at(-1)).toEqual(soon)
})
