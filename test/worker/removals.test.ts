import { randomUUID } from 'node:crypto'
import { sql } from 'drizzle-orm'
import { Pool } from 'pg'
import { expect, test } from 'vitest'
import { queueWaitingRemovals } from '../../core/vault/waiting-removals.ts'
import { tables } from '../../db/db.ts'
import { versionsOf } from '../local/object-store/versions.ts'
import { planFaults } from '../support/plan-faults.ts'
import { openWorkerRoom } from './worker-room.ts'

const { objectRemovals } = tables

test('a removal that failed to the last try is tried on, until neither bytes nor versions are left', async () => {
  // Each try of the job is five of the request.
  const failing = Array.from({ length: 10 }, (_, n) => n + 1)
  const fault = { kind: 'drop', when: 'before' } as const
  await using room = await openWorkerRoom(planFaults([{ operation: 'DeleteObjects', nth: failing, fault }]))
  await using parts = new AsyncDisposableStack()
  const owner = new Pool({ connectionString: room.test.ownerUrl, max: 1 })
  parts.defer(() => owner.end())
  const tenantId = await room.createTenant()
  const at = versionsOf({ client: room.client, bucket: room.env.S3_BUCKET })
  await at.set('Enabled')
  for (const body of ['once', 'twice']) await at.put('objects/gone', body)
  const waiting = () => room.database.asTenant(tenantId, tx => tx.$count(objectRemovals))
  await room.database.asTenant(tenantId, tx =>
    tx.insert(objectRemovals).values({
      tenantId,
      objectId: randomUUID(),
      storageKey: 'objects/gone',
      createdAt: sql`now() - interval '1 hour'`,
    }),
  )
  const failed = async () => {
    const { rows } = await owner.query<{ attempts: number }>(
      `select attempts from graphile_worker.jobs where key like 'remove-objects %' and last_error is not null`,
    )
    return rows[0]?.attempts
  }
  await room.startWorker()
  for (let times = 0; times < 2; times++) {
    await queueWaitingRemovals(room.database)
    await room.until('a failed try', async () => (await failed()) === 1)
    // As after the last of its tries: the queue itself never takes it again.
    await owner.query(
      `update graphile_worker._private_jobs set attempts = max_attempts where last_error is not null`,
    )
    expect(await waiting()).toBe(1)
    expect((await at.history('objects/gone')).shown).toHaveLength(2)
  }
  await queueWaitingRemovals(room.database)
  await room.until('the removal', async () => (await waiting()) === 0)
  expect((await at.history('objects/gone')).shown).toEqual([])
}, 60_000)
