import { pipeline } from 'node:stream/promises'
import { createGunzip } from 'node:zlib'
import type { StoredObject, Vault } from '../../vault/vault.ts'
import { MAX_FILE_BYTES } from '../reading/read-contact-file.ts'
import { storedBytes } from '../stored-bytes.ts'
import { archiveTooLarge, badArchive } from './bad-archive.ts'

/** Beyond so many bytes the ratio is looked at: few bytes of anything may be packed very tightly. */
const RATIO_FROM = 10 * 1024 * 1024
/** Real exports come to 50 at most; what is made to fill a disk to 1,000. */
export const MOST_RATIO = 250

const CHUNK = 64 * 1024

/** What packing mostly comes to, for those who must plan before they know. */
const USUAL_RATIO = 20

/** A contact file's bytes as they are read. */
export interface ContactBytes {
  bytes: AsyncIterable<Buffer>
  /** Of a packed file only about: nobody knows what it comes to. */
  size: number
  /** How much of the file was read, from 0 to 1, when so many bytes have come out. */
  share(bytesRead: number): number
}

/** Unpacked, where the file's name ends in `.gz` and it is gzip; some clients unpack, and leave the name as it was. */
export const contactBytes = (vault: Vault, object: StoredObject, path: string): ContactBytes => {
  const stored = storedBytes(vault, object)
  const shareOf = (bytes: number) => Math.min(1, bytes / Math.max(1, object.size))
  if (!/\.gz$/i.test(path)) return { bytes: stored, size: object.size, share: shareOf }
  const progress = { taken: 0 }
  return {
    bytes: unpackedIfPacked(stored, progress),
    size: Math.min(object.size * USUAL_RATIO, MAX_FILE_BYTES),
    share: () => shareOf(progress.taken),
  }
}

/** The beginning of a contact file. */
export const contactHead = async (
  vault: Vault,
  object: StoredObject,
  { path, length }: { path: string; length: number },
): Promise<Buffer> => {
  const pieces: Buffer[] = []
  let size = 0
  for await (const piece of contactBytes(vault, object, path).bytes) {
    pieces.push(piece)
    size += piece.length
    if (size >= length) break
  }
  return Buffer.concat(pieces).subarray(0, length)
}

async function* unpackedIfPacked(
  stored: AsyncGenerator<Buffer, void, undefined>,
  progress: { taken: number },
): AsyncGenerator<Buffer, void, undefined> {
  const first = await stored.next()
  if (first.done === true) return
  const whole = (async function* () {
    yield first.value
    yield* stored
  })()
  const isGzip = first.value[0] === 0x1f && first.value[1] === 0x8b
  const source = counted(whole, progress)
  yield* isGzip ? gunzipped(source, progress) : source
}

async function* counted(source: AsyncIterable<Buffer>, progress: { taken: number }) {
  for await (const piece of source) {
    // In small pieces, so that the count keeps pace with what comes out.
    for (let at = 0; at < piece.length; at += CHUNK) {
      const part = piece.subarray(at, at + CHUNK)
      progress.taken += part.length
      yield part
    }
  }
}

async function* gunzipped(
  source: AsyncIterable<Buffer>,
  progress: { taken: number },
): AsyncGenerator<Buffer, void, undefined> {
  const gunzip = createGunzip({ chunkSize: CHUNK })
  const feeding = pipeline(source, gunzip)
  feeding.catch(() => {
    // Whoever reads from it is told.
  })
  let size = 0
  try {
    for await (const piece of gunzip) {
      size += piece.length
      if (size > RATIO_FROM && size > progress.taken * MOST_RATIO) throw tooTight()
      yield piece
    }
    await feeding
  } catch (error) {
    throw isDamage(error) ? damaged(error) : error
  } finally {
    gunzip.destroy()
    await feeding.catch(() => {})
  }
}

const isDamage = (error: unknown): boolean =>
  error instanceof Error && 'code' in error && String(error.code).startsWith('Z_')

const damaged = (cause: unknown) => {
  const refused = badArchive(
    'is a gzip file that is damaged or cut off',
    'Pack the file again, look whether it can be unpacked, and send it once more.',
  )
  refused.cause = cause
  return refused
}

const tooTight = () =>
  archiveTooLarge(
    `is a gzip file that comes to more than ${MOST_RATIO} times its size`,
    'No export is like that; what it unpacks to is not read. Send the file without packing it.',
  )
