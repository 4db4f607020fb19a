import { createServer, type Socket } from 'node:net'
import { setTimeout as sleep } from 'node:timers/promises'
import { sql } from 'drizzle-orm'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { openDatabase, tables } from '../../db/db.ts'
import { freePort } from '../../local/free-port.ts'
import { createTestDatabase, type TestDatabase } from '../support/database.ts'

let db: TestDatabase
let tenant: string
beforeAll(async () => {
  db = await createTestDatabase()
  tenant = await db.createTenant()
})
afterAll(() => db[Symbol.asyncDispose]())

/** Milliseconds until it failed, and the code or name of the failure. */
async function failure(work: () => Promise<unknown>): Promise<{ after: number; error: string }> {
  const began = performance.now()
  try {
    await work()
    return { after: performance.now() - began, error: 'none' }
  } catch (error) {
    const cause = ((error as Error).cause ?? error) as { code?: string; name: string }
    return { after: performance.now() - began, error: cause.code ?? cause.name }
  }
}

/** Far less than what each of them would last otherwise. */
const inTime = { after: expect.toSatisfy((after: number) => after < 5_000) }

test('a statement that takes too long is ended, and its connection is good for the next', async () => {
  await using brief = openDatabase(db.databaseUrl, {
    applicationName: 'brief',
    max: 1,
    statementTimeout: 300,
  })
  const slow = await failure(() => brief.asTenant(tenant, tx => tx.execute(sql`select pg_sleep(20)`)))
  expect(slow).toEqual({ error: '57014', ...inTime })
  expect(await brief.asTenant(tenant, async () => 'served')).toBe('served')
})

test('a lock that is not to be had is an error', async () => {
  await db.database.asStaff(async tx => {
    await tx.execute(sql`select from tenants where id = ${tenant} for update`)
    await using other = openDatabase(db.databaseUrl, { applicationName: 'other', max: 1 })
    const waited = await failure(() =>
      other.asTenant(tenant, async inner => {
        await inner.execute(sql`set local lock_timeout = 300`)
        await inner.execute(sql`update tenants set name = 'x' where id = ${tenant}`)
      }),
    )
    expect(waited).toEqual({ error: '55P03', ...inTime })
  })
})

test('a transaction that idles too long fails at once when the server ends it, not when its work ends', async () => {
  await using idle = openDatabase(db.databaseUrl, { applicationName: 'idle', max: 1 })
  const ended = await failure(() =>
    idle.asTenant(tenant, async tx => {
      await tx.execute(sql`set local idle_in_transaction_session_timeout = 300`)
      await sleep(30_000, undefined, { ref: false })
    }),
  )
  expect(ended).toEqual({ error: 'CONNECTION_CLOSED', ...inTime })
  expect(await idle.asTenant(tenant, async () => 'served')).toBe('served')
})

test('when all connections are in use the next transaction waits, up to a limit, and never runs after it gave up', async () => {
  await using small = openDatabase(db.databaseUrl, { applicationName: 'small', max: 1, waitTimeout: 300 })
  let ran = false
  await small.asTenant(tenant, async () => {
    const waited = await failure(() =>
      outside(() =>
        small.asTenant(tenant, async () => {
          ran = true
        }),
      ),
    )
    expect(waited).toEqual({ error: 'DatabaseBusy', ...inTime })
  })
  expect(await small.asTenant(tenant, async () => 'served')).toBe('served')
  expect(ran).toBe(false)
})

test('a transaction inside another one of the same pool is refused; of another pool it may run', async () => {
  await using other = openDatabase(db.databaseUrl, { applicationName: 'other', max: 1 })
  await db.database.asTenant(tenant, async () => {
    expect(await failure(() => db.database.asStaff(async () => 1))).toMatchObject({ error: 'Error' })
    expect(await other.asTenant(tenant, async () => 'progress')).toBe('progress')
  })
})

test('what a transaction left running may begin one of its own later', async () => {
  let later: Promise<string> | undefined
  await db.database.asTenant(tenant, async () => {
    later = sleep(50).then(() => db.database.asTenant(tenant, async () => 'later'))
  })
  expect(await later).toBe('later')
})

test.each([
  ['says nothing', (_socket: Socket) => {}],
  ['hangs up', (socket: Socket) => void socket.destroy()],
])('a server that takes connections and %s is an error in time', async (_what, behave) => {
  const sockets = new Set<Socket>()
  const server = createServer(socket => {
    sockets.add(socket.on('error', () => {}))
    behave(socket)
  })
  const port = await freePort()
  await new Promise<void>(resolve => server.listen(port, '127.0.0.1', resolve))
  const strange = openDatabase(`postgres://x:y@127.0.0.1:${port}/z`, {
    applicationName: 'strange',
    max: 1,
    waitTimeout: 400,
  })
  const { after, error } = await failure(() => strange.asTenant(tenant, async () => 1))
  expect(after).toBeLessThan(2_000)
  expect(['DatabaseBusy', 'ECONNRESET']).toContain(error)
  for (const socket of sockets) socket.destroy()
  server.close()
  void strange.close()
})

test('no server at all, a wrong password, a wrong database: said at once, by name', async () => {
  const port = await freePort()
  const cases: [string, string][] = [
    [`postgres://x:y@127.0.0.1:${port}/z`, 'ECONNREFUSED'],
    [db.databaseUrl.replace(':test@', ':wrong@'), '28P01'],
    [db.databaseUrl.replace(/[^/]*$/, 'nowhere'), '3D000'],
  ]
  for (const [url, code] of cases) {
    await using wrong = openDatabase(url, { applicationName: 'wrong', max: 1 })
    expect(await failure(() => wrong.asTenant(tenant, async () => 1))).toEqual({ error: code, ...inTime })
  }
})

test('an error names the statement, not the values: neither in its message nor in what a log would show', async () => {
  const secret = 'caller 555-0100'
  const insert = () =>
    db.database.asTenant(tenant, async tx => {
      const key = { tenantId: tenant, path: secret }
      await tx.insert(tables.folders).values(key)
      await tx.insert(tables.folders).values(key)
    })
  const error = await insert().catch((e: unknown) => e as Error & { cause: Error })
  if (!(error instanceof Error)) throw new Error('it was taken')
  expect(error.cause).toMatchObject({ code: '23505' })
  for (const said of [
    error.message,
    error.stack,
    error.cause.message,
    error.cause.stack,
    JSON.stringify(error),
  ])
    expect(said).not.toContain(secret)
  expect(JSON.stringify(error.cause)).not.toContain(secret)
})

/** Runs work as if it had been called from nowhere, as another request would. */
function outside<T>(work: () => Promise<T>): Promise<T> {
  return new Promise((resolve, reject) => {
    queue.push(() => void work().then(resolve, reject))
  })
}
const queue: (() => void)[] = []
const pump = setInterval(() => {
  for (const task of queue.splice(0)) task()
}, 5)
afterAll(() => clearInterval(pump))
