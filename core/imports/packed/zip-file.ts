import { Readable } from 'node:stream'
import { crc32 } from 'node:zlib'
import type { Entry, ZipFile } from 'yauzl'
import { fromRandomAccessReaderPromise, RandomAccessReader } from 'yauzl'
import { vaultSource } from '../../recordings/vault-source.ts'
import type { StoredObject, Vault } from '../../vault/vault.ts'
import { FileRefused } from '../problem.ts'
import { storedRange } from '../stored-bytes.ts'
import { badArchive, named } from './bad-archive.ts'
import { entryName } from './entry-name.ts'

/** A stored archive, opened over ranged reads: nothing of it is ever kept whole. */
export interface OpenZip {
  entries(): AsyncGenerator<Entry, void, undefined>
  /** The entry's own bytes; what they say about themselves is checked when all of them have come. */
  bytes(entry: Entry): AsyncGenerator<Buffer, void, undefined>
  close(): void
}

/** Two kinds of faults come out of the library as one: those of the archive, and those of the store below it. */
class VaultReader extends RandomAccessReader {
  fault: { error: unknown } | null = null
  readonly #vault: Vault
  readonly #object: StoredObject
  readonly #source: ReturnType<typeof vaultSource>

  constructor(vault: Vault, object: StoredObject) {
    super()
    this.#vault = vault
    this.#object = object
    this.#source = vaultSource(vault, object)
  }

  override _readStreamForRange(start: number, end: number): Readable {
    const stream = Readable.from(storedRange(this.#vault, this.#object, start, end), { objectMode: false })
    stream.on('error', error => this.#failed(error))
    return stream
  }

  override read(
    buffer: Buffer,
    offset: number,
    length: number,
    position: number,
    answer: (error: Error | null) => void,
  ): void {
    this.#source.read(position, position + length).then(
      bytes => {
        buffer.set(bytes.subarray(0, length), offset)
        answer(null)
      },
      (error: unknown) => {
        this.#failed(error)
        answer(error instanceof Error ? error : new Error('The archive could not be read', { cause: error }))
      },
    )
  }

  #failed(error: unknown) {
    this.fault ??= { error }
  }
}

export const openZip = async (vault: Vault, object: StoredObject): Promise<OpenZip> => {
  const reader = new VaultReader(vault, object)

  /** Whatever the library says about the bytes is the archive's fault, unless the bytes never came. */
  const fault = (error: unknown, entry?: string): unknown => {
    if (error instanceof FileRefused) return error
    if (reader.fault !== null) return reader.fault.error
    const words = error instanceof Error ? error.message : String(error)
    const refused = /absolute path|invalid relative path|invalid characters in fileName/.test(words)
      ? badArchive(
          `has an entry whose name leads out of it (${words})`,
          'Pack the files by plain names, in folders if need be, and send it again.',
        )
      : badArchive(
          `${entry === undefined ? '' : `cannot be unpacked at ${named(entry)}: it `}is damaged, cut off, or no ZIP file (${words})`,
          'Pack the files again, look whether they can be unpacked, and send it once more.',
          entry,
        )
    refused.cause = error
    return refused
  }

  let zip: ZipFile
  try {
    zip = await fromRandomAccessReaderPromise(reader, object.size, { autoClose: false, lazyEntries: true })
  } catch (error) {
    throw fault(error)
  }

  return {
    async *entries() {
      try {
        for await (const entry of zip.eachEntry()) {
          entry.fileName = entryName(entry)
          yield entry
        }
      } catch (error) {
        throw fault(error)
      }
    },
    async *bytes(entry) {
      let sum = 0
      try {
        for await (const piece of await zip.openReadStreamPromise(entry)) {
          sum = crc32(piece, sum)
          yield piece
        }
        if (sum !== entry.crc32) throw new Error('its checksum is another one')
      } catch (error) {
        throw fault(error, entry.fileName)
      }
    },
    close: () => zip.close(),
  }
}
