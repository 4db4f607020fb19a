import { expect, test } from 'vitest'
import { tables } from '../../db/db.ts'
import { HEADER, row } from '../support/contact-files.ts'
import { openWorkerRoom } from './worker-room.ts'

/** More than a turn of them, since each changes the contact that the one before it wrote. */
const FILES = 2_000

test('a tenant with thousands of tiny files holds up nobody: with one slot for all, another tenant’s file comes between', async () => {
  await using room = await openWorkerRoom()
  const [busy, other] = [await room.createTenant(), await room.createTenant()]
  // One stored object stands for the bytes of all: it is the same row each time.
  await room.upload(busy, '/night/first.csv', HEADER + row('R'))
  const { imports, uploadedFiles } = tables
  await room.database.asTenant(busy, async tx => {
    const [first] = await tx.select().from(uploadedFiles)
    if (!first) throw new Error('no file')
    const { id: _, ...file } = first
    const stored = await tx
      .insert(uploadedFiles)
      .values(
        Array.from({ length: FILES }, (__, index) => ({
          ...file,
          path: `/night/f${index}.csv`,
        })),
      )
      .returning({ id: uploadedFiles.id, path: uploadedFiles.path })
    await tx.insert(imports).values(stored.map(({ id, path }) => ({ tenantId: busy, fileId: id, path })))
  })
  await room.startWorker({ WORKER_CONCURRENCY: '1' })
  const waiting = () =>
    room.database.asTenant(busy, async tx =>
      (await tx.select({ status: imports.status }).from(imports)).filter(
        ({ status }) => status !== 'COMPLETED',
      ),
    )
  await room.until('the first of them to end', async () => (await waiting()).length <= FILES)
  const id = await room.upload(other, '/one.csv', HEADER + row('A'))
  await room.until(
    'the other tenant’s file',
    async () => (await room.import(other, id)).status === 'COMPLETED',
  )
  expect((await waiting()).length, 'tiny files that still wait').toBeGreaterThan(0)
  await room.until('all of them to end', async () => (await waiting()).length === 0, 3e5)
  expect(await room.contacts(busy)).toBe(1)
}, 400_000)
