/** Bytes that come in pieces, kept in one place: pieces kept as they came would be held twice for a moment. */
export interface GrowingBuffer {
  readonly size: number
  add(bytes: Uint8Array): void
  whole(): Buffer
}

const LEAST = 65_536

/** `expected` bytes are reserved at once; memory that nothing is written to costs nothing. */
export function growingBuffer(expected: number): GrowingBuffer {
  let held = Buffer.allocUnsafeSlow(Math.max(LEAST, expected))
  let size = 0
  return {
    get size() {
      return size
    },
    add(bytes) {
      if (size + bytes.length > held.length) {
        const larger = Buffer.allocUnsafeSlow(Math.max(held.length * 2, size + bytes.length))
        held.copy(larger, 0, 0, size)
        held = larger
      }
      held.set(bytes, size)
      size += bytes.length
    },
    whole: () => held.subarray(0, size),
  }
}
