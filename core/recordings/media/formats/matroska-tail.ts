import type { ByteSource } from '../byte-source.ts'
import { BLOCK_BYTES } from '../byte-source.ts'
import { CLUSTER, elementIn, number } from './ebml.ts'

/** A cluster holds some seconds: the last one begins so many blocks before the end, or is not looked for further. */
const TAIL_BLOCKS = 40

const TIMESTAMP = 0xe7
const BLOCK_GROUP = 0xa0
const BLOCK = 0xa1
const SIMPLE_BLOCK = 0xa3

/** When the last block of sound or picture begins, in seconds. Undefined when it is not found near the end. */
export async function lastClusterSeconds(source: ByteSource): Promise<number | undefined> {
  const scale = timeScale(await source.read(0, BLOCK_BYTES))
  const least = Math.max(0, source.size - TAIL_BLOCKS * BLOCK_BYTES)
  const end = source.size
  for (let until = end; until > least; ) {
    const start = Math.floor((until - 1) / BLOCK_BYTES) * BLOCK_BYTES
    // A mark that a border cuts is seen with the block before it.
    const bytes = bufferOf(await source.read(start, until + 3))
    const at = bytes.lastIndexOf(Buffer.from([0x1f, 0x43, 0xb6, 0x75]))
    if (at >= 0) {
      const latest = latestTime(bufferOf(await source.read(start + at, end)))
      if (latest !== undefined) return (latest * scale) / 1e9
    }
    until = start
  }
  return undefined
}

/** Nanoseconds that a unit of time lasts. */
function timeScale(head: Uint8Array): number {
  const bytes = bufferOf(head)
  const at = bytes.indexOf(Buffer.from([0x2a, 0xd7, 0xb1]))
  const length = at < 0 ? 0 : (bytes[at + 3] ?? 0) & 0x7f
  if (length < 1 || length > 6 || at + 4 + length > bytes.length) return 1_000_000
  return bytes.readUIntBE(at + 4, length) || 1_000_000
}

/** The latest time in a cluster, whose end may be missing. */
function latestTime(bytes: Buffer): number | undefined {
  const cluster = elementIn(bytes, 0)
  if (cluster?.id !== CLUSTER) return undefined
  let [begin, latest]: (number | undefined)[] = []
  for (let at: number | undefined = cluster.start; at !== undefined; ) {
    const element = elementIn(bytes, at)
    if (!element) break
    const { id, start, end } = element
    if (id === TIMESTAMP && end !== undefined && end - start <= 6 && end - start > 0 && end <= bytes.length) {
      begin = bytes.readUIntBE(start, end - start)
      latest ??= begin
    } else if ((id === SIMPLE_BLOCK || id === BLOCK) && begin !== undefined) {
      const track = number(bytes, start, 8, false)
      if (track && track.next + 2 <= bytes.length)
        latest = Math.max(latest ?? 0, begin + bytes.readInt16BE(track.next))
    }
    at = id === BLOCK_GROUP ? start : end
  }
  return latest
}

const bufferOf = (bytes: Uint8Array) => Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length)
