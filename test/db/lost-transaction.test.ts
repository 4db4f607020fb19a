import { setTimeout as sleep } from 'node:timers/promises'
import { sql } from 'drizzle-orm'
import postgres from 'postgres'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { type Database, openDatabase, type TenantTx, tables } from '../../db/db.ts'
import { createTestDatabase, type TestDatabase } from '../support/database.ts'

let db: TestDatabase
let superuser: postgres.Sql
/** One connection: what comes after a lost transaction gets its connection object for certain. */
let single: Database
let tenant: string
beforeAll(async () => {
  db = await createTestDatabase()
  superuser = postgres(db.superuserUrl, { max: 1 })
  single = openDatabase(db.databaseUrl, { applicationName: 'single', max: 1 })
  tenant = await db.createTenant()
})
afterAll(async () => {
  await single.close()
  await superuser.end()
  await db[Symbol.asyncDispose]()
})

const note = (tx: TenantTx, action: string) =>
  tx.insert(tables.auditEvents).values({ tenantId: tenant, actor: 'test', action })

const noted = async (action: string) => {
  const rows = await db.database.asTenant(tenant, tx => tx.select().from(tables.auditEvents))
  return rows.filter(row => row.action === action).length
}

async function killBackend(tx: TenantTx) {
  const [row] = await tx.execute<{ pid: number }>(sql`select pg_backend_pid() as pid`)
  await superuser`select pg_terminate_backend(${row?.pid ?? 0}, 5000)`
}

/** A transaction that loses its connection while it waits for something else, and ends as told when `go` is called. */
async function lose(end: 'return' | 'throw' | 'query') {
  let go = () => {}
  const gate = new Promise<void>(resolve => {
    go = resolve
  })
  await expect(
    single.asTenant(tenant, async tx => {
      await killBackend(tx)
      await gate
      if (end === 'throw') throw new Error('too late')
      if (end === 'query') await note(tx, 'never')
    }),
  ).rejects.toMatchObject({ code: 'CONNECTION_CLOSED' })
  return go
}

test.each(['return', 'throw', 'query'] as const)(
  'the end of a lost transaction (%s) undoes nothing of the one that has its connection now',
  async end => {
    const go = await lose(end)
    await single.asTenant(tenant, async tx => {
      await note(tx, `kept ${end}`)
      go()
      await sleep(30)
    })
    expect(await noted(`kept ${end}`)).toBe(1)
  },
)

test.each(['return', 'throw', 'query'] as const)(
  'the end of a lost transaction (%s) commits nothing of the one that has its connection now',
  async end => {
    const go = await lose(end)
    const second = single.asTenant(tenant, async tx => {
      await note(tx, `undone ${end}`)
      go()
      await sleep(30)
      throw new Error('changed its mind')
    })
    await expect(second).rejects.toThrow('changed its mind')
    expect(await noted(`undone ${end}`)).toBe(0)
    expect(await noted('never')).toBe(0)
  },
)

test('a handle that was kept throws once its transaction is lost, also when another one runs', async () => {
  let kept: TenantTx | undefined
  await expect(
    single.asTenant(tenant, async tx => {
      kept = tx
      await killBackend(tx)
      await sleep(60_000, undefined, { ref: false })
    }),
  ).rejects.toMatchObject({ code: 'CONNECTION_CLOSED' })
  await single.asTenant(tenant, async () => {
    await expect((async () => kept?.select().from(tables.tenants))()).rejects.toMatchObject({
      cause: { name: 'TransactionOver' },
    })
  })
})

test('a savepoint gives back what failed inside it and keeps the rest', async () => {
  await single.asTenant(tenant, async tx => {
    await note(tx, 'outer')
    await expect(
      tx.transaction(async inner => {
        await note(inner as unknown as TenantTx, 'inner')
        throw new Error('inner fault')
      }),
    ).rejects.toThrow('inner fault')
    await tx.transaction(inner => note(inner as unknown as TenantTx, 'second'))
  })
  expect([await noted('outer'), await noted('inner'), await noted('second')]).toEqual([1, 0, 1])
})

test('a LISTEN hears again after its connection was ended', async () => {
  const heard: string[] = []
  let listening = 0
  await single.plain.listen(
    'test_channel',
    payload => heard.push(payload),
    () => {
      listening++
    },
  )
  await superuser`
    select pg_terminate_backend(pid, 5000) from pg_stat_activity
     where datname = current_database() and query ilike 'listen%'`
  await expect.poll(() => listening, { timeout: 5_000 }).toBe(2)
  await single.plain.notify('test_channel', 'after')
  await expect.poll(() => heard).toEqual(['after'])
})
