import { badArchive, named } from './bad-archive.ts'
import type { PlannedEntry } from './plan-entries.ts'

const archives = [
  '1f8b',
  '504b0304',
  '504b0506',
  '377abcaf271c',
  '526172211a07',
  '425a68',
  'fd377a585a00',
  '28b52ffd',
]
const LONGEST = 6

const isPackedInside = (start: Buffer): boolean =>
  archives.some(magic => start.subarray(0, magic.length / 2).equals(Buffer.from(magic, 'hex')))

/** An archive inside the archive is refused by its first bytes as well, whatever its name is. */
export async function* refuseNested(
  { entry }: PlannedEntry,
  bytes: AsyncIterable<Buffer>,
): AsyncGenerator<Buffer, void, undefined> {
  let start: Buffer | null = Buffer.alloc(0)
  for await (const piece of bytes) {
    if (start !== null) {
      start = Buffer.concat([start, piece.subarray(0, LONGEST)])
      if (isPackedInside(start))
        throw badArchive(
          `holds another archive, ${named(entry.fileName)}, by its first bytes`,
          'Pack the files themselves, once, and send it again.',
          entry.fileName,
        )
      if (start.length >= LONGEST) start = null
    }
    yield piece
  }
}
