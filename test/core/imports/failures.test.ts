import { AsyncLocalStorage } from 'node:async_hooks'
import { setTimeout as sleep } from 'node:timers/promises'
import { eq, sql } from 'drizzle-orm'
import { expect, test } from 'vitest'
import { MAX_FAILURES } from '../../../core/imports/states.ts'
import { tables } from '../../../db/db.ts'
import { HEADER, row, rows } from '../../support/contact-files.ts'
import { memoryBucket } from '../vault/memory-bucket.ts'
import { openImportRoom } from './import-room.ts'

test('an object that is missing is a named failure of ours, and holds back later imports', async () => {
  await using room = await openImportRoom()
  const first = await room.upload('/a.csv', HEADER + row('A', 'x', 'old'))
  const lost = [...room.bucket.objects]
  room.bucket.objects.clear()
  const second = await room.upload('/b.csv', HEADER + row('A', 'x', 'new'))
  await room.run()
  expect(await room.import(first)).toMatchObject({
    status: 'FAILED',
    failures: 1,
    claim: null,
    setAsideAt: null,
    failure: {
      code: 'STORED_FILE_MISSING',
      whoseMove: 'OURS',
      details: { damage: 'MISSING' },
    },
  })
  expect((await room.import(second)).status).toBe('QUEUED')
  await room.run()
  expect((await room.import(first)).failures, 'not before its time').toBe(1)

  for (const [name, bytes] of lost) room.bucket.objects.set(name, bytes)
  room.later(6)
  await room.run()
  expect(await room.import(first)).toMatchObject({ status: 'COMPLETED', failure: null, created: 1 })
  expect(await room.import(second)).toMatchObject({ status: 'COMPLETED', updated: 1 })
  expect((await room.contacts())[0]?.queue).toBe('new')
})

test('altered bytes are never imported, and say so', async () => {
  await using room = await openImportRoom()
  const id = await room.upload('/a.csv', HEADER + row('A'))
  for (const bytes of room.bucket.objects.values()) bytes[40] = (bytes[40] ?? 0) ^ 1
  await room.run()
  expect(await room.import(id)).toMatchObject({ status: 'FAILED', failure: { code: 'STORED_FILE_DAMAGED' } })
})

test('what fails too often is set aside with a receipt, and later imports go on', async () => {
  await using room = await openImportRoom()
  const first = await room.upload('/a.csv', HEADER + row('A'))
  room.bucket.objects.clear()
  const second = await room.upload('/b.csv', HEADER + row('B'))
  for (let tries = 0; tries < MAX_FAILURES; tries++) {
    await room.run()
    room.later(700)
  }
  const aside = await room.import(first)
  expect(aside).toMatchObject({ status: 'FAILED', failures: MAX_FAILURES, failure: { whoseMove: 'STAFF' } })
  expect(aside.setAsideAt).not.toBeNull()
  expect((await room.import(second)).status).toBe('COMPLETED')
  expect((await room.reports()).map(report => report.path).filter(path => path.endsWith('.json'))).toEqual([
    expect.stringMatching(/a\.csv\..*\.FAILED\.json$/),
    expect.stringMatching(/b\.csv\..*\.OK\.json$/),
  ])
})

test.each(['reading', 'merging'])(
  'a database connection killed while %s: nothing is kept, then all of it',
  async when => {
    await using room = await openImportRoom()
    const id = await room.upload('/a.csv', HEADER + rows(1, 30_000))
    const kill = () =>
      room.database
        .plain`select pg_terminate_backend(pid) from pg_stat_activity where datname = current_database() and application_name like 'nightdrop-import %'`
    let killed = 0
    if (when === 'reading')
      room.bucket.before = async op => void (op === 'get' && killed++ === 0 && (await kill()))
    else
      void (async () => {
        while (killed === 0) {
          await sleep(5)
          const [busy] = await room.database.plain`
          select 1 from pg_stat_activity where datname = current_database() and application_name like 'nightdrop-import %' and query like '%insert into contacts%' and state = 'active'`
          if (busy) killed = (await kill()).length
        }
      })()
    await room.run()
    expect(killed).toBeGreaterThan(0)
    expect(await room.import(id)).toMatchObject({
      status: 'FAILED',
      failure: { code: 'DATABASE_FAILED' },
      rowsRead: 0,
    })
    expect(await room.contacts()).toEqual([])
    room.bucket.before = () => undefined
    room.later(6)
    await room.run()
    expect(await room.import(id)).toMatchObject({ status: 'COMPLETED', created: 30_000 })
  },
)

test('a store that fails while the rejected rows are written leaves nothing behind', async () => {
  const bucket = memoryBucket()
  await using room = await openImportRoom({ vaultBucket: bucket })
  const id = await room.upload('/a.csv', `${HEADER + row('A')}B,diane,never,sales,1\n`)
  const kept = bucket.objects.size
  bucket.before = op => {
    if (op === 'put') throw new Error('the store is full')
  }
  await room.run()
  expect(await room.import(id)).toMatchObject({ status: 'FAILED', failure: { code: 'INTERNAL' } })
  expect(await room.contacts()).toEqual([])
  expect(bucket.objects.size).toBe(kept)
  const [seen] = await room.inTenant(tx =>
    tx.execute<{ objects: number }>(
      sql`select count(*)::int as objects from vault_objects where tenant_id = ${room.tenantId}`,
    ),
  )
  expect(seen?.objects).toBe(1)
})

test('a try that lost its claim writes nothing', async () => {
  await using room = await openImportRoom()
  const id = await room.upload('/a.csv', HEADER + row('A'))
  room.bucket.objects.clear()
  const steal = () =>
    room.inTenant(async tx => {
      await tx.update(tables.importProgress).set({ workerId: 'pool-other' })
      await tx.update(tables.imports).set({ claim: id }).where(eq(tables.imports.id, id))
    })
  const outside = AsyncLocalStorage.snapshot()
  let stolen: Promise<unknown> | undefined
  room.bucket.before = async op => {
    // Waits for the try's lock, and has the row as soon as its transaction is rolled back.
    if (op === 'get') stolen ??= outside(steal)
    await sleep(300)
  }
  await room.run()
  await stolen
  expect(await room.import(id)).toMatchObject({ claim: id, failures: 0 })
})
