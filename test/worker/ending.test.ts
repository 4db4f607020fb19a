import process from 'node:process'
import { expect, test } from 'vitest'
import { HEADER, rows } from '../support/contact-files.ts'
import { openWorkerRoom } from './worker-room.ts'

test('SIGTERM: the running import goes back to the queue, the process ends with 0, the next worker imports', async () => {
  await using room = await openWorkerRoom()
  const tenantId = await room.createTenant()
  const first = await room.startWorker()
  const id = await room.upload(tenantId, '/a.csv', HEADER + rows(1, 30_000))
  await room.untilMerging()
  const began = performance.now()
  process.kill(first.pid, 'SIGTERM')
  expect(await first.ended).toBe(0)
  expect(performance.now() - began, 'milliseconds until its end').toBeLessThan(5_000)
  expect(await room.import(tenantId, id)).toMatchObject({ status: 'QUEUED', failures: 0, claim: null })
  expect(await room.contacts(tenantId)).toBe(0)
  expect(await room.workers()).toEqual([])
  await room.startWorker()
  await room.until('the import', async () => (await room.import(tenantId, id)).status === 'COMPLETED')
  expect(await room.import(tenantId, id)).toMatchObject({ created: 30_000 })
})

test('several tenants are imported side by side, each in the order of its files', async () => {
  await using room = await openWorkerRoom()
  const worker = await room.startWorker({ WORKER_CONCURRENCY: '3' })
  const files: { tenantId: string; ids: string[] }[] = []
  for (let tenant = 0; tenant < 4; tenant++) {
    const tenantId = await room.createTenant()
    const ids: string[] = []
    for (const queue of ['first', 'second', 'third'])
      ids.push(await room.upload(tenantId, `/${queue}.csv`, HEADER + rows(1, 500, queue)))
    files.push({ tenantId, ids })
  }
  for (const { tenantId, ids } of files) {
    const last = ids.at(-1) ?? ''
    await room.until('all imports', async () => (await room.import(tenantId, last)).status === 'COMPLETED')
    const done = await Promise.all(ids.map(id => room.import(tenantId, id)))
    expect(done.map(each => [each.created, each.updated])).toEqual([
      [500, 0],
      [0, 500],
      [0, 500],
    ])
  }
  const metrics = await (await fetch(`${worker.status}/metrics`)).text()
  expect(metrics).toMatch(/nightdrop_import_rows_total\{outcome="created",process="worker"\} 2000/)
  const readiness = await fetch(`${worker.status}/readyz`)
  expect(readiness.status).toBe(200)
  expect(await readiness.json()).toMatchObject({ checks: { database: 'ok', migrations: 'ok', jobs: 'ok' } })
})

test('a worker whose sign of life is cut off begins anew, and goes on importing', async () => {
  await using room = await openWorkerRoom()
  const tenantId = await room.createTenant()
  await room.startWorker()
  const [before] = await room.workers()
  await room.database.plain`select pg_terminate_backend(${before?.backendPid ?? 0})`
  await room.until('a new life', async () => (await room.workers()).some(worker => worker.id !== before?.id))
  const id = await room.upload(tenantId, '/a.csv', HEADER + rows(1, 100))
  await room.until('the import', async () => (await room.import(tenantId, id)).status === 'COMPLETED')
})
