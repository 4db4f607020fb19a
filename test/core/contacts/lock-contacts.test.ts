import { eq, inArray, sql } from 'drizzle-orm'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { lockContacts } from '../../../core/contacts/lock-contacts.ts'
import { Refusal } from '../../../core/refusal.ts'
import { type Tx, tables } from '../../../db/db.ts'
import { fillTenant } from '../../api/contacts-fixture.ts'
import { createTestDatabase, type TestDatabase } from '../../support/database.ts'
import { openTransaction } from '../../support/open-transaction.ts'

const { contacts } = tables

let db: TestDatabase
let tenantId: string
let ids: string[]
beforeAll(async () => {
  db = await createTestDatabase()
  tenantId = await db.createTenant()
  ids = (await fillTenant(db.database, tenantId, 8)).contacts.map(contact => contact.id).sort()
})
afterAll(() => db[Symbol.asyncDispose]())

const lock = (wanted: readonly string[]) =>
  db.database.asTenant(tenantId, tx => lockContacts(tx, tenantId, wanted))
const update = (tx: Tx, id: string | undefined, queue: string) =>
  tx
    .update(contacts)
    .set({ queue })
    .where(eq(contacts.id, id ?? ''))
const refusalOf = (work: Promise<unknown>) =>
  work.then(
    () => undefined,
    (error: unknown) => (error instanceof Refusal ? error : Promise.reject(error)),
  )

test('contacts are answered as they are, each once, in the order of their ids; what is nobody’s is left out', async () => {
  const foreign = await db.createTenant()
  const [other] = (await fillTenant(db.database, foreign, 1)).contacts
  const nobody = '00000000-0000-7000-8000-000000000000'
  await db.database.asTenant(tenantId, tx =>
    tx
      .update(contacts)
      .set({ holdCount: 2, evaluatedAt: new Date('2026-01-02T03:04:05.678Z') })
      .where(eq(contacts.id, ids[1] ?? '')),
  )
  const asked = [ids[2], nobody, other?.id, ids[1], ids[2]].map(id => id ?? '')
  const locked = await lock(asked)
  expect(locked.map(contact => contact.id)).toEqual([ids[1], ids[2]])
  expect(locked[0]).toMatchObject({ holdCount: 2, evaluatedAt: new Date('2026-01-02T03:04:05.678Z') })
  expect(locked[1]).toMatchObject({
    holdCount: 0,
    evaluatedAt: null,
    reference: expect.stringMatching(/^r-/),
  })
  expect(await lock([])).toEqual([])
})

test('a row that somebody holds is LIMITED with a time to come back, and nothing stays locked', async () => {
  const held = await openTransaction(db.database, tenantId)
  await update(held.tx, ids[3], 'held')
  const refusal = await refusalOf(lock(ids))
  expect(refusal).toMatchObject({ code: 'LIMITED', retryAfterSeconds: expect.any(Number) })
  await held.commit()
  expect(await lock(ids)).toHaveLength(8)
})

test('a row that is let go of within a second is had', async () => {
  const held = await openTransaction(db.database, tenantId)
  await update(held.tx, ids[3], 'held')
  const waiting = lock(ids)
  await held.tx.execute(sql`select pg_sleep(0.9)`)
  await held.commit()
  expect(await waiting).toHaveLength(8)
})

test('what was changed while it waited is seen, and a row deleted meanwhile is left out', async () => {
  const held = await openTransaction(db.database, tenantId)
  await held.tx
    .update(contacts)
    .set({ holdCount: 7 })
    .where(eq(contacts.id, ids[4] ?? ''))
  await held.tx.delete(contacts).where(eq(contacts.id, ids[5] ?? ''))
  const waiting = lock([ids[4], ids[5]].map(id => id ?? ''))
  await held.tx.execute(sql`select pg_sleep(0.1)`)
  await held.commit()
  expect(await waiting).toMatchObject([{ id: ids[4], holdCount: 7 }])
})

test('an import that holds one row and comes for another gets it: whoever locks by ids gives way, both go on', async () => {
  const [first, last] = [ids[0], ids[7]]
  const held = await openTransaction(db.database, tenantId)
  await update(held.tx, last, 'import')
  const waiting = lock(ids)
  await held.tx.execute(sql`select pg_sleep(0.2)`)
  // The locker has the first by now, and waits for the last: a circle.
  await update(held.tx, first, 'import')
  await held.commit()
  expect(await waiting).toHaveLength(7)
  const queues = await db.database.asTenant(tenantId, tx =>
    tx
      .select({ queue: contacts.queue })
      .from(contacts)
      .where(inArray(contacts.id, [first ?? '', last ?? ''])),
  )
  expect(queues).toEqual([{ queue: 'import' }, { queue: 'import' }])
})

test('the transaction goes on as it was: the wait for other locks has its own limit again, and what came before stands', async () => {
  const held = await openTransaction(db.database, tenantId)
  await update(held.tx, ids[3], 'held')
  const settled = await db.database.asTenant(tenantId, async tx => {
    await update(tx, ids[2], 'before')
    const refusal = await refusalOf(lockContacts(tx, tenantId, [ids[3] ?? '']))
    const [after] = await tx.execute<{ timeout: string }>(
      sql`select current_setting('lock_timeout') as timeout`,
    )
    return { refusal, after }
  })
  await held.rollback()
  expect(settled.refusal?.code).toBe('LIMITED')
  expect(settled.after?.timeout).toBe('5s')
  const timeout = await db.database.asTenant(tenantId, async tx => {
    await lockContacts(tx, tenantId, ids)
    return (await tx.execute<{ timeout: string }>(sql`select current_setting('lock_timeout') as timeout`))[0]
  })
  expect(timeout).toEqual({ timeout: '5s' })
  const [row] = await db.database.asTenant(tenantId, tx =>
    tx
      .select({ queue: contacts.queue })
      .from(contacts)
      .where(eq(contacts.id, ids[2] ?? '')),
  )
  expect(row?.queue).toBe('before')
})

test('many that lock the same contacts in any order take turns', async () => {
  const turns = Array.from({ length: 5 }, (_, n) => lock(n % 2 ? ids : ids.toReversed()))
  for (const locked of await Promise.all(turns)) expect(locked).toHaveLength(7)
})
