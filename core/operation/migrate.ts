import process from 'node:process'
import { migrateDatabase } from '../../db/migrate-database.ts'
import { readConfig } from '../config/process-config.ts'
import { ConfigFault } from '../config/read-environment.ts'

// `npm run migrate`: for those who migrate in a step of their own, with MIGRATE_ON_START=false.
try {
  await migrateDatabase(readConfig('migrate', process.env).DATABASE_OWNER_URL)
  console.log('The database is at its newest version.')
} catch (error) {
  console.error(
    error instanceof ConfigFault ? error.message : `The database was not migrated: ${words(error)}`,
  )
  process.exitCode = 1
}

/** What went wrong and why, down to the cause; never the detail of a database error, which holds values. */
function words(error: unknown): string {
  if (error instanceof AggregateError) return [...new Set(error.errors.map(words))].join(' ')
  if (!(error instanceof Error)) return String(error)
  const code = (error as NodeJS.ErrnoException).code
  const own = code && !error.message.includes(code) ? `${error.message} (${code})` : error.message
  return error.cause === undefined ? own : `${own}\n  ${words(error.cause)}`
}
