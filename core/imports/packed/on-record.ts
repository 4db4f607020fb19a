import { and, eq, sql } from 'drizzle-orm'
import { type Tx, tables } from '../../../db/db.ts'
import type { FileRow } from '../../files/current-files.ts'
import type { ClaimedImport } from '../ports.ts'
import type { PlannedEntry } from './plan-entries.ts'
import type { UnpackedEntry } from './put-on-record.ts'

const { uploadedFiles, vaultObjects } = tables

/** A file that an earlier try of the archive, or an earlier import of it, made of an entry. */
export interface RecordedEntry {
  path: string
  /** Hexadecimal; none of what was deleted since. */
  sha256: string | null
}

/** Entries bear the times of their archive, at which it was begun and stored, whatever they are called by now. */
export const entriesOnRecord = async (
  tx: Tx,
  { tenantId, id, startedAt, storedAt }: FileRow,
): Promise<RecordedEntry[]> =>
  await tx.execute<{ path: string; sha256: string | null }>(sql`
    select f.path, encode(o.sha256, 'hex') as sha256
      from ${uploadedFiles} f
      left join ${vaultObjects} o on o.tenant_id = f.tenant_id and o.id = f.object_id
     where f.tenant_id = ${tenantId} and f.id > ${id}::uuid and f.started_at = ${startedAt.toISOString()}::timestamptz
       and f.stored_at = ${(storedAt ?? startedAt).toISOString()}::timestamptz`)

/** Of an archive whose import fails for good. */
export const countTaken = async (tx: Tx, { tenantId, fileId }: ClaimedImport): Promise<number> => {
  const [archive] = await tx
    .select()
    .from(uploadedFiles)
    .where(and(eq(uploadedFiles.tenantId, tenantId), eq(uploadedFiles.id, fileId)))
  return archive ? (await entriesOnRecord(tx, archive)).length : 0
}

/** Those that nothing was made of yet, as far as their paths tell. */
export const notYetTaken = (
  taken: readonly PlannedEntry[],
  known: readonly RecordedEntry[],
): PlannedEntry[] => {
  const paths = new Set(known.map(({ path }) => path))
  return taken.filter(({ path }) => !paths.has(path))
}

/** Of those, the ones that were not renamed since: a renamed one is known by its bytes. */
export const notRenamed = (
  unpacked: readonly UnpackedEntry[],
  taken: readonly PlannedEntry[],
  known: readonly RecordedEntry[],
): UnpackedEntry[] => {
  const planned = new Set(taken.map(({ path }) => path))
  const elsewhere = known.flatMap(({ path, sha256 }) =>
    planned.has(path) || sha256 === null ? [] : [sha256],
  )
  return unpacked.filter(({ sha256 }) => {
    const at = elsewhere.indexOf(sha256?.toString('hex') ?? '')
    if (at >= 0) elsewhere.splice(at, 1)
    return at < 0
  })
}
