import { expect, test } from 'vitest'
import { HEADER, rows } from '../support/contact-files.ts'
import { openWorkerRoom } from './worker-room.ts'

test('every connection to the database is cut at once: the same process goes on, and imports all of it once', async () => {
  await using room = await openWorkerRoom()
  const tenantId = await room.createTenant()
  const worker = await room.startWorker()
  const id = await room.upload(tenantId, '/a.csv', HEADER + rows(1, 30_000))
  await room.untilMerging()
  await room.database.plain`
    select pg_terminate_backend(pid) from pg_stat_activity
     where datname = current_database() and application_name like 'nightdrop-%' and usename = current_user`
  await room.until('the import', async () => (await room.import(tenantId, id)).status === 'COMPLETED')
  expect(await room.import(tenantId, id)).toMatchObject({ rowsRead: 30_000, created: 30_000 })
  expect(await room.contacts(tenantId)).toBe(30_000)
  expect((await fetch(`${worker.status}/healthz`)).status).toBe(200)
})
