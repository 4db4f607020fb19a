import { chmod, mkdtemp, rm } from 'node:fs/promises'
import { join } from 'node:path'
import type { TestProject } from 'vitest/node'
import { migrateDatabase } from '../../db/migrate-database.ts'
import { freePort } from '../../local/free-port.ts'
import { bootstrapDatabase } from '../../local/postgres/bootstrap.ts'
import { startPostgres } from '../../local/postgres/server.ts'

declare module 'vitest' {
  interface ProvidedContext {
    /** Superuser's address of the run's one PostgreSQL; test/support/database.ts makes databases on it. */
    postgresUrl: string
  }
}

/** One PostgreSQL for the run, with a migrated template that each test file clones. */
export async function setup(project: TestProject): Promise<() => Promise<void>> {
  // Directly in /tmp and open to pass through: PostgreSQL may run as another user than the tests.
  const folder = await mkdtemp('/tmp/nightdrop-test-')
  await chmod(folder, 0o755)
  const server = await startPostgres({
    folder: join(folder, 'postgres'),
    port: await freePort(),
    password: 'test',
    durable: false,
    settings: { deadlock_timeout: '1s', max_connections: '300' },
  })
  const { ownerUrl } = await bootstrapDatabase(server.superuserUrl('postgres'), 'nightdrop_template', 'test')
  await migrateDatabase(ownerUrl)
  project.provide('postgresUrl', server.superuserUrl('postgres'))
  return async () => {
    await server.close()
    await rm(folder, { recursive: true, force: true })
  }
}
