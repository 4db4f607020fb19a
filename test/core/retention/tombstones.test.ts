import { AsyncLocalStorage } from 'node:async_hooks'
import { randomUUID } from 'node:crypto'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { bury, expireTombstones, renewTombstones } from '../../../core/retention/tombstones.ts'
import { tables } from '../../../db/db.ts'
import { createTestDatabase, type TestDatabase } from '../../support/database.ts'
import { findBuried } from './find-buried.ts'

let db: TestDatabase
beforeAll(async () => {
  db = await createTestDatabase()
})
afterAll(async () => db[Symbol.asyncDispose]())

/** Out of a transaction that is open: the database refuses one inside another. */
const outside = AsyncLocalStorage.snapshot()

const many = (count: number) => Array.from({ length: count }, () => randomUUID())
const day = (number: number) => new Date(Date.UTC(2026, 0, number))

async function openTenant() {
  const tenantId = await db.createTenant()
  const inTenant = <T>(work: Parameters<typeof db.database.asTenant<T>>[1]) =>
    db.database.asTenant<T>(tenantId, work)
  const all = () =>
    inTenant(tx =>
      tx
        .select({ hash: tables.tombstones.hash, seenAt: tables.tombstones.seenAt })
        .from(tables.tombstones)
        .orderBy(tables.tombstones.seenAt, tables.tombstones.hash),
    )
  return { tenantId, inTenant, all }
}

test('what is buried is found, under its own kind and by its own tenant', async () => {
  const { tenantId, inTenant } = await openTenant()
  const other = await openTenant()
  const hashes = many(3)
  await inTenant(tx => bury(tx, tenantId, 'REFERENCE', hashes))
  const asked = [...hashes, ...many(2)]
  expect(await inTenant(tx => findBuried(tx, tenantId, 'REFERENCE', asked))).toEqual(new Set(hashes))
  expect(await inTenant(tx => findBuried(tx, tenantId, 'FILE', asked))).toEqual(new Set())
  expect(await other.inTenant(tx => findBuried(tx, other.tenantId, 'REFERENCE', asked))).toEqual(new Set())
})

test('burying again changes nothing but when it was seen, and never to an earlier time', async () => {
  const { tenantId, inTenant, all } = await openTenant()
  const [hash = ''] = many(1)
  await inTenant(tx => bury(tx, tenantId, 'FILE', [hash, hash], day(3)))
  await inTenant(tx => bury(tx, tenantId, 'FILE', [hash], day(2)))
  expect(await all()).toEqual([{ hash, seenAt: day(3) }])
  await inTenant(tx => bury(tx, tenantId, 'FILE', [hash], day(4)))
  expect(await all()).toEqual([{ hash, seenAt: day(4) }])
})

test('twenty thousand are buried at once, and two who bury the same do not block each other', async () => {
  const { tenantId, inTenant } = await openTenant()
  const hashes = many(20_000)
  const both = [hashes, hashes.toReversed()]
  await Promise.all(both.map(each => inTenant(tx => bury(tx, tenantId, 'REFERENCE', each))))
  expect((await inTenant(tx => findBuried(tx, tenantId, 'REFERENCE', hashes))).size).toBe(20_000)
})

test('nothing is buried by nobody: an empty list is no statement', async () => {
  const { tenantId, inTenant, all } = await openTenant()
  await inTenant(async tx => {
    await bury(tx, tenantId, 'FILE', [])
    await renewTombstones(tx, tenantId, 'FILE', [])
    expect(await findBuried(tx, tenantId, 'FILE', [])).toEqual(new Set())
  })
  expect(await all()).toEqual([])
})

test('what was not sent again is forgotten in bounded steps, the oldest first', async () => {
  const { tenantId, inTenant, all } = await openTenant()
  const [first = '', second = '', renewed = '', young = ''] = many(4)
  await inTenant(async tx => {
    await bury(tx, tenantId, 'FILE', [first], day(1))
    await bury(tx, tenantId, 'REFERENCE', [second], day(2))
    await bury(tx, tenantId, 'REFERENCE', [renewed], day(1))
    await bury(tx, tenantId, 'REFERENCE', [young], day(9))
    await renewTombstones(tx, tenantId, 'REFERENCE', [renewed], day(10))
    await renewTombstones(tx, tenantId, 'REFERENCE', [young], day(8))
  })
  expect(await inTenant(tx => expireTombstones(tx, tenantId, day(9), 1))).toBe(1)
  expect((await all()).map(row => row.hash)).toEqual([second, young, renewed])
  expect(await inTenant(tx => expireTombstones(tx, tenantId, day(9), 10))).toBe(1)
  expect(await inTenant(tx => expireTombstones(tx, tenantId, day(9), 10))).toBe(0)
  expect(await all()).toEqual([
    { hash: young, seenAt: day(9) },
    { hash: renewed, seenAt: day(10) },
  ])
})

test('what is renewed at this moment is not forgotten, and nobody waits for it', async () => {
  const { tenantId, inTenant, all } = await openTenant()
  const [held = '', free = ''] = many(2)
  await inTenant(tx => bury(tx, tenantId, 'REFERENCE', [held, free], day(1)))
  const expired = await inTenant(async tx => {
    await renewTombstones(tx, tenantId, 'REFERENCE', [held], day(20))
    return await outside(() => inTenant(other => expireTombstones(other, tenantId, day(9), 10)))
  })
  expect(expired).toBe(1)
  expect(await all()).toEqual([{ hash: held, seenAt: day(20) }])
})
