/** Bytes that can be read in ranges, wherever they are. */
export interface ByteSource {
  readonly size: number
  /** Exactly the bytes from `start` to `end` (exclusive), both within `size`. */
  read(start: number, end: number): Promise<Uint8Array>
}

/** The looking has cost as much as it may. Says nothing about the bytes. */
export class ReadLimit extends Error {
  override readonly name = 'ReadLimit'
}

/** What may be read to find out what a recording is: this many blocks of 64 KiB, 4 MiB in all. */
export const BLOCK_BYTES = 65_536
export const MOST_BLOCKS = 64

/** Not bytes but calls: what loops over the same block for ever ends here. */
const MOST_CALLS = 50_000

/**
 * Reads a source in aligned blocks, each once, up to the limit; then throws ReadLimit. What lies beyond the end is
 * left out of the answer instead of being an error.
 */
export interface FrugalSource extends ByteSource {
  /** What the source itself threw: no fault of the recording. */
  readonly failure: unknown
}

export function frugal(source: ByteSource): FrugalSource {
  const blocks = new Map<number, Uint8Array>()
  let calls = 0
  let failure: unknown

  const blockAt = async (index: number): Promise<Uint8Array> => {
    const known = blocks.get(index)
    if (known) return known
    if (blocks.size >= MOST_BLOCKS) throw new ReadLimit('enough was read')
    const start = index * BLOCK_BYTES
    const end = Math.min(start + BLOCK_BYTES, source.size)
    try {
      const bytes = await source.read(start, end)
      if (bytes.length !== end - start)
        throw new Error(`${bytes.length} bytes came instead of ${end - start}`)
      blocks.set(index, bytes)
      return bytes
    } catch (error) {
      failure ??= error
      throw error
    }
  }

  return {
    size: source.size,
    get failure() {
      return failure
    },
    async read(start, wanted) {
      if (++calls > MOST_CALLS) throw new ReadLimit('too many calls')
      const end = Math.min(wanted, source.size)
      if (!(start >= 0) || start >= end) return new Uint8Array(0)
      if (end - start > BLOCK_BYTES * MOST_BLOCKS)
        throw new ReadLimit('more than may be read is wanted at once')
      const first = Math.floor(start / BLOCK_BYTES)
      if (end <= (first + 1) * BLOCK_BYTES) {
        const block = await blockAt(first)
        return block.subarray(start - first * BLOCK_BYTES, end - first * BLOCK_BYTES)
      }
      const answer = new Uint8Array(end - start)
      for (let index = first; index * BLOCK_BYTES < end; index++) {
        const block = await blockAt(index)
        const from = Math.max(start, index * BLOCK_BYTES)
        answer.set(block.subarray(from - index * BLOCK_BYTES, end - index * BLOCK_BYTES), from - start)
      }
      return answer
    },
  }
}

/** A part of a source as a source of its own. */
export const within = (source: ByteSource, start: number, end = source.size): ByteSource => ({
  size: Math.max(0, end - start),
  read: (from, to) => source.read(start + from, Math.min(start + to, end)),
})

export const viewOf = (bytes: Uint8Array) => new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)

/** Bytes as text, one character each: for the names that formats give their parts. */
export const latin1 = (bytes: Uint8Array, start = 0, end = bytes.length): string =>
  String.fromCharCode(...bytes.subarray(start, end))
