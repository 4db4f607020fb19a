import { readdirSync, readFileSync } from 'node:fs'
import { dirname, join, normalize, relative } from 'node:path'

// Imports go one way only, whatever alias or dynamic import somebody finds: read from the files themselves.
const root = join(import.meta.dirname, '../..')
const mayImport: Record<string, readonly string[]> = {
  api: ['schema', 'core', 'db'],
  schema: ['core', 'db'],
  sftp: ['core', 'db'],
  worker: ['core', 'db'],
  core: ['db'],
  db: [],
  local: ['api', 'schema', 'sftp', 'worker', 'core', 'db'],
  test: ['api', 'schema', 'sftp', 'worker', 'core', 'db', 'local'],
}
const specifier = /(?:from|import)\s*\(?\s*['"]([^'"]+)['"]|new URL\(\s*['"](\.[^'"]+\.ts)['"]/g

const faults: string[] = []
for (const [room, allowed] of Object.entries(mayImport))
  for (const entry of readdirSync(join(root, room), { recursive: true, encoding: 'utf8' })) {
    if (!/\.tsx?$/.test(entry)) continue
    const file = join(room, entry)
    for (const [, imported, url] of readFileSync(join(root, file), 'utf8').matchAll(specifier)) {
      const target = imported ?? url ?? ''
      if (!target.startsWith('.')) continue
      const path = normalize(join(dirname(file), target))
      const other = path.split('/')[0] ?? ''
      if (path.startsWith('..')) faults.push(`${file} reaches out of the repository: ${target}`)
      else if (other !== room && other in mayImport && !allowed.includes(other))
        faults.push(
          `${file} imports ${relative('.', path)}; ${room}/ may import ${allowed.join(', ') || 'no other room'}`,
        )
    }
  }
for (const fault of faults) console.error(fault)
process.exitCode = faults.length > 0 ? 1 : 0
