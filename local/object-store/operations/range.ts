import { S3Error } from '../http/errors.ts'

/** From `start` up to, not including, `end`. */
export interface ByteRange {
  readonly start: number
  readonly end: number
}

/** Undefined stands for the whole object: also for what is no range, or several, as S3 has it. */
export const parseRange = (header: string | undefined, size: number): ByteRange | undefined => {
  const [, first, last] = /^\s*bytes\s*=\s*(\d{0,15})\s*-\s*(\d{0,15})\s*$/.exec(header ?? '') ?? []
  if (first === undefined || last === undefined || (first === '' && last === '')) return undefined
  const from = first === '' ? Math.max(0, size - Number(last)) : Number(first)
  const to = first === '' || last === '' ? size - 1 : Math.min(Number(last), size - 1)
  if (first !== '' && last !== '' && Number(last) < Number(first)) return undefined
  if (from >= size || (first === '' && Number(last) === 0))
    throw new S3Error('InvalidRange', 'The range lies outside of the object.', {
      'content-range': `bytes */${size}`,
    })
  return { start: from, end: to + 1 }
}
