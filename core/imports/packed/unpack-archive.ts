import { and, eq, notLike, or, sql } from 'drizzle-orm'
import { type Database, type Tx, tables } from '../../../db/db.ts'
import { storeAtOnce } from '../../files/complete-upload.ts'
import type { FileRow } from '../../files/current-files.ts'
import { isTest, REPORTS } from '../../files/paths.ts'
import { dropTested } from '../../files/tested-file.ts'
import { lockPaths } from '../../files/tree-locks.ts'
import { lockRecordingsAt } from '../../recordings/recording-rows.ts'
import { storedObject } from '../../vault/object-rows.ts'
import type { Vault } from '../../vault/vault.ts'
import { FileRefused } from '../problem.ts'
import { patternsInForce } from '../templates-in-force.ts'
import { isArchive } from './archive-names.ts'
import { writeRefusal, writeUnpacked } from './archive-receipt.ts'
import type { StoredEntry } from './entry-objects.ts'
import { entryObjects } from './entry-objects.ts'
import { refuseNested } from './nested.ts'
import type { ArchivePlan, PlannedEntry } from './plan-entries.ts'
import { planEntries } from './plan-entries.ts'
import { openZip } from './zip-file.ts'

const { reports, uploadedFiles } = tables

interface Ports {
  database: Database
  vault: Vault
  clock: () => Date
}

interface Unpacked extends PlannedEntry, StoredEntry {}

/**
 * Makes files of an archive's entries: contact files and recordings, each with its own object, and with the import or
 * the recording that follows from it. All of them come in one transaction, with the archive's receipt; or none does,
 * and the receipt says why. Run again, it finds that receipt, and does nothing.
 */
export async function unpackArchive(
  ports: Ports,
  tenantId: string,
  fileId: string,
  signal: AbortSignal,
): Promise<void> {
  const { database, vault, clock } = ports
  const inTenant = <T>(work: (tx: Tx) => Promise<T>) => database.asTenant(tenantId, work)
  const begun = await inTenant(async tx => {
    const file = await waitingArchive(tx, tenantId, fileId)
    if (file === null || file.objectId === null) return null
    const object = await storedObject(tx, tenantId, file.objectId)
    return { file, object, patterns: await patternsInForce(tx, tenantId) }
  })
  if (begun === null) return
  const { file, object, patterns } = begun
  const objects = entryObjects(vault, tenantId, inTenant)
  let kept = false
  try {
    const { plan, unpacked } = await unpack()
    const hashes = await vault.hashes.of(tenantId)
    kept = await inTenant(async tx => {
      if ((await waitingArchive(tx, tenantId, fileId)) === null) return false
      await putOnRecord(tx, { tenantId, hashes }, file, unpacked)
      await writeUnpacked(tx, file, plan, clock())
      if (isTest(file.path)) await dropTested(tx, tenantId, fileId)
      return true
    })
  } catch (error) {
    if (!(error instanceof FileRefused)) throw error
    await inTenant(async tx => {
      if ((await waitingArchive(tx, tenantId, fileId)) === null) return
      await writeRefusal(tx, file, error.problem, clock())
      if (isTest(file.path)) await dropTested(tx, tenantId, fileId)
    })
  } finally {
    if (!kept) await objects.discard()
  }

  async function unpack(): Promise<{ plan: ArchivePlan; unpacked: Unpacked[] }> {
    const zip = await openZip(vault, object)
    try {
      const plan = await planEntries({ path: file.path, size: object.size }, zip.entries(), patterns)
      const unpacked: Unpacked[] = []
      for (const planned of plan.taken) {
        signal.throwIfAborted()
        const bytes = refuseNested(planned, zip.bytes(planned.entry))
        unpacked.push({ ...planned, ...(await objects.store(bytes)) })
      }
      return { plan, unpacked }
    } finally {
      zip.close()
    }
  }
}

/** Locked, while it may still be unpacked; null once it was, or is gone, or is no archive by its name any more. */
async function waitingArchive(tx: Tx, tenantId: string, fileId: string): Promise<FileRow | null> {
  const [file] = await tx
    .select()
    .from(uploadedFiles)
    .where(and(eq(uploadedFiles.tenantId, tenantId), eq(uploadedFiles.id, fileId)))
    .for('no key update')
  if (file?.status !== 'STORED' || !isArchive(file.path)) return null
  // Under another name, it may have been told that nothing becomes of it.
  const ofThisName = sql`starts_with(${reports.path}, ${`${REPORTS}${file.path}.`})`
  const answered = await tx.$count(
    reports,
    and(
      eq(reports.tenantId, tenantId),
      eq(reports.fileId, fileId),
      or(ofThisName, notLike(reports.path, '%.IGNORED.%')),
    ),
  )
  return answered > 0 ? null : file
}

type Memory = Parameters<typeof storeAtOnce>[1]

async function putOnRecord(
  tx: Tx,
  memory: Memory,
  archive: FileRow,
  unpacked: readonly Unpacked[],
): Promise<void> {
  const { tenantId } = memory
  const { accountId, startedAt } = archive
  const paths = unpacked.map(({ path }) => path)
  if (paths.length === 0) return
  await lockPaths(tx, tenantId, paths)
  for (const path of paths.toSorted()) await lockRecordingsAt(tx, tenantId, path)
  for (const { path, object, size, sha256, entry } of unpacked) {
    const origin = { tenantId, path, accountId, object, archive: archive.path }
    await storeAtOnce(tx, memory, origin, { size, sha256, startedAt, modifiedAt: entry.getLastModDate() })
  }
}
