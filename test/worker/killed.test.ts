import process from 'node:process'
import { expect, test } from 'vitest'
import { HEADER, rows } from '../support/contact-files.ts'
import { openWorkerRoom } from './worker-room.ts'

const ROWS = 30_000

test('a worker killed in the middle of an import: another starts it again within 20 seconds, with exact counts', async () => {
  await using room = await openWorkerRoom()
  const tenantId = await room.createTenant()
  const workers = [await room.startWorker(), await room.startWorker()]
  const id = await room.upload(tenantId, '/a.csv', HEADER + rows(1, ROWS))
  process.kill((await room.importing(workers)).pid, 'SIGKILL')
  const killed = performance.now()
  await room.until('the import to begin again', async () => {
    const { status, startedAt } = await room.import(tenantId, id)
    return (
      status === 'COMPLETED' || (status === 'RUNNING' && Number(startedAt) > performance.timeOrigin + killed)
    )
  })
  const seconds = (performance.now() - killed) / 1_000
  expect(seconds, 'seconds until the import began again').toBeLessThan(20)
  console.log(`began again after ${seconds.toFixed(1)} s`)
  await room.until('its end', async () => (await room.import(tenantId, id)).status === 'COMPLETED')
  expect(await room.import(tenantId, id)).toMatchObject({ rowsRead: ROWS, created: ROWS, failures: 0 })
  expect(await room.contacts(tenantId)).toBe(ROWS)
  expect(await room.workers()).toHaveLength(1)
})

test('a lone worker that was killed finds its import when it is started again', async () => {
  await using room = await openWorkerRoom()
  const tenantId = await room.createTenant()
  const first = await room.startWorker()
  const id = await room.upload(tenantId, '/a.csv', HEADER + rows(1, ROWS))
  await room.untilMerging()
  process.kill(first.pid, 'SIGKILL')
  await first.ended
  await room.startWorker()
  await room.until('its end', async () => (await room.import(tenantId, id)).status === 'COMPLETED')
  expect(await room.import(tenantId, id)).toMatchObject({ rowsRead: ROWS, created: ROWS, failures: 0 })
})
