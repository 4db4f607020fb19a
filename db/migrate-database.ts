import { fileURLToPath } from 'node:url'
import { drizzle } from 'drizzle-orm/postgres-js'
import { migrate } from 'drizzle-orm/postgres-js/migrator'
import { runMigrations } from 'graphile-worker'
import postgres from 'postgres'

const migrationsFolder = fileURLToPath(new URL('./migrations', import.meta.url))

/** Any number no one else uses: two processes that migrate at once take turns. */
const MIGRATION_LOCK = 7_461_001

/**
 * Brings tables and the job queue's schema to the newest version, as the owner. May run twice and at once.
 * The roles of `bootstrap.sql` must exist.
 */
export async function migrateDatabase(ownerUrl: string): Promise<void> {
  const client = postgres(ownerUrl, {
    max: 1,
    onnotice: () => {},
    connection: { application_name: 'nightdrop-migrate' },
  })
  try {
    await client`select pg_advisory_lock(${MIGRATION_LOCK})`
    await refuseSuperuser(client)
    await requireRoles(client)
    await runMigrations({ connectionString: ownerUrl })
    await migrate(drizzle({ client }), { migrationsFolder, migrationsSchema: 'nightdrop_migrations' })
  } finally {
    await client.end()
  }
}

/** Whoever migrates owns `enqueue`, which runs with its owner's rights whoever calls it. */
async function refuseSuperuser(client: postgres.Sql): Promise<void> {
  const [mighty] = await client<{ rolname: string }[]>`
    select rolname from pg_roles where rolname = current_user and (rolsuper or rolbypassrls)`
  if (mighty)
    throw new Error(
      `Migrations run as the tables' owner, who is no superuser and bypasses no row security; ${mighty.rolname} does: set DATABASE_OWNER_URL to nightdrop_owner's.`,
    )
}

async function requireRoles(client: postgres.Sql): Promise<void> {
  const wanted = ['nightdrop_app', 'nightdrop_tenant', 'nightdrop_staff', 'nightdrop_definer']
  const found = await client<
    { rolname: string }[]
  >`select rolname from pg_roles where rolname = any(${wanted})`
  const missing = wanted.filter(name => !found.some(row => row.rolname === name))
  if (missing.length > 0)
    throw new Error(
      `The database lacks the roles ${missing.join(', ')}: run db/bootstrap.sql as a superuser first.`,
    )
}
