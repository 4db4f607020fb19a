import { BLOCK_BYTES, type ByteSource, viewOf } from '../byte-source.ts'

/** A frame takes some kilobytes: the last one begins this near the end, or is not looked for further. */
const TAIL_BYTES = 4 * BLOCK_BYTES

/**
 * How many samples there are, by the header of the last frame. Undefined when none is found near the end. Headers are
 * told from sound by their sum.
 */
export async function lastFlacSample(source: ByteSource): Promise<number | undefined> {
  // Of a stream whose blocks are all as long, behind `fLaC` and the header of the first part.
  const blockSize = viewOf(await source.read(8, 10)).getUint16(0)
  const tail = await source.read(Math.max(0, source.size - TAIL_BYTES), source.size)
  for (let at = tail.lastIndexOf(0xff); at >= 0; at = at > 0 ? tail.lastIndexOf(0xff, at - 1) : -1) {
    const end = frameEnd(tail.subarray(at, at + 16), blockSize)
    if (end !== undefined) return end
  }
  return undefined
}

/** The sample behind a frame, if a frame's header stands here. */
function frameEnd(bytes: Uint8Array, blockSize: number): number | undefined {
  const [, second = 0, third = 0, fourth = 0] = bytes
  if ((second & 0xfe) !== 0xf8 || (fourth & 1) !== 0) return undefined
  const counted = codedNumber(bytes, 4)
  if (!counted) return undefined
  const [sizeCode, rateCode] = [third >> 4, third & 15]
  const sizeBytes = sizeCode === 6 ? 1 : sizeCode === 7 ? 2 : 0
  const rateBytes = rateCode === 12 ? 1 : rateCode === 13 || rateCode === 14 ? 2 : 0
  const sum = counted.next + sizeBytes + rateBytes
  if (sum >= bytes.length || sumOf(bytes.subarray(0, sum)) !== bytes[sum]) return undefined
  const own = bytes.subarray(counted.next, counted.next + sizeBytes)
  const samples = samplesOf(sizeCode, own)
  const first = second & 1 ? counted.value : counted.value * blockSize
  return samples === undefined ? undefined : first + samples
}

function samplesOf(code: number, own: Uint8Array): number | undefined {
  if (code === 0) return undefined
  if (code === 1) return 192
  if (code < 6) return 576 << (code - 2)
  if (code < 8) return own.reduce((value, byte) => value * 256 + byte, 0) + 1
  return 256 << (code - 8)
}

/** Written as UTF-8 writes a character, in up to seven bytes. */
function codedNumber(bytes: Uint8Array, at: number): { value: number; next: number } | undefined {
  const first = bytes[at] ?? 0xff
  const ones = Math.clz32(~(first << 24))
  if (ones === 0) return { value: first, next: at + 1 }
  if (ones === 1 || ones > 7 || at + ones > bytes.length) return undefined
  let value = first & (0x7f >> ones)
  for (let index = at + 1; index < at + ones; index++) value = value * 64 + ((bytes[index] ?? 0) & 0x3f)
  return { value, next: at + ones }
}

/** CRC-8 with the polynomial x⁸ + x² + x + 1. */
function sumOf(bytes: Uint8Array): number {
  let sum = 0
  for (const byte of bytes) {
    sum ^= byte
    for (let bit = 0; bit < 8; bit++) sum = sum & 0x80 ? ((sum << 1) ^ 0x07) & 0xff : (sum << 1) & 0xff
  }
  return sum
}
