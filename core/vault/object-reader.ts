import type { Bucket } from './bucket.ts'
import {
  lastSegment,
  OVERHEAD_BYTES,
  SEGMENT_BYTES,
  sealedSize,
  segmentLength,
  segmentOffset,
} from './layout.ts'
import type { ObjectKeys } from './object-keys.ts'
import { openSegment } from './segment-cipher.ts'
import { VaultDamage } from './vault-damage.ts'

export interface ReadableObject {
  storageKey: string
  keys: ObjectKeys
  /** Of the plaintext, from the row: a body of any other length is damaged. */
  size: number
}

/** Segments asked for at once, and as many again ahead of the reader: at most 8 MiB in memory. */
const MOST_AT_ONCE = 4

interface Asked {
  first: number
  until: number
  bytes: Promise<Buffer>
}

/** The sealed bytes of segments `first` to `end` (exclusive), all there, or VaultDamage. */
const fetchSegments = async (
  bucket: Bucket,
  { storageKey, keys, size }: ReadableObject,
  first: number,
  end: number,
  signal: AbortSignal,
): Promise<Buffer> => {
  const from = segmentOffset(first)
  const until = Math.min(segmentOffset(end), sealedSize(size))
  const answer = await bucket.get(storageKey, from, until, signal)
  if (answer === undefined) throw new VaultDamage(keys.objectId, 'MISSING', 'the bucket does not have it')
  if (answer.total !== sealedSize(size) || answer.bytes.length !== until - from) {
    const what = `${answer.total} bytes in the bucket instead of ${sealedSize(size)}`
    throw new VaultDamage(keys.objectId, 'WRONG_LENGTH', what)
  }
  return answer.bytes
}

/**
 * The plaintext from `start` to `end` (exclusive), segment by segment as they are asked for. Each is authenticated
 * before any of its bytes is handed out. Reads only the segments that the range touches; one that reaches the end
 * reads the last segment as well when nothing of it is wanted, since it is what says that the end is the end.
 */
export const readSegments = async function* (
  bucket: Bucket,
  object: ReadableObject,
  start: number,
  end: number,
): AsyncGenerator<Buffer, void, undefined> {
  const { keys, size } = object
  if (start < 0 || end < start || end > size)
    throw new RangeError(`No range ${start}–${end} in ${size} bytes`)
  const gone = new AbortController()
  const last = lastSegment(size)
  const beyond = end === size ? last + 1 : Math.floor(Math.max(start, end - 1) / SEGMENT_BYTES) + 1

  const ask = (first: number, count: number): Asked => {
    const until = Math.min(first + count, beyond)
    const bytes = fetchSegments(bucket, object, first, until, gone.signal)
    bytes.catch(() => undefined)
    return { first, until, bytes }
  }

  try {
    let next: Asked | undefined = ask(Math.floor(start / SEGMENT_BYTES), 1)
    for (let count = 2; next !== undefined; count = Math.min(count * 2, MOST_AT_ONCE)) {
      const { first, until, bytes }: Asked = next
      const sealed = await bytes
      next = until < beyond ? ask(until, count) : undefined
      for (let index = first, at = 0; index < until; index++) {
        const length = segmentLength(index, size) + OVERHEAD_BYTES
        const plain = openSegment(keys, index, index === last, sealed.subarray(at, at + length))
        at += length
        const base = index * SEGMENT_BYTES
        const wanted = plain.subarray(Math.max(0, start - base), end - base)
        if (wanted.length > 0) yield wanted
      }
    }
  } finally {
    gone.abort()
  }
}
