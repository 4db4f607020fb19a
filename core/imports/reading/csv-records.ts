import { firstAfter } from './first-after.ts'
import type { QuotedRecord } from './quoted-record.ts'
import { QUOTES_DO_NOT_FIT, quotedRecord, UNFINISHED } from './quoted-record.ts'

/**
 * Text to records. Quotes are strict, and a line ends with LF, CR, or both, whatever the lines before it end with.
 * A quote that does not fit costs the line that its record begins with; the line after it is read afresh. Most lines
 * hold no quote at all and are split in one go.
 *
 * Time is linear, however many quotes stay open: whether a line begins within quotes changes with each quote before
 * it. So a line that opens a quote is searched to the next line with an odd number of quotes, and no line in between
 * opens one. What could be searched on and on is cut off at the length of a record.
 */
export interface CsvRecords {
  /** Hands out the records that end in the text so far. */
  write(text: string): void
  end(): void
  /** The next so many lines are no records, whatever is in them. To be called from `onRecord` as well. */
  skipLines(count: number): void
  /** What was written and not handed out. */
  readonly unread: string
}

export interface CsvRecordsOptions {
  delimiter: string
  quote: string
  onRecord(cells: string[]): void
  onUnreadable(line: string, why: 'BAD_QUOTE' | 'TOO_LONG'): void
  /** Lines of `skipLines`, with their ends. */
  onSkipped?(lines: string): void
  /**
   * Whether these cells are a row as it should be. Where such a row begins at a line within a record, the record is no
   * record: a quote was not closed, and the next one that seems to close it belongs to another row.
   */
  isRow?: IsRow
}

type IsRow = (cells: readonly string[]) => boolean

/** Characters; bytes as well, once they are counted. */
export const LONGEST_RECORD = 1024 * 1024
/** A record that has no end yet is looked at again when there is twice as much of it, if it is as long as this. */
const LONG_RECORD = 64 * 1024

export const csvRecords = (options: CsvRecordsOptions): CsvRecords => {
  const { delimiter, quote } = options
  let text = ''
  /** Where the next record begins. */
  let at = 0
  let ended = false
  let linesToSkip = 0
  /** Behind the beginning of a line longer than a record may be. */
  let inLongLine = false
  let lookAgainFrom = 0

  const next = {
    lf: firstAfter('\n'),
    cr: firstAfter('\r'),
    quote: firstAfter(quote),
    delimiter: firstAfter(delimiter),
  }
  /** Where the line ends, or infinity; CR and LF of one line end may come in two pieces. */
  const lineEnd = (from: number) => {
    const end = Math.min(next.lf(text, from), next.cr(text, from))
    return end === text.length - 1 && text[end] === '\r' && !ended ? Number.POSITIVE_INFINITY : end
  }
  const behind = (end: number) => (text[end] === '\r' && text[end + 1] === '\n' ? end + 2 : end + 1)

  /** The end of the first line, or of the file. */
  const ownEnd = (end: number) => (end === Number.POSITIVE_INFINITY ? text.length : end)

  const handOut = (cells: string[], end: number): void => {
    const length = end - at
    const line = text.slice(at, end)
    at = Math.min(behind(end), text.length)
    if (length > LONGEST_RECORD || (length * 3 > LONGEST_RECORD && Buffer.byteLength(line) > LONGEST_RECORD))
      options.onUnreadable(line.slice(0, LONGEST_RECORD), 'TOO_LONG')
    else if (!isBlank(cells)) options.onRecord(cells)
  }

  /** The line at which the record begins is given up. False when its end has not come yet. */
  const giveUpLine = (): boolean => {
    const end = lineEnd(at)
    if (end === Number.POSITIVE_INFINITY && !ended) return beginLongLine()
    const line = text.slice(at, ownEnd(end))
    at = Math.min(behind(ownEnd(end)), text.length)
    options.onUnreadable(
      line.slice(0, LONGEST_RECORD),
      line.length > LONGEST_RECORD ? 'TOO_LONG' : 'BAD_QUOTE',
    )
    return true
  }

  const beginLongLine = (): boolean => {
    if (text.length - at <= LONGEST_RECORD) return false
    const beginning = text.slice(at, at + LONGEST_RECORD)
    inLongLine = true
    options.onUnreadable(beginning, 'TOO_LONG')
    return true
  }

  /** Whether a row begins at a line within the record. Null when more text will tell. */
  const holdsRow = (record: QuotedRecord, isRow: IsRow): boolean | null => {
    for (let start = behind(lineEnd(at)); start <= record.end; start = behind(lineEnd(start))) {
      const inner = quotedRecord(text, start, { delimiter, quote, ended, next })
      if (inner === UNFINISHED && !ended && text.length - start <= LONGEST_RECORD) return null
      if (typeof inner !== 'string' && isRow(inner.cells)) return true
      if (lineEnd(start) === Number.POSITIVE_INFINITY) return false
    }
    return false
  }

  /** True when it got on, false when more text is needed. */
  const readQuoted = (): boolean => {
    const found = quotedRecord(text, at, { delimiter, quote, ended, next })
    if (found === QUOTES_DO_NOT_FIT) return giveUpLine()
    const length = (found === UNFINISHED ? text.length : found.end) - at
    if (found === UNFINISHED) return ended || length > LONGEST_RECORD ? giveUpLine() : false
    const severalLines = found.end > lineEnd(at)
    if (severalLines && length > LONGEST_RECORD) return giveUpLine()
    const holds = severalLines && options.isRow !== undefined && holdsRow(found, options.isRow)
    if (holds === null) return false
    if (holds) return giveUpLine()
    handOut(found.cells, found.end)
    return true
  }

  const readRecord = (): boolean => {
    const end = lineEnd(at)
    if (next.quote(text, at) < end) return readQuoted()
    if (end === Number.POSITIVE_INFINITY && !ended) return beginLongLine()
    const stop = ownEnd(end)
    if (stop === at) at = behind(stop)
    else handOut(text.slice(at, stop).split(delimiter), stop)
    return true
  }

  /** Drops a line, or what there is of it. */
  const dropLine = (): boolean => {
    const end = lineEnd(at)
    const whole = end !== Number.POSITIVE_INFINITY
    // A CR at the end waits for its LF.
    const stop = whole ? behind(end) : text.length - (text.endsWith('\r') && !ended ? 1 : 0)
    const line = text.slice(at, stop)
    at = stop
    if (inLongLine) inLongLine = !whole
    else {
      if (whole) linesToSkip--
      options.onSkipped?.(line)
    }
    return whole
  }

  const read = (): void => {
    if (!ended && text.length - at < lookAgainFrom) return
    while (at < text.length && (inLongLine || linesToSkip > 0 ? dropLine() : readRecord()));
    const left = text.length - at
    lookAgainFrom = left > LONG_RECORD ? Math.min(left * 2, LONGEST_RECORD + 1) : 0
  }

  return {
    get unread() {
      return text.slice(at)
    },
    skipLines(count) {
      linesToSkip = count
    },
    write(more) {
      text = at < text.length ? text.slice(at) + more : more
      at = 0
      for (const forget of Object.values(next)) forget.forget()
      read()
    },
    end() {
      ended = true
      for (const forget of Object.values(next)) forget.forget()
      read()
    },
  }
}

/** A line of blanks, or of nothing but delimiters as spreadsheets write it, is no row. */
const isBlank = (cells: readonly string[]): boolean =>
  cells[0]?.trim() === '' && cells.every(cell => cell.trim() === '')
