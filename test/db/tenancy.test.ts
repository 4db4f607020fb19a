import { afterAll, beforeAll, expect, test } from 'vitest'
import { tables } from '../../db/db.ts'
import { createTestDatabase, type TestDatabase } from '../support/database.ts'

let db: TestDatabase
beforeAll(async () => {
  db = await createTestDatabase()
})
afterAll(() => db[Symbol.asyncDispose]())

test('a tenant sees itself and no other', async () => {
  const one = await db.createTenant('one')
  await db.createTenant('two')
  const seen = await db.database.asTenant(one, tx => tx.select().from(tables.tenants))
  expect(seen.map(row => row.name)).toEqual(['one'])
})

test('a transaction inside a transaction is refused instead of waiting for itself', async () => {
  const one = await db.createTenant()
  await expect(db.database.asTenant(one, () => db.database.asTenant(one, async () => 1))).rejects.toThrow(
    'inside a transaction',
  )
})

test('a handle kept past its transaction is dead', async () => {
  const one = await db.createTenant()
  const kept = await db.database.asTenant(one, async tx => ({ tx }))
  await expect((async () => kept.tx.select().from(tables.tenants))()).rejects.toMatchObject({
    cause: { name: 'TransactionOver' },
  })
})
