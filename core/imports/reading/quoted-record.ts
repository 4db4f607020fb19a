import type { FirstAfter } from './first-after.ts'
import { firstAfter } from './first-after.ts'

export interface QuotedRecord {
  cells: string[]
  /** Where its line end stands, or the text ends. */
  end: number
}

/** The text ends before the record does. */
export const UNFINISHED = 'unfinished'
/** A quote stands inside a cell without being written twice, or is closed before the cell ends. */
export const QUOTES_DO_NOT_FIT = 'quotes do not fit'

interface Writing {
  delimiter: string
  quote: string
  /** No more text will come. */
  ended?: boolean
  next?: { lf: FirstAfter; cr: FirstAfter; quote: FirstAfter; delimiter: FirstAfter }
}

const isLineEnd = (character: string | undefined) => character === '\n' || character === '\r'

/** Reads one record whose cells may be quoted, and may then hold delimiters, line ends and quotes written twice. */
export const quotedRecord = (
  text: string,
  from: number,
  { delimiter, quote, ended = false, next = finders(delimiter, quote) }: Writing,
): QuotedRecord | typeof UNFINISHED | typeof QUOTES_DO_NOT_FIT => {
  const cells: string[] = []
  for (let at = from; ; at++) {
    if (text[at] === quote) {
      const end = closingQuote(text, at, quote, next.quote)
      if (end === null || (end === text.length - 1 && !ended)) return UNFINISHED
      const inside = text.slice(at + 1, end)
      cells.push(inside.includes(quote) ? inside.replaceAll(quote + quote, quote) : inside)
      at = end + 1
    } else {
      const delimited = next.delimiter(text, at)
      const lineEnd = Math.min(next.lf(text, at), next.cr(text, at))
      const stop = Math.min(delimited, lineEnd, text.length)
      if (next.quote(text, at) < stop) return QUOTES_DO_NOT_FIT
      if (stop === text.length && !ended) return UNFINISHED
      cells.push(text.slice(at, stop))
      at = stop
    }
    // A CR at the end of the text may be half of a line end.
    if (at === text.length - 1 && text[at] === '\r' && !ended) return UNFINISHED
    if (at === text.length || isLineEnd(text[at])) return { cells, end: at }
    if (text[at] !== delimiter) return QUOTES_DO_NOT_FIT
  }
}

/** Null when there is none yet. */
const closingQuote = (text: string, opening: number, quote: string, next: FirstAfter): number | null => {
  for (let at = opening + 1; ; ) {
    const found = next(text, at)
    if (found === Number.POSITIVE_INFINITY) return null
    if (text[found + 1] !== quote) return found
    at = found + 2
  }
}

const finders = (delimiter: string, quote: string) => ({
  lf: firstAfter('\n'),
  cr: firstAfter('\r'),
  quote: firstAfter(quote),
  delimiter: firstAfter(delimiter),
})
