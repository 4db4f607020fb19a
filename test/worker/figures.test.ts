import { randomUUID } from 'node:crypto'
import { sql } from 'drizzle-orm'
import postgres from 'postgres'
import { expect, test } from 'vitest'
import { openRun } from '../../core/retention/run.ts'
import { tables } from '../../db/db.ts'
import { figuresAt } from '../support/figures.ts'
import { fillOverdue, ruleOf30Days } from '../support/overdue-contacts.ts'
import { planFaults } from '../support/plan-faults.ts'
import { openWorkerRoom } from './worker-room.ts'

test('the metrics have what the worker measures', async () => {
  await using room = await openWorkerRoom()
  const { status } = await room.startWorker()
  expect(await figuresAt(status)).toEqual([
    'db_pool_in_use',
    'import_rows_total',
    'import_seconds',
    'queue_jobs',
    'queue_oldest_seconds',
    'removals_oldest_seconds',
    'retention_deleted_total',
    's3_request_seconds',
  ])
})

test('the metrics say what a retention run deleted', async () => {
  await using room = await openWorkerRoom()
  const tenantId = await room.createTenant()
  const superuser = postgres(room.test.superuserUrl, { max: 1, onnotice: () => {} })
  const wrappedKey = await room.vault.newTenantKey(tenantId)
  await superuser`insert into tenant_keys (tenant_id, version, wrapped_key) values (${tenantId}, 1, ${wrappedKey})`
  await ruleOf30Days(superuser, tenantId)
  await fillOverdue(superuser, tenantId, { contacts: 40, recordings: 10, sparedEvery: 20, name: 'old-' })
  await superuser.end()
  await room.database.asTenant(tenantId, tx => openRun(tx, tenantId, { now: new Date() }))
  const { status } = await room.startWorker()
  const figures = async () => (await fetch(`${status}/metrics`)).text()
  const deleted = (kind: string, count: number) =>
    new RegExp(`^nightdrop_retention_deleted_total\\{kind="${kind}",process="worker"\\} ${count}$`, 'm')
  await room.until('the run to end', async () => /deleted_total\{kind="files"/.test(await figures()))
  const [run] = await room.database.asTenant(tenantId, tx => tx.select().from(tables.retentionRuns))
  expect(run?.contactsDeleted).toBe(36)
  expect(await figures()).toMatch(deleted('contacts', 36))
  expect(await figures()).toMatch(deleted('recordings', run?.recordingsDeleted ?? -1))
})

test('the metrics say how long bytes that nobody can read have waited to leave the object store', async () => {
  const fault = { kind: 'drop', when: 'before' } as const
  const always = Array.from({ length: 200 }, (_, n) => n + 1)
  await using room = await openWorkerRoom(planFaults([{ operation: 'DeleteObjects', nth: always, fault }]))
  const tenantId = await room.createTenant()
  const gone = { tenantId, objectId: randomUUID(), storageKey: 'objects/gone' }
  await room.database.asTenant(tenantId, tx =>
    tx.insert(tables.objectRemovals).values({ ...gone, createdAt: sql`now() - interval '1 hour'` }),
  )
  const { status } = await room.startWorker()
  await room.until('the figure', async () => {
    const [, seconds] =
      /^nightdrop_removals_oldest_seconds\{process="worker"\} ([\d.]+)$/m.exec(
        await (await fetch(`${status}/metrics`)).text(),
      ) ?? []
    return Number(seconds) >= 3_600 && Number(seconds) < 3_700
  })
})
