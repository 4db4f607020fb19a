import type { Entry } from 'yauzl'
import type { FileKind } from '../../files/kinds.ts'
import { kindOf } from '../../files/kinds.ts'
import { checkedPath, isTemporary, isTest, withoutTest } from '../../files/paths.ts'
import { Refusal } from '../../refusal.ts'
import { FileRefused, fileProblem } from '../problem.ts'
import { isAddedByPacker, isPacked } from './archive-names.ts'
import { archiveSizes } from './archive-sizes.ts'
import { badArchive, named } from './bad-archive.ts'
import { nothingTaken } from './left-out.ts'

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
  const sizes = archiveSizes(archive.size)
  let isWorkbook = false
  for await (const entry of entries) {
    const name = entry.fileName
    sizes.entry()
    isWorkbook ||= /^xl\/workbook\.(?:xml|bin)$/.test(name)
    if (name === '' || name.endsWith('/') || isAddedByPacker(name)) continue
    checkEntry(entry)
    const path = pathOf(archive.path, name)
    if (paths.has(path))
      throw badArchive(
        `has two entries named ${named(name)}`,
        'Which of them counts cannot be told: pack each file once, and send it again.',
        name,
      )
    paths.add(path)
    const kind = isTemporary(path) ? 'OTHER' : kindOf(path, patterns)
    sizes.file(entry, kind)
    if (kind !== 'OTHER') plan.taken.push({ entry, path, kind, index: paths.size - 1 })
    else if (isTest(path) && kindOf(withoutTest(path), []) === 'RECORDING') plan.untried++
    else plan.left.push(name)
  }
  if (isWorkbook) throw workbook()
  sizes.check()
  if (plan.taken.length + plan.untried === 0) throw nothingTaken(plan.left)
  return plan
}

const checkEntry = (entry: Entry): void => {
  const { fileName: name, compressionMethod } = entry
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
