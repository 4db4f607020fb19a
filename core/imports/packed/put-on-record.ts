import type { Entry } from 'yauzl'
import type { Tx } from '../../../db/db.ts'
import { storeAtOnce } from '../../files/complete-upload.ts'
import type { FileRow } from '../../files/current-files.ts'
import type { FileMemory } from '../../files/discard.ts'
import { lockPaths } from '../../files/tree-locks.ts'
import { lockFollowers } from '../../recordings/older-version.ts'
import { lockRecordingsAt } from '../../recordings/recording-rows.ts'
import { holdClaim } from '../claimed.ts'
import type { ClaimedImport } from '../ports.ts'
import type { EntryObjects, StoredEntry } from './entry-objects.ts'
import { newerVersions } from './newer-versions.ts'
import type { PlannedEntry } from './plan-entries.ts'

/** An entry whose bytes stand in the bucket. */
export interface UnpackedEntry extends PlannedEntry, StoredEntry {}

/** In one transaction, each with its path's lock: whoever completes a file meanwhile waits no longer than for these. */
export const ENTRIES_AT_ONCE = 50

interface Archive {
  claimed: ClaimedImport
  archive: FileRow
  objects: EntryObjects
}

/** Makes files of entries, each by its place in the archive. */
export async function putOnRecord(
  tx: Tx,
  memory: FileMemory,
  { claimed, archive, objects }: Archive,
  entries: readonly UnpackedEntry[],
): Promise<void> {
  const { tenantId } = memory
  const { accountId, startedAt } = archive
  const storedAt = archive.storedAt ?? startedAt
  const paths = entries.map(({ path }) => path).sort()
  await lockPaths(tx, tenantId, paths)
  const newer = await newerVersions(tx, claimed, paths)
  const followers = [...newer.values()].flatMap(({ recordingId }) => recordingId ?? [])
  await lockFollowers(tx, tenantId, followers)
  for (const path of paths) await lockRecordingsAt(tx, tenantId, path)
  await holdClaim(tx, [claimed])
  for (const { path, index, object, size, sha256, entry } of entries) {
    const origin = {
      tenantId,
      path,
      accountId,
      object,
      archive: claimed.path,
      place: placeOf(claimed, index),
      storedAt,
      newer: newer.get(path),
    }
    objects.handOver(object)
    await storeAtOnce(tx, memory, origin, { size, sha256, startedAt, modifiedAt: modifiedAt(entry) })
  }
}

/** Packers write times that are none, or that no column holds: no more than that is known then. */
const modifiedAt = (entry: Entry): Date | undefined => {
  const time = entry.getLastModDate()
  const year = time.getUTCFullYear()
  return year >= 1970 && year <= 9999 ? time : undefined
}

/** Behind the archive, before the next import; among files, behind the archive as well. */
const placeOf = ({ ordinal, fileMark }: ClaimedImport, index: number) => ({
  ordinal: ordinal + 1 + index,
  fileMark: fileMark === ordinal ? null : fileMark + 1 + index,
})
