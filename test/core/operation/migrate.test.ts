import { randomBytes } from 'node:crypto'
import postgres from 'postgres'
import { afterAll, beforeAll, expect, inject, test } from 'vitest'
import { freePort } from '../../../local/free-port.ts'
import { loginsOf } from '../../../local/postgres/bootstrap.ts'
import { run } from '../../local/support/nightdrop.ts'

const name = `fresh_${randomBytes(6).toString('hex')}`
const superuser = inject('postgresUrl')
let client: postgres.Sql
beforeAll(async () => {
  client = postgres(superuser, { max: 1, onnotice: () => {} })
  await client`create database ${client(name)} owner nightdrop_owner`
})
afterAll(async () => {
  await client`drop database ${client(name)}`
  await client.end()
})

const migrate = async (env: Record<string, string>) => {
  const started = run('core/operation/migrate.ts', env)
  return { code: await started.ended, out: started.out(), err: started.err() }
}

test('a fresh database is brought to its newest version, twice and at once', async () => {
  const { ownerUrl } = loginsOf(superuser, name, 'test')
  const done = { code: 0, out: 'The database is at its newest version.\n', err: '' }
  expect(
    await Promise.all([migrate({ DATABASE_OWNER_URL: ownerUrl }), migrate({ DATABASE_OWNER_URL: ownerUrl })]),
  ).toEqual([done, done])
  expect(await migrate({ DATABASE_OWNER_URL: ownerUrl })).toEqual(done)
  const inside = postgres(ownerUrl, { max: 1, onnotice: () => {} })
  const [found] = await inside`select to_regclass('public.contacts') is not null as there`
  expect(found).toEqual({ there: true })
  await inside.end()
})

test.each<[string, () => Promise<string>, RegExp]>([
  [
    'a wrong password',
    async () => loginsOf(superuser, name, 'hunter2').ownerUrl,
    /password authentication failed/,
  ],
  [
    'a database that is not there',
    async () => loginsOf(superuser, 'nowhere', 'test').ownerUrl,
    /"nowhere" does not exist/,
  ],
  [
    'a server that is not there',
    async () => `postgres://owner:hunter2@127.0.0.1:${await freePort()}/x`,
    /ECONNREFUSED/,
  ],
  ['a superuser', async () => superuser, /no superuser/],
])('%s is said in words, without a stack or a secret, and the exit code is 1', async (_, url, words) => {
  const { code, out, err } = await migrate({ DATABASE_OWNER_URL: await url() })
  expect({ code, out }).toEqual({ code: 1, out: '' })
  expect(err).toMatch(/^The database was not migrated: /)
  expect(err).toMatch(words)
  expect(err).not.toMatch(/^ {4}at |hunter2/m)
})

test('without a URL, or with one of another kind, the variable is named', async () => {
  expect((await migrate({})).err).toContain('DATABASE_OWNER_URL is not set.')
  expect((await migrate({ DATABASE_OWNER_URL: 'nonsense' })).err).toContain(
    'DATABASE_OWNER_URL must be a postgres:// URL.',
  )
})
