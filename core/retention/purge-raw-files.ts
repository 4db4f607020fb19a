import { sql } from 'drizzle-orm'
import { type Tx, uuidArray } from '../../db/db.ts'
import { memoryOf } from '../files/discard.ts'
import { isTemporary } from '../files/paths.ts'
import type { TenantHashes } from '../vault/keyed-hashes.ts'
import { destroyObjects } from '../vault/object-rows.ts'
import { purgeImports } from './purge-imports.ts'
import { deleteOldReports, deleteReportsOf } from './purge-reports.ts'
import { lockRawFiles, type RawFile } from './raw-files.ts'
import { bury } from './tombstones.ts'
import { unfinishedArchives } from './unfinished-archives.ts'

export interface RawFilesWish {
  tenantId: string
  hashes: TenantHashes
  /** What came before that moment goes. */
  before: Date
  /** Of files, of reports and of each other thing, in one step. */
  limit: number
  /** By the clock. */
  at: Date
}

export interface RawFilesPurged {
  /** Whose raw bytes are gone. */
  files: number
  /** Of those files. */
  bytes: number
  /** Vault objects: of files, CSVs of rejected rows and reports. */
  objects: string[]
  /** Keyed hashes of names with their bytes, which are buried. */
  memories: string[]
  /** There may be more: the step is to be repeated. */
  more: boolean
}

/**
 * One step of ending the short life of raw files: of contact files and files that nothing was made of the bytes, the
 * names, and whatever quotes them; reports; the names of files that were discarded. What stays is that there was a
 * file, its size, its times and its counts. To be repeated until there is no more; each step is whole by itself.
 */
export async function purgeRawFiles(tx: Tx, wish: RawFilesWish): Promise<RawFilesPurged> {
  const { tenantId, hashes, before, limit, at } = wish
  const files = await lockRawFiles(tx, tenantId, before, limit)
  const unfinished = await unfinishedArchives(tx, tenantId, files)
  const memories = files.flatMap(file => (unfinished.has(file.id) ? [] : memoriesOf(file, hashes)))
  await bury(tx, tenantId, 'FILE', memories, at)
  const imports = files.flatMap(file => file.imports.map(({ id }) => id))
  const leftOver = files.length < limit ? await leftOverImports(tx, tenantId, before, limit) : []
  const fileIds = files.map(({ id }) => id)
  const objects = [
    ...files.map(({ objectId }) => objectId),
    ...(await deleteReportsOf(tx, tenantId, fileIds)),
    ...(await purgeImports(tx, tenantId, [...imports, ...leftOver], at)),
  ]
  await tx.execute(sql`
    update uploaded_files set status = 'DELETED', listed = false, object_id = null, path = id::text, reason = null
     where tenant_id = ${tenantId} and id = any(${uuidArray(fileIds)})`)
  const reports = await deleteOldReports(tx, tenantId, before, limit)
  const discarded = await forgetDiscarded(tx, tenantId, before, limit)
  const gone = [...new Set([...objects, ...reports.objects])]
  await destroyObjects(
    tx,
    tenantId,
    gone.map(objectId => ({ objectId })),
  )
  return {
    files: files.length,
    bytes: files.reduce((sum, file) => sum + file.bytes, 0),
    objects: gone,
    memories,
    more: files.length + leftOver.length + reports.count + discarded > 0,
  }
}

/**
 * Sent again with the same name and bytes by a client that mirrors a folder, a file is dropped. Not one of which
 * nothing was kept, for its own fault or ours, or that was taken back: sending it again is how that is made good.
 */
function memoriesOf(
  { path, kind, sha256: digest, waitsForRename, imports }: RawFile,
  hashes: TenantHashes,
): string[] {
  const last = imports.at(-1)?.status
  if (digest === null || waitsForRename || nothingKept.has(last ?? '')) return []
  const paths = new Set([path, ...imports.map(each => each.path)])
  const sha256 = Buffer.from(digest, 'hex')
  return [...paths]
    .filter(each => !isTemporary(each))
    .map(each => memoryOf(hashes, { path: each, kind, sha256 }))
}

const nothingKept: ReadonlySet<string> = new Set(['REFUSED', 'FAILED', 'UNDONE'])

/** Of files whose bytes went another way: their record was applied to a restored database. */
async function leftOverImports(tx: Tx, tenantId: string, before: Date, limit: number): Promise<string[]> {
  const rows = await tx.execute<{ id: string }>(sql`
    select i.id from imports i
     where i.tenant_id = ${tenantId} and i.purged_at is null and i.finished_at < ${before.toISOString()}::timestamptz
       and (i.status <> 'FAILED' or i.set_aside_at is not null)
       and exists (select from uploaded_files f where f.tenant_id = i.tenant_id and f.id = i.file_id and f.status = 'DELETED')
     order by i.finished_at limit ${Math.min(limit, 10)} for update of i skip locked`)
  return rows.map(({ id }) => id)
}

/** Their names; nothing else of them was ever kept. */
async function forgetDiscarded(tx: Tx, tenantId: string, before: Date, limit: number): Promise<number> {
  const gone = await tx.execute(sql`
    update uploaded_files set path = id::text
     where tenant_id = ${tenantId}
       and id in (select id from uploaded_files
                   where tenant_id = ${tenantId} and status = 'DISCARDED' and starts_with(path, '/')
                     and stored_at < ${before.toISOString()}::timestamptz and not receipt_due
                   order by stored_at limit ${limit} for update skip locked)
    returning id`)
  return gone.length
}
