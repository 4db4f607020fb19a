import { randomBytes } from 'node:crypto'
import postgres from 'postgres'
import { inject } from 'vitest'
import { type Database, openDatabase, tables } from '../../db/db.ts'
import { loginsOf } from '../../local/postgres/bootstrap.ts'

export interface TestDatabase extends AsyncDisposable {
  database: Database
  databaseUrl: string
  ownerUrl: string
  superuserUrl: string
  /** A tenant with a random slug; its keys are the vault's to make. */
  createTenant(name?: string): Promise<string>
}

/** A database of the file's own, cloned from the migrated template; disposing drops it, and fails on leaked connections. */
export async function createTestDatabase(options: { max?: number } = {}): Promise<TestDatabase> {
  const superuser = inject('postgresUrl')
  const name = `test_${randomBytes(6).toString('hex')}`
  const run = async (work: (client: postgres.Sql) => Promise<unknown>) => {
    const client = postgres(superuser, { max: 1, onnotice: () => {} })
    try {
      await work(client)
    } finally {
      await client.end()
    }
  }
  await run(async client => {
    // Cloning wants a quiet template: test files that start together take turns.
    await client`select pg_advisory_lock(1)`
    await client`create database ${client(name)} template nightdrop_template owner nightdrop_owner`
  })
  const { databaseUrl, ownerUrl } = loginsOf(superuser, name, 'test')
  const database = openDatabase(databaseUrl, { applicationName: 'test', max: options.max ?? 5 })
  const superuserUrl = superuser.replace(/\/[^/]*$/, `/${name}`)
  return {
    database,
    databaseUrl,
    ownerUrl,
    superuserUrl,
    createTenant: tenantName =>
      database.asStaff(async tx => {
        const slug = `t-${randomBytes(6).toString('hex')}`
        const [row] = await tx
          .insert(tables.tenants)
          .values({ slug, name: tenantName ?? slug })
          .returning()
        if (!row) throw new Error('no tenant was made')
        return row.id
      }),
    async [Symbol.asyncDispose]() {
      await database.close()
      await run(client => client`drop database ${client(name)}`)
    },
  }
}
