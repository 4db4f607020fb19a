/** How a sample's records are told apart: what is needed of a dialect to split them. */
export interface Splitting {
  delimiter: string
  quote: string
}

/** The records of a text, blank lines left out. Cells are split when they are asked for. */
export interface SampleRecords {
  readonly count: number
  cells(index: number): string[]
  /** The record as it stands in the file. */
  text(index: number): string
  /** How many lines of the text stand before the record, blank ones counted. */
  linesBefore(index: number): number
  /** Records whose quotes do not fit: closed too early, or never. */
  readonly strayQuotes: number
}

/** Of a record that has no end only the beginning is looked at. */
const LONGEST_RECORD = 1024 * 1024
/** A quote that is not closed within so many characters is none. */
const LONGEST_QUOTED = 64 * 1024

/**
 * Reads as people do rather than as a parser must: a quote opens a cell only at the cell's beginning, what follows a
 * closing quote still belongs to the cell, and a quote that is never closed costs its own line alone.
 */
export const sampleRecords = (text: string, { delimiter, quote }: Splitting): SampleRecords => {
  const mark = text.includes('\n') ? '\n' : '\r'
  const starts: number[] = []
  /** Negative for a record that holds a quote. */
  const ends: number[] = []
  let strayQuotes = 0
  let nextQuote = -2
  let nextDelimiter = -2

  const lineEnd = (from: number) => {
    const at = text.indexOf(mark, from)
    return at < 0 ? text.length : at
  }

  /** The end of the record that begins at `start`, whose first line holds a quote. */
  const quotedEnd = (start: number, end: number): number => {
    let at = start
    let stop = end
    for (;;) {
      if (text[at] === quote) {
        const close = closing(at)
        if (close < 0) {
          strayQuotes++
          return stop
        }
        at = close + 1
        if (at > stop) stop = lineEnd(at)
        const next = text[at]
        if (next !== delimiter && next !== undefined && next !== mark && next !== '\r') strayQuotes++
      }
      const next = delimiterFrom(at)
      if (next < 0 || next >= stop) return stop
      at = next + 1
    }
  }

  /** Where none is left it is not searched for again: each line would be a search to the end of the text. */
  const delimiterFrom = (at: number): number => {
    if (nextDelimiter !== -1 && nextDelimiter < at) nextDelimiter = text.indexOf(delimiter, at)
    return nextDelimiter
  }

  const closing = (open: number): number => {
    let at = open + 1
    for (;;) {
      at = text.indexOf(quote, at)
      if (at < 0 || at - open > LONGEST_QUOTED) return -1
      if (text[at + 1] !== quote) return at
      at += 2
    }
  }

  for (let at = 0; at < text.length; ) {
    let end = lineEnd(at)
    if (nextQuote !== -1 && nextQuote < at) nextQuote = text.indexOf(quote, at)
    const quoted = nextQuote >= 0 && nextQuote < end
    if (quoted) end = quotedEnd(at, end)
    const stop = end > at && text[end - 1] === '\r' ? end - 1 : end
    if (stop - at > 200 || text.slice(at, stop).trim() !== '') {
      starts.push(at)
      ends.push(quoted ? -stop : stop)
    }
    at = end + 1
  }

  const slice = (index: number) => {
    const start = starts[index] ?? 0
    return text.slice(start, Math.min(Math.abs(ends[index] ?? 0), start + LONGEST_RECORD))
  }

  const quotedCells = (record: string): string[] => {
    const cells: string[] = []
    for (let at = 0; ; ) {
      let cell = ''
      if (record[at] === quote) {
        let close = at + 1
        for (; close < record.length; close++) {
          if (record[close] !== quote) continue
          if (record[close + 1] === quote) close++
          else break
        }
        if (close < record.length) {
          cell = record.slice(at + 1, close).replaceAll(quote + quote, quote)
          at = close + 1
        }
      }
      const next = record.indexOf(delimiter, at)
      cells.push(cell + record.slice(at, next < 0 ? record.length : next))
      if (next < 0) return cells
      at = next + 1
    }
  }

  return {
    count: starts.length,
    strayQuotes,
    text: slice,
    cells(index) {
      const record = slice(index)
      return (ends[index] ?? 0) < 0 ? quotedCells(record) : record.split(delimiter)
    },
    linesBefore(index) {
      let lines = 0
      const until = starts[index] ?? text.length
      for (let at = text.indexOf(mark); at >= 0 && at < until; at = text.indexOf(mark, at + 1)) lines++
      return lines
    },
  }
}
