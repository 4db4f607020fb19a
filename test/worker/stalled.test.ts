import process from 'node:process'
import { setTimeout as sleep } from 'node:timers/promises'
import { expect, test } from 'vitest'
import { HEADER, rows } from '../support/contact-files.ts'
import { openWorkerRoom } from './worker-room.ts'

const ROWS = 30_000

test('a worker that stalled and wakes up again can write nothing, and begins anew', {
  timeout: 120_000,
}, async () => {
  await using room = await openWorkerRoom()
  const tenantId = await room.createTenant()
  const workers = [await room.startWorker(), await room.startWorker()]
  const id = await room.upload(tenantId, '/a.csv', HEADER + rows(1, ROWS))
  const stalled = await room.importing(workers)
  process.kill(stalled.pid, 'SIGSTOP')
  const since = performance.now()
  await room.until(
    'the end by another worker',
    async () => (await room.import(tenantId, id)).status === 'COMPLETED',
  )
  console.log(
    `imported by another worker ${((performance.now() - since) / 1_000).toFixed(1)} s after the first stalled`,
  )
  // When its contacts were linked is written by a job after its end.
  const { linkedAt: _, ...done } = await room.import(tenantId, id)
  expect(done).toMatchObject({ rowsRead: ROWS, created: ROWS, failures: 0 })

  process.kill(stalled.pid, 'SIGCONT')
  await room.until('a new life of the one that woke up', async () => (await room.workers()).length === 2)
  await sleep(1_000)
  expect(await room.import(tenantId, id)).toMatchObject(done)
  expect((await room.workers()).map(worker => worker.id)).not.toContain(stalled.id)
  expect(await room.contacts(tenantId)).toBe(ROWS)
  const next = await room.upload(tenantId, '/b.csv', HEADER + rows(1, 10))
  await room.until('the next import', async () => (await room.import(tenantId, next)).status === 'COMPLETED')
})
