import { chmod, mkdtemp, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { sql } from 'drizzle-orm'
import postgres from 'postgres'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { openDatabase } from '../../db/db.ts'
import { migrateDatabase } from '../../db/migrate-database.ts'
import { freePort } from '../../local/free-port.ts'
import { bootstrapDatabase, loginsOf } from '../../local/postgres/bootstrap.ts'
import { type PostgresServer, startPostgres } from '../../local/postgres/server.ts'

/** A server of this file's own, since it is stopped, and since roles are the whole cluster's. */
let folder: string
let server: PostgresServer
let start: () => Promise<PostgresServer>
beforeAll(async () => {
  folder = await mkdtemp('/tmp/nightdrop-outage-')
  await chmod(folder, 0o755)
  const port = await freePort()
  start = () => startPostgres({ folder: join(folder, 'postgres'), port, password: 'test', durable: false })
  server = await start()
})
afterAll(async () => {
  await server.close()
  await rm(folder, { recursive: true, force: true })
})

test('without the roles of the cluster, migrations say which are missing and what to run, and change nothing', async () => {
  const superuserUrl = server.superuserUrl('postgres')
  const superuser = postgres(superuserUrl, { max: 1, onnotice: () => {} })
  try {
    await superuser`create role nightdrop_owner login password 'test'`
    await superuser`create role nightdrop_app login password 'test'`
    await superuser`create database bare owner nightdrop_owner`
    const { ownerUrl } = loginsOf(superuserUrl, 'bare', 'test')
    await expect(migrateDatabase(ownerUrl)).rejects.toThrow(
      'The database lacks the roles nightdrop_tenant, nightdrop_staff, nightdrop_definer: run db/bootstrap.sql as a superuser first.',
    )
    const bare = postgres(ownerUrl, { max: 1 })
    const schemas = await bare`
      select nspname from pg_namespace where nspname !~ '^pg_' and nspname <> 'information_schema'`
    await bare.end()
    expect(schemas.map(row => row['nspname'])).toEqual(['public'])
    // The bootstrap takes roles that are there as they are, and may run again.
    await bootstrapDatabase(superuserUrl, 'bare', 'test')
    await bootstrapDatabase(superuserUrl, 'bare', 'test')
    await migrateDatabase(ownerUrl)
  } finally {
    await superuser.end()
  }
})

test('a server that goes away and comes back: errors at once, then served again, LISTEN included', async () => {
  const { databaseUrl } = await bootstrapDatabase(server.superuserUrl('postgres'), 'bare', 'test')
  await using database = openDatabase(databaseUrl, { applicationName: 'outage', max: 3 })
  const staff = () => database.asStaff(tx => tx.execute(sql`select 1`))
  const heard: string[] = []
  let listening = 0
  await database.plain.listen(
    'outage',
    payload => heard.push(payload),
    () => {
      listening++
    },
  )
  await staff()
  await server.close()
  for (let tries = 0; tries < 8; tries++) {
    const began = performance.now()
    await expect(staff()).rejects.toThrow()
    expect(performance.now() - began).toBeLessThan(3_000)
  }
  server = await start()
  const back = performance.now()
  await expect
    .poll(
      () =>
        staff().then(
          () => 'served',
          () => 'not yet',
        ),
      { timeout: 5_000 },
    )
    .toBe('served')
  await expect.poll(() => listening, { timeout: 5_000 }).toBe(2)
  expect(performance.now() - back).toBeLessThan(5_000)
  await database.plain.notify('outage', 'after')
  await expect.poll(() => heard).toEqual(['after'])
})
