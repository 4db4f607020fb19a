import { sql } from 'drizzle-orm'
import { type Tx, uuidArray } from '../../db/db.ts'
import { tryLockPaths } from '../files/tree-locks.ts'

/** A raw file whose time is over, locked, with its imports, which are as well. */
export interface RawFile {
  id: string
  path: string
  kind: 'CONTACTS' | 'OTHER'
  bytes: number
  objectId: string
  /** Hexadecimal; none while nobody has read the bytes. */
  sha256: string | null
  waitsForRename: boolean
  imports: RawImport[]
}

export interface RawImport {
  id: string
  path: string
  status: string
}

type FileRow = {
  id: string
  path: string
  size: string
  object_id: string
  sha256: string | null
  status: string
  kind: 'CONTACTS' | 'OTHER'
  listed: boolean
}
type ImportRow = RawImport & { file_id: string; waits: boolean; rejections: number }

const waits = sql`(i.status in ('QUEUED', 'RUNNING') or i.status = 'FAILED' and i.set_aside_at is null)`

/** In one step: each listed path is a lock of its own. */
const MOST_FILES = 500

/** Rejected values that are taken out in one step, give or take one file's. */
const MOST_REJECTIONS = 20_000

/**
 * The oldest raw files that were stored before that moment, but those whose import still waits for them: at most
 * `limit`, fewer where many rejected values go with them. Nobody is waited for: what another holds is found again.
 */
export async function lockRawFiles(
  tx: Tx,
  tenantId: string,
  before: Date,
  limit: number,
): Promise<RawFile[]> {
  const files = await tx.execute<FileRow>(sql`
    select f.id, f.path, f.size, f.object_id, f.status, f.kind, f.listed, encode(o.sha256, 'hex') as sha256
      from uploaded_files f
      left join vault_objects o on o.tenant_id = f.tenant_id and o.id = f.object_id
     where f.tenant_id = ${tenantId} and f.kind <> 'RECORDING' and f.object_id is not null
       and f.stored_at < ${before.toISOString()}::timestamptz
       and not exists (select from imports i where i.tenant_id = f.tenant_id and i.file_id = f.id and ${waits})
     order by f.stored_at
     limit ${Math.min(limit, MOST_FILES)}
       for update of f skip locked`)
  // From here on nobody can begin an import of them; whoever did since that look is seen by a statement of its own.
  const imports = await lockImports(
    tx,
    tenantId,
    files.map(file => file.id),
  )
  const paths = files.filter(file => file.listed).map(file => file.path)
  const free = await tryLockPaths(tx, tenantId, paths)
  const found: RawFile[] = []
  let rejections = 0
  for (const { id, path, size, object_id: objectId, sha256, status, kind, listed } of files) {
    const own = imports.get(id)
    if (own === 'held' || (listed && !free.has(path))) continue
    rejections += (own ?? []).reduce((sum, each) => sum + each.rejections, 0)
    if (rejections > MOST_REJECTIONS && found.length > 0) break
    const waitsForRename = status === 'WAITING_FOR_RENAME'
    found.push({ id, path, kind, bytes: Number(size), objectId, sha256, waitsForRename, imports: own ?? [] })
  }
  return found
}

/** By file, oldest first; `held` where one of them waits, or is in somebody else's hands. */
async function lockImports(
  tx: Tx,
  tenantId: string,
  fileIds: readonly string[],
): Promise<Map<string, ImportRow[] | 'held'>> {
  if (fileIds.length === 0) return new Map()
  const these = uuidArray(fileIds)
  const all = await tx.execute<{ id: string; file_id: string }>(
    sql`select id, file_id from imports where tenant_id = ${tenantId} and file_id = any(${these})`,
  )
  const locked = await tx.execute<ImportRow>(sql`
    select i.id, i.file_id, i.path, i.status, ${waits} as waits,
           coalesce((select max(r.position) from rejections r where r.tenant_id = i.tenant_id and r.import_id = i.id), 0)::int as rejections
      from imports i
     where i.tenant_id = ${tenantId} and i.file_id = any(${these})
     order by i.ordinal
       for update of i skip locked`)
  const free = new Map(locked.filter(row => !row.waits).map(row => [row.id, row]))
  const byFile = new Map<string, ImportRow[] | 'held'>()
  for (const row of locked)
    if (free.has(row.id)) byFile.set(row.file_id, [...soFar(byFile.get(row.file_id)), row])
  for (const { id, file_id } of all) if (!free.has(id)) byFile.set(file_id, 'held')
  return byFile
}

const soFar = (rows: ImportRow[] | 'held' | undefined) => (rows === undefined || rows === 'held' ? [] : rows)
