import { createHash } from 'node:crypto'
import type { Bucket } from './bucket.ts'
import { OVERHEAD_BYTES, PART_SEGMENTS, SEGMENT_BYTES, sealedSize } from './layout.ts'
import type { ObjectKeys } from './object-keys.ts'
import type { PartBuffer, PartBuffers } from './part-buffers.ts'
import type { PartLedger, PartPump, StoredPart } from './part-pump.ts'
import { createPartPump } from './part-pump.ts'
import { createSegmentBuffer } from './segment-buffer.ts'
import { sealSegment } from './segment-cipher.ts'

/**
 * Writes one object from its first byte to its last: `write` … `write`, `finish`, `complete`; or `stop` at any
 * moment. Between `finish` and `complete` everything is known and nothing can be read yet: the moment to put on
 * record that this upload, and no other, is about to complete the object.
 */
export interface ObjectWriter {
  /** Plaintext bytes taken. */
  readonly size: number
  /** One call at a time; the bytes are copied. Slow while the store is slow. Rejects once a part has failed. */
  write(bytes: Uint8Array): Promise<void>
  /** Whether these bytes were written at `offset`; undefined when they are sealed already and nobody can say. */
  holds(offset: number, bytes: Uint8Array): boolean | undefined
  /** No more bytes. Resolves when all parts are durable; an object smaller than a part is still in memory. */
  finish(): Promise<FinishedObject>
  /** The object stands in the bucket, whole. May be called again when it failed. */
  complete(): Promise<void>
  /**
   * Ends it as it is: waits for what is under way, gives the memory back. Writes fail with `reason` from then on.
   * Never rejects.
   */
  stop(reason?: unknown): Promise<void>
}

export interface FinishedObject {
  size: number
  /** Of the plaintext. */
  sha256: Buffer
  /** Undefined for a small object, which `complete` puts as one. */
  multipartId: string | undefined
  parts: readonly StoredPart[]
}

export interface WriterOptions {
  bucket: Bucket
  buffers: PartBuffers
  keys: ObjectKeys
  storageKey: string
  ledger: PartLedger
  /** Parts of this object under way at once. */
  window: number
}

/** Plaintext bytes of the parts that follow each other from segment 0 on; the short last segment does not count. */
export const durableSize = (parts: readonly StoredPart[]): number => {
  let segments = 0
  for (const part of parts) {
    if (part.firstSegment !== segments) break
    segments += part.segments
  }
  return segments * SEGMENT_BYTES
}

export const openObjectWriter = (options: WriterOptions): ObjectWriter => {
  const { bucket, buffers, keys, storageKey } = options
  const pump: PartPump = createPartPump({ ...options, name: storageKey })
  const stopped = new AbortController()
  const hash = createHash('sha256')
  const segment = createSegmentBuffer()
  let segments = 0
  let size = 0
  let part: { buffer: PartBuffer; firstSegment: number; end: number } | undefined
  let small: Buffer | undefined
  let finished: FinishedObject | undefined
  let current: Promise<void> = Promise.resolve()

  const sealFull = async () => {
    part ??= { buffer: await buffers.take(stopped.signal), firstSegment: segments, end: 0 }
    stopped.signal.throwIfAborted()
    part.end = sealSegment(keys, segments++, false, segment.take(), part.buffer.bytes, part.end)
    if (segments - part.firstSegment < PART_SEGMENTS) return
    const { buffer, firstSegment, end } = part
    part = undefined
    const body = buffer.bytes.subarray(0, end)
    await pump.send({ firstSegment, segments: PART_SEGMENTS, body, release: () => buffer.release() })
  }

  /** Into the part that is being filled, if any: there is always room for it. */
  const sealLast = async () => {
    const rest = segment.take()
    const into = part?.buffer.bytes ?? Buffer.allocUnsafeSlow(rest.length + OVERHEAD_BYTES)
    const body = into.subarray(0, sealSegment(keys, segments, true, rest, into, part?.end ?? 0))
    const firstSegment = part?.firstSegment ?? segments
    if (pump.multipartId === undefined && firstSegment === 0) {
      small = body
      return
    }
    const buffer = part?.buffer
    part = undefined
    await pump.send({
      firstSegment,
      segments: segments + 1 - firstSegment,
      body,
      release: () => buffer?.release(),
    })
  }

  const forget = () => {
    part?.buffer.release()
    part = undefined
    small = undefined
  }

  /** What runs now, so that `stop` can wait for it. */
  const running = <T>(step: () => Promise<T>): Promise<T> => {
    stopped.signal.throwIfAborted()
    const result = step()
    current = result.then(
      () => undefined,
      () => undefined,
    )
    return result
  }

  return {
    get size() {
      return size
    },

    write: bytes =>
      running(async () => {
        hash.update(bytes)
        size += bytes.length
        for (let from = 0; from < bytes.length; ) {
          from += segment.fill(bytes, from)
          if (segment.full) await sealFull()
        }
      }),

    holds(offset, bytes) {
      const held = segment.peek()
      const at = offset - (size - held.length)
      return at < 0 ? undefined : held.subarray(at, at + bytes.length).equals(bytes)
    },

    finish: () =>
      running(async () => {
        await sealLast()
        await pump.drain()
        finished = { size, sha256: hash.digest(), multipartId: pump.multipartId, parts: pump.parts }
        return finished
      }),

    complete: () =>
      running(async () => {
        if (finished === undefined) throw new Error('complete() comes after finish()')
        if (small !== undefined) await bucket.put(storageKey, small)
        else if (finished.multipartId !== undefined) {
          await bucket.completeParts(storageKey, finished.multipartId, finished.parts, sealedSize(size))
        }
        forget()
      }),

    async stop(reason = new Error('The upload was stopped')) {
      stopped.abort(reason)
      await current
      forget()
      await pump.settle()
    },
  }
}
