import { and, eq } from 'drizzle-orm'
import { type Tx, tables } from '../../../db/db.ts'
import type { FileRow } from '../../files/current-files.ts'
import type { Attempt } from '../attempt.ts'
import { holdClaim } from '../claimed.ts'
import { complete } from '../ending.ts'
import type { ImportPorts } from '../ports.ts'
import { FileRefused } from '../problem.ts'
import type { ProgressReporter } from '../progress.ts'
import { FileGone, findFile } from '../stored-file.ts'
import { patternsInForce } from '../templates-in-force.ts'
import { beside } from './bad-archive.ts'
import { type EntryObjects, entryObjects } from './entry-objects.ts'
import { leftOut } from './left-out.ts'
import { refuseNested } from './nested.ts'
import { entriesOnRecord, notRenamed, notYetTaken } from './on-record.ts'
import { type PlannedEntry, planEntries } from './plan-entries.ts'
import { ENTRIES_AT_ONCE, putOnRecord, type UnpackedEntry } from './put-on-record.ts'
import { refuseTakenNames } from './taken-names.ts'
import { type OpenZip, openZip } from './zip-file.ts'

/**
 * One try of an archive's import: its entries become files of their own, contact files and recordings, with the imports
 * and recordings that follow from them. All are unpacked and checked before the first is put on record. Their imports
 * have places right behind the archive's, which goes on until the last is on record: so they are read in its turn,
 * before whatever was completed after it. What an earlier try put on record, or an earlier import of the archive, which
 * may have left out what a template names by now, is passed over.
 */
export async function unpackArchive(
  ports: ImportPorts,
  attempt: Attempt,
  progress: ProgressReporter,
  signal: AbortSignal,
): Promise<void> {
  const { database, vault, clock } = ports
  const { claimed } = attempt
  const { tenantId } = claimed
  const inTenant = <T>(work: (tx: Tx) => Promise<T>) => database.asTenant(tenantId, work)
  const { archive, patterns, known } = await inTenant(async tx => {
    await holdClaim(tx, [claimed])
    attempt.file = await findFile(tx, claimed)
    const archive = await fileOf(tx, claimed)
    const known = await entriesOnRecord(tx, archive)
    return { archive, patterns: await patternsInForce(tx, tenantId), known }
  })
  const { object } = attempt.file ?? {}
  if (!object) throw new FileGone(`The archive ${claimed.fileId} is not there.`)
  const objects = entryObjects(vault, tenantId, inTenant)
  const zip = await openZip(vault, object)
  try {
    const plan = await planEntries({ path: claimed.path, size: object.size }, zip.entries(), patterns)
    const planned = notYetTaken(plan.taken, known)
    await inTenant(tx => refuseTakenNames(tx, claimed, planned))
    const unpacked = await unpackAll(zip, planned, objects, signal)
    const entries = notRenamed(unpacked, plan.taken, known)
    const memory = { tenantId, hashes: await vault.hashes.of(tenantId) }
    for (let at = 0; at < entries.length; at += ENTRIES_AT_ONCE) {
      signal.throwIfAborted()
      const some = entries.slice(at, at + ENTRIES_AT_ONCE)
      await inTenant(tx => putOnRecord(tx, memory, { claimed, archive, objects }, some))
      progress.moved({ rowsRead: 0, rejected: 0, progress: at / entries.length })
    }
    await progress.stop()
    attempt.problems = plan.left.length === 0 ? [] : [leftOut(plan.left)]
    await inTenant(async tx => {
      await holdClaim(tx, [claimed])
      await complete(tx, attempt, 0, clock())
    })
  } catch (error) {
    throw error instanceof FileRefused && known.length > 0 ? beside(error, known.length) : error
  } finally {
    zip.close()
    await objects.discard()
  }
}

async function unpackAll(
  zip: OpenZip,
  planned: readonly PlannedEntry[],
  objects: EntryObjects,
  signal: AbortSignal,
): Promise<UnpackedEntry[]> {
  const entries: UnpackedEntry[] = []
  for (const each of planned) {
    const bytes = refuseNested(each, zip.bytes(each.entry))
    entries.push({ ...each, ...(await objects.store(bytes, signal)) })
  }
  return entries
}

async function fileOf(tx: Tx, { tenantId, fileId }: Attempt['claimed']): Promise<FileRow> {
  const { uploadedFiles } = tables
  const [file] = await tx
    .select()
    .from(uploadedFiles)
    .where(and(eq(uploadedFiles.tenantId, tenantId), eq(uploadedFiles.id, fileId)))
  if (!file) throw new FileGone(`The file ${fileId} is not on record.`)
  return file
}
