import { SEGMENT_BYTES } from './layout.ts'

const FIRST_BYTES = 65_536

/** Gathers plaintext into segments. It grows with what comes, so that thousands of tiny files cost little. */
export interface SegmentBuffer {
  readonly full: boolean
  /** Copies what still fits from `bytes[from]` on; answers how many bytes that was. */
  fill(bytes: Uint8Array, from: number): number
  /** What was gathered, good until the next `fill`. */
  take(): Buffer
  /** What was gathered and not yet taken. */
  peek(): Buffer
}

export const createSegmentBuffer = (): SegmentBuffer => {
  let buffer = Buffer.alloc(0)
  let filled = 0

  const grow = (needed: number) => {
    const size = Math.min(SEGMENT_BYTES, Math.max(FIRST_BYTES, buffer.length * 4, needed))
    const larger = Buffer.allocUnsafeSlow(size)
    buffer.copy(larger, 0, 0, filled)
    buffer = larger
  }

  return {
    get full() {
      return filled === SEGMENT_BYTES
    },
    fill(bytes, from) {
      const count = Math.min(bytes.length - from, SEGMENT_BYTES - filled)
      if (filled + count > buffer.length) grow(filled + count)
      buffer.set(bytes.subarray(from, from + count), filled)
      filled += count
      return count
    },
    take() {
      const taken = buffer.subarray(0, filled)
      filled = 0
      return taken
    },
    peek: () => buffer.subarray(0, filled),
  }
}
