import process from 'node:process'
import { migrateDatabase } from '../../db/migrate-database.ts'
import { readConfig } from '../config/process-config.ts'
import { ConfigFault } from '../config/read-environment.ts'

// `npm run migrate`: for those who migrate in a step of their own, with MIGRATE_ON_START=false.
try {
  await migrateDatabase(readConfig('migrate', process.env).DATABASE_OWNER_URL)
  console.log('The database is at its newest version.')
} catch (error) {
  console.error(error instanceof ConfigFault ? error.message : error)
  process.exitCode = 1
}
