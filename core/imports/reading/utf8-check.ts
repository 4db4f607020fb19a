import { isUtf8 } from 'node:buffer'

/** Checks that a stream is UTF-8, wherever its chunks are cut. */
export interface Utf8Check {
  /**
   * Answers the bytes that are whole characters by now (a character cut in two waits for its rest), and whether what
   * comes behind them is no UTF-8.
   */
  take(bytes: Buffer): { sound: Buffer; broken: Buffer | null }
  /** The bytes of a character that never came to its end, or null. */
  end(): Buffer | null
}

export const sequenceLength = (lead: number) => (lead >= 0xf0 ? 4 : lead >= 0xe0 ? 3 : lead >= 0xc0 ? 2 : 1)

/** How many bytes at the end belong to a character that is not complete. */
export const unfinished = (bytes: Buffer): number => {
  for (let back = 1; back <= Math.min(3, bytes.length); back++) {
    const byte = bytes[bytes.length - back] ?? 0
    if (byte >= 0xc0) return sequenceLength(byte) > back ? back : 0
    if (byte < 0x80) return 0
  }
  return 0
}

/**
 * Where the first character stands that is no UTF-8, found by halves: a beginning with a fault stays faulty when it
 * grows.
 */
const firstBroken = (bytes: Buffer): number => {
  const wholeUntil = (length: number) => length - unfinished(bytes.subarray(0, length))
  let sound = 0
  let broken = bytes.length
  while (broken - sound > 1) {
    const middle = (sound + broken) >> 1
    if (isUtf8(bytes.subarray(0, wholeUntil(middle)))) sound = middle
    else broken = middle
  }
  return wholeUntil(sound)
}

export const utf8Check = (): Utf8Check => {
  let carried: Buffer = Buffer.alloc(0)
  return {
    take(bytes) {
      const all = carried.length === 0 ? bytes : Buffer.concat([carried, bytes])
      const end = all.length - unfinished(all)
      const whole = all.subarray(0, end)
      carried = Buffer.from(all.subarray(end))
      if (isUtf8(whole)) return { sound: whole, broken: null }
      const at = firstBroken(whole)
      return { sound: whole.subarray(0, at), broken: all.subarray(at) }
    },
    end: () => (carried.length === 0 ? null : carried),
  }
}
