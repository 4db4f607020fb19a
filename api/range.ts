/** The part of a body that is asked for: from `start` to `end` (exclusive). */
export interface ByteRange {
  start: number
  end: number
}

/**
 * One range of RFC 9110 §14. None when the whole is to be answered: no range, several, or one that is not understood,
 * which a server ignores. `unsatisfiable` when nothing of it lies within the body.
 */
export function readRange(header: string | null, size: number): ByteRange | 'unsatisfiable' | undefined {
  const [, first, last] = /^bytes=\s*(\d{0,15})-(\d{0,15})\s*$/i.exec(header ?? '') ?? []
  if (first === undefined || last === undefined || (first === '' && last === '')) return undefined
  if (first === '') {
    const count = Math.min(Number(last), size)
    return count === 0 ? 'unsatisfiable' : { start: size - count, end: size }
  }
  const start = Number(first)
  if (last !== '' && Number(last) < start) return undefined
  if (start >= size) return 'unsatisfiable'
  return { start, end: last === '' ? size : Math.min(Number(last) + 1, size) }
}

/** Whether If-Range lets a range stand: its tag is the body's own, strong one. A date never proves enough. */
export const ifRangeHolds = (header: string | null, etag: string): boolean =>
  header === null || header.trim() === etag
