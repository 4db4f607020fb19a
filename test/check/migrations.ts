import { execFileSync } from 'node:child_process'
import { readdirSync } from 'node:fs'
import { join } from 'node:path'

// squawk's rules on every migration but those named here, each with why.
const folder = join(import.meta.dirname, '../../db/migrations')
const excluded = [
  // Identity columns are 64 bits wide; counts of one file's rows are not.
  'prefer-bigint-over-int',
  'prefer-bigint-over-smallint',
  // Milliseconds on purpose: a cursor made of a time must find its row again.
  'prefer-text-field',
  // The first migrations make tables that hold nothing yet; later ones are read with this rule in mind.
  'require-concurrent-index-creation',
  'require-concurrent-index-deletion',
  'adding-foreign-key-constraint',
  'constraint-missing-not-valid',
  'disallowed-unique-constraint',
  'adding-field-with-default',
  // Migrations run once each under an advisory lock, recorded in the same transaction.
  'prefer-robust-stmts',
  'require-timeout-settings',
]
const files = readdirSync(folder)
  .toSorted()
  .map(name => join(folder, name, 'migration.sql'))
execFileSync(
  'squawk',
  ['--assume-in-transaction', `--exclude=${excluded.join(',')}`, '--pg-version=18', ...files],
  { stdio: 'inherit' },
)
