/** Bytes that come in pieces, kept in one place: pieces kept as they came would be held twice for a moment. */
export interface GrowingBuffer {
  readonly size: number
  add(bytes: Uint8Array): void
  whole(): Buffer
}

const LEAST = 65_536
const SMALL = 1_048_576

/** `expected` bytes are reserved at once as soon as there are more than a few; memory that nothing is written to costs nothing. */
export function growingBuffer(expected: number): GrowingBuffer {
  let held = Buffer.allocUnsafeSlow(LEAST)
  let size = 0
  return {
    get size() {
      return size
    },
    add(bytes) {
      if (size + bytes.length > held.length) {
        const needed = size + bytes.length
        const larger = Buffer.allocUnsafeSlow(
          needed <= SMALL ? SMALL : Math.max(expected, held.length * 2, needed),
        )
        held.copy(larger, 0, 0, size)
        held = larger
      }
      held.set(bytes, size)
      size += bytes.length
    },
    whole: () => held.subarray(0, size),
  }
}
