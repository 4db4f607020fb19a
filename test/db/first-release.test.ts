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

async function migrateToFirstRelease(ownerUrl: string): Promise<void> {
  const folder = await mkdtemp(join(tmpdir(), 'nightdrop-first-release-'))
  const client = postgres(ownerUrl, { max: 1, onnotice: () => {} })
  try {
    const all = fileURLToPath(new URL('../../db/migrations', import.meta.url))
    expect(await readdir(all)).toEqual(expect.arrayContaining(FIRST))
    for (const name of FIRST) await cp(join(all, name), join(folder, name), { recursive: true })
    await runMigrations({ connectionString: ownerUrl })
    await migrate(drizzle({ client }), { migrationsFolder: folder, migrationsSchema: 'nightdrop_migrations' })
  } finally {
    await client.end()
    await rm(folder, { recursive: true, force: true })
  }
}

test('what the first release stored is brought along, under an owner whom row security binds', async () => {
  const superuserUrl = inject('postgresUrl')
  const name = `first_${randomBytes(6).toString('hex')}`
  const { ownerUrl } = loginsOf(superuserUrl, name, 'test')
  const administrator = postgres(superuserUrl, { max: 1, onnotice: () => {} })
  await administrator`create database ${administrator(name)} owner nightdrop_owner template template0`
  const client = postgres(superuserUrl.replace(/\/[^/]*$/, `/${name}`), { max: 1, onnotice: () => {} })
  try {
    await migrateToFirstRelease(ownerUrl)
    const [tenant] = await client<{ id: string }[]>`
      insert into tenants (slug, name) values ('old', 'Old') returning id`
    const id = tenant?.id ?? ''
    await client`insert into tenant_keys (tenant_id, version, wrapped_key) values (${id}, 1, '\\x00')`
    for (const path of ['/rec/A.wav', '/rec/A.wav', '/rec/b.mp3'])
      await client`
        with object as (
          insert into vault_objects (tenant_id, storage_key, wrapped_key, key_version, commitment, size)
          values (${id}, ${randomBytes(8).toString('hex')}, '\\x00', 1, '\\x00', 10) returning id
        )
        insert into uploaded_files (tenant_id, path, kind, status, object_id, size, stored_at)
        select ${id}, ${path}, 'RECORDING', 'STORED', id, 10, now() from object`
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
  } finally {
    await client.end()
    await administrator`drop database ${administrator(name)}`
    await administrator.end()
  }
})
