import { setTimeout as wait } from 'node:timers/promises'
import type { OperationName } from './routes.ts'

/**
 * What goes wrong with one request. `before` and `after` say whether the work is done all the same: an answer lost
 * after the work is what a client must survive. An error with status 200 is how S3 fails a completion late.
 */
export type Fault =
  | { readonly kind: 'delay'; readonly ms: number }
  | {
      readonly kind: 'error'
      readonly status: number
      readonly code: string
      readonly when?: 'before' | 'after'
    }
  | { readonly kind: 'drop'; readonly when: 'before' | 'after' }
  | { readonly kind: 'slow body'; readonly bytesPerSecond: number }

interface FaultyCall {
  readonly operation: OperationName
  /** From 1, counted for each operation. */
  readonly nth: number
  readonly bucket: string
  readonly key: string
  readonly partNumber: number | undefined
}

/**
 * Asked once for each authenticated request. A DeleteObjects that is given none is asked for again, with each of its
 * keys: an error then fails that key alone.
 */
export type Faults = (call: FaultyCall) => Fault | undefined

export const slowed = async function* (
  chunks: AsyncIterable<Buffer>,
  bytesPerSecond: number,
): AsyncGenerator<Buffer> {
  const step = Math.max(1, Math.floor(bytesPerSecond / 20))
  for await (const chunk of chunks)
    for (let at = 0; at < chunk.length; at += step) {
      const piece = chunk.subarray(at, at + step)
      await wait((piece.length / bytesPerSecond) * 1000)
      yield piece
    }
}

export const countCalls = (): ((operation: OperationName) => number) => {
  const counts = new Map<OperationName, number>()
  return operation => {
    const nth = (counts.get(operation) ?? 0) + 1
    counts.set(operation, nth)
    return nth
  }
}
