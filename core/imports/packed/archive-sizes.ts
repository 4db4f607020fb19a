import type { Entry } from 'yauzl'
import type { FileKind } from '../../files/kinds.ts'
import { MAX_FILE_BYTES } from '../reading/read-contact-file.ts'
import { archiveTooLarge, badArchive, named } from './bad-archive.ts'
import { MOST_RATIO } from './unpacked-bytes.ts'

/** Fewer than the places that an import's ordinal leaves free behind it (db/tables/imports.ts). */
export const MOST_ENTRIES = 10_000
/** With folders, and what packers add by themselves: one that is nothing but these is read no further. */
const MOST_IN_DIRECTORY = 100_000
const MOST_BYTES = 40 * 1024 ** 3

/** Beyond so many bytes the ratio of what is read as rows is looked at, and that of the archive as a whole. */
const CONTACTS_RATIO_FROM = 10 * 1024 * 1024
const RATIO_FROM = 1024 ** 3

/** What an archive's entries come to. Refuses it as soon as that is too much. */
export interface ArchiveSizes {
  /** Of whatever kind. */
  entry(): void
  file(entry: Pick<Entry, 'fileName' | 'compressedSize' | 'uncompressedSize'>, kind: FileKind): void
  /** When all have been seen: entries that share their bytes, or are each small and together beyond measure. */
  check(): void
}

/**
 * No export is packed very tightly, so each file of contacts is held against its packed size. Recordings may be:
 * minutes of digital silence are nothing but zeros. So they count in the sum alone, and from a size on that fills disks.
 */
export const archiveSizes = (size: number): ArchiveSizes => {
  const total = { entries: 0, files: 0, packed: 0, bytes: 0, contacts: 0 }
  return {
    entry() {
      if (++total.entries > MOST_IN_DIRECTORY) throw tooMany(MOST_IN_DIRECTORY)
    },
    file({ fileName, compressedSize, uncompressedSize }, kind) {
      if (++total.files > MOST_ENTRIES) throw tooMany(MOST_ENTRIES)
      total.packed += compressedSize
      total.bytes += uncompressedSize
      if (kind !== 'CONTACTS') return
      total.contacts += uncompressedSize
      if (uncompressedSize > CONTACTS_RATIO_FROM && uncompressedSize > compressedSize * MOST_RATIO)
        throw archiveTooLarge(
          `has an entry that comes to more than ${MOST_RATIO} times its packed size, ${named(fileName)}`,
          'No export is like that; send the file without packing it.',
          fileName,
        )
      if (uncompressedSize > MAX_FILE_BYTES)
        throw archiveTooLarge(
          `has an entry of more than 2 GiB, ${named(fileName)}`,
          'That is the most that is read: split it, and send the parts.',
          fileName,
        )
    },
    check() {
      if (total.packed > size)
        throw badArchive('has entries that share their bytes', 'Pack the files again, and send it once more.')
      if (total.bytes > MOST_BYTES)
        throw archiveTooLarge('comes to more than 40 GiB', 'Send several smaller ones.')
      const tight = (bytes: number, from: number) => bytes > from && bytes > size * MOST_RATIO
      if (tight(total.contacts, CONTACTS_RATIO_FROM) || tight(total.bytes, RATIO_FROM))
        throw archiveTooLarge(
          `comes to more than ${MOST_RATIO} times its size`,
          'No export is like that; send the files without packing them.',
        )
    },
  }
}

const tooMany = (most: number) =>
  archiveTooLarge(`has more than ${most} entries`, 'Send several smaller ones.')
