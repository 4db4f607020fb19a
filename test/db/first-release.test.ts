import { randomBytes } from 'node:crypto'
import { cp, mkdtemp, readdir, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { drizzle } from 'drizzle-orm/postgres-js'
import { migrate } from 'drizzle-orm/postgres-js/migrator'
import { runMigrations } from 'graphile-worker'
import postgres from 'postgres'
import { expect, inject, test } from 'vitest'
import { migrateDatabase } from '../../db/migrate-database.ts'
import { loginsOf } from '../../local/postgres/bootstrap.ts'

/** Migrations of the first release. */
const FIRST = ['20261123192846_tables', '20261123192848_guards']
/** By which files may be read again and imports undone, while imports are numbered one by one. */
const UNDOING = [...FIRST, '20261124080800_recordings_retention_set_up']

async function migrateBy(ownerUrl: string, migrations: readonly string[]): Promise<void> {
  const folder = await mkdtemp(join(tmpdir(), 'nightdrop-first-release-'))
  const client = postgres(ownerUrl, { max: 1, onnotice: () => {} })
  try {
    const all = fileURLToPath(new URL('../../db/migrations', import.meta.url))
    expect(await readdir(all)).toEqual(expect.arrayContaining([...migrations]))
    for (const name of migrations) await cp(join(all, name), join(folder, name), { recursive: true })
    await runMigrations({ connectionString: ownerUrl })
    await migrate(drizzle({ client }), { migrationsFolder: folder, migrationsSchema: 'nightdrop_migrations' })
  } finally {
    await client.end()
    await rm(folder, { recursive: true, force: true })
  }
}

/** A database of its own, under an owner whom row security binds; the client looks at it as a superuser. */
async function withDatabase(work: (client: postgres.Sql, ownerUrl: string) => Promise<void>): Promise<void> {
  const superuserUrl = inject('postgresUrl')
  const name = `first_${randomBytes(6).toString('hex')}`
  const { ownerUrl } = loginsOf(superuserUrl, name, 'test')
  const administrator = postgres(superuserUrl, { max: 1, onnotice: () => {} })
  await administrator`create database ${administrator(name)} owner nightdrop_owner template template0`
  const client = postgres(superuserUrl.replace(/\/[^/]*$/, `/${name}`), { max: 1, onnotice: () => {} })
  try {
    await work(client, ownerUrl)
  } finally {
    await client.end()
    await administrator`drop database ${administrator(name)}`
    await administrator.end()
  }
}

async function aTenant(client: postgres.Sql): Promise<string> {
  const [tenant] = await client<{ id: string }[]>`
    insert into tenants (slug, name) values ('old', 'Old') returning id`
  const id = tenant?.id ?? ''
  await client`insert into tenant_keys (tenant_id, version, wrapped_key) values (${id}, 1, '\\x00')`
  return id
}

async function storeFile(
  client: postgres.Sql,
  tenantId: string,
  path: string,
  kind: string,
): Promise<string> {
  const [file] = await client<{ id: string }[]>`
    with object as (
      insert into vault_objects (tenant_id, storage_key, wrapped_key, key_version, commitment, size)
      values (${tenantId}, ${randomBytes(8).toString('hex')}, '\\x00', 1, '\\x00', 10) returning id
    )
    insert into uploaded_files (tenant_id, path, kind, status, object_id, size, stored_at)
    select ${tenantId}, ${path}, ${kind}, 'STORED', id, 10, now() from object returning id`
  return file?.id ?? ''
}

async function addImport(client: postgres.Sql, tenantId: string, path: string): Promise<string> {
  const fileId = await storeFile(client, tenantId, path, 'CONTACTS')
  const [made] = await client<{ id: string }[]>`
    insert into imports (tenant_id, file_id, path, status) values (${tenantId}, ${fileId}, ${path}, 'COMPLETED') returning id`
  return made?.id ?? ''
}

/** Without a recording, written by that import. */
const addContact = (client: postgres.Sql, tenantId: string, reference: string, importId: string) => client`
  insert into contacts (tenant_id, reference, occurred_at, occurred_at_text, agent_key, agent_match, metadata, digest, import_id, row_number, file_mark)
  select ${tenantId}, ${reference}, now(), 'now', 'diane', 'diane', '{}', uuidv7(), id, 1, ordinal
    from imports where id = ${importId}`

const places = (client: postgres.Sql) =>
  client`select path, ordinal::int, file_mark::int from imports order by ordinal`
const marks = (client: postgres.Sql) =>
  client`select reference, file_mark::int as mark from contacts order by reference`

test('what the first release stored is brought along', () =>
  withDatabase(async (client, ownerUrl) => {
    await migrateBy(ownerUrl, FIRST)
    const id = await aTenant(client)
    for (const path of ['/rec/A.wav', '/rec/A.wav', '/rec/b.mp3'])
      await storeFile(client, id, path, 'RECORDING')
    await client`
      with run as (
        insert into imports (tenant_id, file_id, path, status)
        select tenant_id, id, path, 'COMPLETED' from uploaded_files limit 1 returning id
      )
      insert into contacts (tenant_id, reference, occurred_at, occurred_at_text, agent_key, agent_match, recording_name, metadata, digest, import_id, row_number, file_mark)
      select ${id}, 'r' || n, now(), 'now', 'diane', 'diane', case when n = 1 then 'D:\\Rec\\A.WAV' end, '{}', uuidv7(), run.id, n, 1
        from run, generate_series(1, 2) n`
    await migrateDatabase(ownerUrl)
    const recordings = await client`
      select path, successor_id is not null as replaced, inspected_at from recordings order by file_id`
    expect([...recordings]).toEqual([
      { path: '/rec/A.wav', replaced: true, inspected_at: null },
      { path: '/rec/A.wav', replaced: false, inspected_at: null },
      { path: '/rec/b.mp3', replaced: false, inspected_at: null },
    ])
    const contacts = await client`
      select reference, recording_match, recording_state, reference_hash from contacts order by reference`
    expect([...contacts]).toEqual([
      { reference: 'r1', recording_match: 'a', recording_state: 'MISSING', reference_hash: null },
      { reference: 'r2', recording_match: null, recording_state: 'NONE_NAMED', reference_hash: null },
    ])
    expect([...(await client`select pre_images from imports`)]).toEqual([{ pre_images: false }])
  }))

test('between its imports there is room for an archive’s entries, wherever their places are written', () =>
  withDatabase(async (client, ownerUrl) => {
    await migrateBy(ownerUrl, FIRST)
    const id = await aTenant(client)
    const old = await addImport(client, id, '/old.csv')
    await addImport(client, id, '/night.zip')
    const newer = await addImport(client, id, '/new.csv')
    await addContact(client, id, 'a', old)
    await addContact(client, id, 'b', newer)
    await migrateDatabase(ownerUrl)
    await addImport(client, id, '/next.csv')
    expect([...(await places(client))]).toEqual([
      { path: '/old.csv', ordinal: 16_384, file_mark: null },
      { path: '/night.zip', ordinal: 2 * 16_384, file_mark: null },
      { path: '/new.csv', ordinal: 3 * 16_384, file_mark: null },
      { path: '/next.csv', ordinal: 4 * 16_384, file_mark: null },
    ])
    expect([...(await marks(client))]).toEqual([
      { reference: 'a', mark: 16_384 },
      { reference: 'b', mark: 3 * 16_384 },
    ])
    await expect(client`update imports set ordinal = 7`).rejects.toThrow(/can only be updated to DEFAULT/)
    const bound = await client`
      select relname from pg_class where relforcerowsecurity and relname in ('imports', 'contacts', 'contact_pre_images')`
    expect(bound).toHaveLength(3)
  }))

test('so it is for files that were read again, and for what contacts were before', () =>
  withDatabase(async (client, ownerUrl) => {
    await migrateBy(ownerUrl, UNDOING)
    const id = await aTenant(client)
    const old = await addImport(client, id, '/old.csv')
    await addContact(client, id, 'a', old)
    await client`insert into imports (tenant_id, file_id, path, status, file_mark)
                 select tenant_id, file_id, path, status, ordinal from imports`
    await client`
      insert into contact_pre_images (tenant_id, import_id, contact_id, before_import_id, occurred_at, occurred_at_text, agent_key, agent_match, metadata, digest, row_number, file_mark)
      select c.tenant_id, i.id, c.id, c.import_id, c.occurred_at, 'now', 'diane', 'diane', '{}', c.digest, 1, c.file_mark
        from contacts c join imports i on i.id <> c.import_id`
    await migrateDatabase(ownerUrl)
    expect([...(await places(client))]).toEqual([
      { path: '/old.csv', ordinal: 16_384, file_mark: null },
      { path: '/old.csv', ordinal: 2 * 16_384, file_mark: 16_384 },
    ])
    expect([...(await client`select file_mark::int as mark from contact_pre_images`)]).toEqual([
      { mark: 16_384 },
    ])
  }))

test('a database without imports numbers them from the first', () =>
  withDatabase(async (client, ownerUrl) => {
    await migrateDatabase(ownerUrl)
    const id = await aTenant(client)
    for (const path of ['/a.csv', '/b.csv']) await addImport(client, id, path)
    expect((await places(client)).map(({ ordinal }) => ordinal)).toEqual([1, 16_385])
  }))
