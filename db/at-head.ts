import { readdir } from 'node:fs/promises'
import type { Database } from './database.ts'

/** Rejects when the database lacks a migration that this release was built with. More of them do no harm: they expand. */
export async function requireHead({ plain }: Database): Promise<void> {
  const folders = await readdir(new URL('./migrations', import.meta.url), { withFileTypes: true })
  const applied = await plain<{ name: string }[]>`select name from applied_migrations() as name`
  const names = new Set(applied.map(row => row.name))
  const missing = folders.filter(entry => entry.isDirectory() && !names.has(entry.name))
  if (missing.length > 0) throw new Error(`${missing.length} migrations are not applied`)
}
