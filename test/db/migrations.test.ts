import { execFile } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import { cp, mkdtemp, readdir, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import postgres from 'postgres'
import { afterEach, expect, inject, test } from 'vitest'
import { migrateDatabase } from '../../db/migrate-database.ts'
import { loginsOf } from '../../local/postgres/bootstrap.ts'
import { createTestDatabase } from '../support/database.ts'
import { dumpSchema } from './schema-dump.ts'

const path = (relative: string) => fileURLToPath(new URL(relative, import.meta.url))
const made: string[] = []

async function withClient<T>(url: string, work: (client: postgres.Sql) => Promise<T>): Promise<T> {
  const client = postgres(url, { max: 1, onnotice: () => {} })
  try {
    return await work(client)
  } finally {
    await client.end()
  }
}

/** A database with nothing in it, as an administrator leaves it: made for the owner, who is no superuser. */
async function emptyDatabase() {
  const superuser = inject('postgresUrl')
  const name = `empty_${randomBytes(6).toString('hex')}`
  await withClient(
    superuser,
    client => client`create database ${client(name)} owner nightdrop_owner template template0`,
  )
  made.push(name)
  return {
    ...loginsOf(superuser, name, 'test'),
    name,
    superuserUrl: superuser.replace(/\/[^/]*$/, `/${name}`),
  }
}

afterEach(async () => {
  for (const name of made.splice(0))
    await withClient(inject('postgresUrl'), client => client`drop database ${client(name)}`)
})

const applied = (url: string) =>
  withClient(url, async client => {
    const rows = await client`select name from nightdrop_migrations.__drizzle_migrations order by name`
    return rows.map(row => row['name'])
  })

test('from nothing, as an owner who is no superuser; a second run changes nothing', async () => {
  const { ownerUrl, databaseUrl } = await emptyDatabase()
  await migrateDatabase(ownerUrl)
  const folders = (await readdir(path('../../db/migrations'))).sort()
  expect(await applied(ownerUrl)).toEqual(folders)
  const first = await withClient(ownerUrl, dumpSchema)
  await migrateDatabase(ownerUrl)
  expect(await applied(ownerUrl)).toEqual(folders)
  expect(await withClient(ownerUrl, dumpSchema)).toBe(first)
  // Closed to every other role of the cluster, as clones for tests cannot be: a clone has privileges of its own.
  const [database] = await withClient(
    databaseUrl,
    client => client`
      select array(select privilege_type || ' ' || case grantee when 0 then 'PUBLIC' else pg_get_userbyid(grantee) end
                     from aclexplode(datacl) where grantee <> datdba order by 1) as grants
        from pg_database where datname = current_database()`,
  )
  expect(database?.['grants']).toEqual([
    'CONNECT nightdrop_app',
    'TEMPORARY nightdrop_staff',
    'TEMPORARY nightdrop_tenant',
  ])
})

test('three at once take turns and end alike', async () => {
  const { ownerUrl } = await emptyDatabase()
  await Promise.all([migrateDatabase(ownerUrl), migrateDatabase(ownerUrl), migrateDatabase(ownerUrl)])
  expect(await applied(ownerUrl)).toEqual((await readdir(path('../../db/migrations'))).sort())
})

test('the schema is the one in db/schema.txt (renewed by: npx vitest run test/db/migrations.test.ts --update)', async () => {
  await using db = await createTestDatabase()
  await expect(await withClient(db.ownerUrl, dumpSchema)).toMatchFileSnapshot('../../db/schema.txt')
})

test('the migrations make what the tables say: drizzle-kit finds nothing to add', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'nightdrop-migrations-'))
  try {
    await cp(path('../../db/migrations'), join(folder, 'migrations'), { recursive: true })
    const config = {
      dialect: 'postgresql',
      schema: path('../../db/tables.ts'),
      out: join(folder, 'migrations'),
      entities: { roles: false },
    }
    await writeFile(join(folder, 'config.mjs'), `export default ${JSON.stringify(config)}`)
    const { stdout } = await promisify(execFile)(
      process.execPath,
      [
        path('../../node_modules/drizzle-kit/bin.cjs'),
        'generate',
        '--config',
        join(folder, 'config.mjs'),
        '--name',
        'difference',
      ],
      { cwd: path('../..'), timeout: 30_000 },
    )
    const added = (await readdir(join(folder, 'migrations'))).filter(name => name.endsWith('_difference'))
    expect(added, stdout).toEqual([])
    expect(stdout).toContain('No schema changes')
  } finally {
    await rm(folder, { recursive: true, force: true })
  }
})

test('a wrong password is said as what it is, at once', async () => {
  const { ownerUrl } = await emptyDatabase()
  const wrong = new URL(ownerUrl)
  wrong.password = 'wrong'
  await expect(migrateDatabase(wrong.href)).rejects.toThrow(
    'password authentication failed for user "nightdrop_owner"',
  )
})

test('a superuser is refused: what the owner owns runs with its rights', async () => {
  const { superuserUrl, ownerUrl } = await emptyDatabase()
  await expect(migrateDatabase(superuserUrl)).rejects.toThrow(/no superuser.*nightdrop_superuser does/)
  const [row] = await withClient(
    ownerUrl,
    client =>
      client`select count(*)::int as tables from pg_class where relnamespace = 'public'::regnamespace`,
  )
  expect(row?.['tables']).toBe(0)
})
