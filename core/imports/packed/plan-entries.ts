import type { Entry } from 'yauzl'
import type { FileKind } from '../../files/kinds.ts'
import { kindOf } from '../../files/kinds.ts'
import { checkedPath, isTemporary, isTest, withoutTest } from '../../files/paths.ts'
import { Refusal } from '../../refusal.ts'
import { FileRefused, fileProblem } from '../problem.ts'
import { MAX_FILE_BYTES } from '../reading/read-contact-file.ts'
import { isAddedByPacker, isPacked } from './archive-names.ts'
import { archiveTooLarge, badArchive, named } from './bad-archive.ts'
import { nothingTaken } from './left-out.ts'
import { MOST_RATIO } from './unpacked-bytes.ts'

/** An entry that becomes a file of its own. */
export interface PlannedEntry {
  entry: Entry
  path: string
  kind: FileKind
  /** Its place among the archive's files, from 0, whatever becomes of the others. */
  index: number
}

export interface ArchivePlan {
  taken: PlannedEntry[]
  /** Names of entries that nothing becomes of. */
  left: string[]
  /** How many recordings are passed over, since below `/test` there is nothing to be tried about them. */
  untried: number
}

/** Fewer than the places that an import's ordinal leaves free behind it (db/tables/imports.ts). */
export const MOST_ENTRIES = 10_000
const MOST_BYTES = 40 * 1024 ** 3
const RATIO_FROM = 10 * 1024 * 1024

const STORED = 0
const DEFLATED = 8

/**
 * What becomes of an archive's entries, by their names and sizes alone: nothing is written before all of them have
 * passed. What the sizes say is held against the bytes when they are unpacked.
 */
export const planEntries = async (
  archive: { path: string; size: number },
  entries: AsyncIterable<Entry>,
  patterns: readonly string[],
): Promise<ArchivePlan> => {
  const plan: ArchivePlan = { taken: [], left: [], untried: 0 }
  const paths = new Set<string>()
  const total = { count: 0, packed: 0, bytes: 0 }
  let isWorkbook = false
  for await (const entry of entries) {
    const name = entry.fileName
    if (++total.count > MOST_ENTRIES)
      throw archiveTooLarge(`has more than ${MOST_ENTRIES} entries`, 'Send several smaller ones.')
    isWorkbook ||= /^xl\/workbook\.(?:xml|bin)$/.test(name)
    if (name.endsWith('/') || isAddedByPacker(name)) continue
    checkEntry(entry)
    total.packed += entry.compressedSize
    total.bytes += entry.uncompressedSize
    const path = pathOf(archive.path, name)
    if (paths.has(path))
      throw badArchive(
        `has two entries named ${named(name)}`,
        'Which of them counts cannot be told: pack each file once, and send it again.',
        name,
      )
    paths.add(path)
    const kind = isTemporary(path) ? 'OTHER' : kindOf(path, patterns)
    if (kind !== 'OTHER') plan.taken.push({ entry, path, kind, index: paths.size - 1 })
    else if (isTest(path) && kindOf(withoutTest(path), []) === 'RECORDING') plan.untried++
    else plan.left.push(name)
    if (kind === 'CONTACTS' && entry.uncompressedSize > MAX_FILE_BYTES)
      throw archiveTooLarge(
        `has an entry of more than 2 GiB, ${named(name)}`,
        'That is the most that is read: split it, and send the parts.',
        name,
      )
  }
  if (isWorkbook) throw workbook()
  checkTotals(archive.size, total)
  if (plan.taken.length + plan.untried === 0) throw nothingTaken(plan.left)
  return plan
}

const checkEntry = (entry: Entry): void => {
  const { fileName: name, compressionMethod, compressedSize, uncompressedSize } = entry
  if (entry.isEncrypted())
    throw badArchive(
      `is protected by a password (${named(name)})`,
      'Send it without one: the way here and the storage are encrypted.',
      name,
    )
  if (compressionMethod !== STORED && compressionMethod !== DEFLATED)
    throw badArchive(
      `is packed by a method that is not read (number ${compressionMethod}, at ${named(name)})`,
      'Pack it by the usual one, "Deflate", and send it again.',
      name,
    )
  if (isPacked(name))
    throw badArchive(
      `holds another archive, ${named(name)}`,
      'Pack the files themselves, once, and send it again.',
      name,
    )
  if (uncompressedSize > RATIO_FROM && uncompressedSize > compressedSize * MOST_RATIO)
    throw archiveTooLarge(
      `has an entry that comes to more than ${MOST_RATIO} times its packed size, ${named(name)}`,
      'No export and no recording is like that; send the file without packing it.',
      name,
    )
}

/** Entries that share their bytes, each small and all of them together beyond measure, show by their sums. */
const checkTotals = (size: number, total: { packed: number; bytes: number }): void => {
  if (total.packed > size)
    throw badArchive('has entries that share their bytes', 'Pack the files again, and send it once more.')
  if (total.bytes > MOST_BYTES)
    throw archiveTooLarge('comes to more than 40 GiB', 'Send several smaller ones.')
  if (total.bytes > RATIO_FROM && total.bytes > size * MOST_RATIO)
    throw archiveTooLarge(
      `comes to more than ${MOST_RATIO} times its size`,
      'No export is like that; send the files without packing them.',
    )
}

const pathOf = (archive: string, name: string): string => {
  try {
    return checkedPath(`${archive}/${name}`)
  } catch (error) {
    if (!(error instanceof Refusal)) throw error
    throw badArchive(
      `has an entry whose name cannot be taken, ${named(name)}: ${error.message}`,
      'Give it a plain name, and send the archive again.',
      name,
    )
  }
}

const workbook = () =>
  new FileRefused(
    fileProblem(
      'NOT_CSV',
      'The file is an Excel workbook (.xlsx), not an archive of CSVs. Save it as "CSV UTF-8" and send that.',
      { details: { found: 'an Excel workbook (.xlsx)' } },
    ),
    0,
  )
