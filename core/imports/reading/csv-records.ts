import type { CsvError, Options } from 'csv-parse'
import { Parser } from 'csv-parse'

/**
 * Bytes to records by csv-parse, strict about quotes. A quote that does not fit would stop the parser, or swallow
 * whatever follows up to the next quote: so the bytes since the last good record are kept, the line after it is
 * handed out as unreadable, and a new parser starts behind that line. How often, and how much is read twice, is bounded.
 */
export interface CsvRecords {
  /** Resolves when all records in these bytes have been handed out. */
  write(bytes: Buffer): Promise<void>
  end(): Promise<void>
  /** Bytes up to the end of the last record or line handed out. */
  readonly bytesRead: number
}

export interface CsvRecordsOptions {
  delimiter: string
  quote: string
  /** Lines end with LF, after CR or not; or, in the oldest files, with CR alone. */
  lineEnd: 'LF' | 'CR'
  onRecord(cells: string[]): void
  onUnreadable(line: string, why: 'BAD_QUOTE' | 'TOO_LONG'): void
  /** The file has more unreadable lines than make sense. */
  onHopeless(): never
}

export const LONGEST_RECORD = 1024 * 1024
/** Each costs a fraction of a millisecond: a file that needs more is not written as agreed. */
const MOST_RESTARTS = 10_000
const MOST_BYTES_AGAIN = 256 * 1024 * 1024

export const csvRecords = (options: CsvRecordsOptions): CsvRecords => {
  /** Bytes from `keptFrom` on: at least all since the end of the last good record. */
  let kept: Buffer[] = []
  let keptFrom = 0
  let goodUntil = 0
  let restarts = 0
  let bytesAgain = 0
  /** Behind a line longer than a record may be: bytes are dropped up to its end. */
  let skipping = false
  let parser = start(0)

  function start(from: number): Parser {
    const settings: Options = {
      delimiter: options.delimiter,
      quote: options.quote,
      escape: options.quote,
      record_delimiter: options.lineEnd === 'LF' ? ['\r\n', '\n'] : ['\r'],
      relax_column_count: true,
      skip_empty_lines: true,
      max_record_size: LONGEST_RECORD,
      on_record: (cells: string[]) => {
        goodUntil = from + made.info.bytes
        options.onRecord(cells)
        return null
      },
    }
    const made: Parser = new Parser(settings)
    made.on('error', () => {})
    made.resume()
    return made
  }

  const run = (step: (done: (error?: Error | null) => void) => void) =>
    new Promise<CsvError | null>((resolve, reject) => {
      step(error => {
        if (error === null || error === undefined) resolve(null)
        else if (isCsvError(error)) resolve(error)
        else reject(error)
      })
    })

  const forget = () => {
    while (kept[0] !== undefined && keptFrom + kept[0].length <= goodUntil) {
      keptFrom += kept[0].length
      kept.shift()
    }
  }

  /** Hands out the line at fault and answers the bytes behind it; null when its end has not come yet. */
  const cut = (error: CsvError | null, atEnd: boolean): Buffer | null => {
    const all = kept.length === 1 && kept[0] !== undefined ? kept[0] : Buffer.concat(kept)
    let from = goodUntil - keptFrom
    for (let end = lineEndAt(all, from); end !== null && end.at === from; end = lineEndAt(all, from))
      from = end.next
    const end = lineEndAt(all, from) ?? (atEnd ? { at: all.length, next: all.length } : null)
    if (end === null) {
      if (all.length - from > LONGEST_RECORD) beginSkipping(all.subarray(from, from + LONGEST_RECORD), all)
      return null
    }
    const line = all.subarray(from, end.at)
    options.onUnreadable(
      line.toString(),
      error?.code === 'CSV_MAX_RECORD_SIZE' && line.length >= LONGEST_RECORD ? 'TOO_LONG' : 'BAD_QUOTE',
    )
    goodUntil = keptFrom + end.next
    const rest = all.subarray(end.next)
    kept = []
    keptFrom = goodUntil
    restarts++
    if (error?.code === 'CSV_MAX_RECORD_SIZE' || error?.code === 'CSV_QUOTE_NOT_CLOSED')
      bytesAgain += LONGEST_RECORD
    if (restarts > MOST_RESTARTS || bytesAgain > MOST_BYTES_AGAIN) options.onHopeless()
    return rest
  }

  const beginSkipping = (beginning: Buffer, all: Buffer) => {
    options.onUnreadable(beginning.toString(), 'TOO_LONG')
    skipping = true
    goodUntil = keptFrom + all.length
    keptFrom = goodUntil
    kept = []
  }

  const mark = options.lineEnd === 'LF' ? 10 : 13

  const lineEndAt = (bytes: Buffer, from: number) => {
    const at = bytes.indexOf(mark, from)
    if (at < 0) return null
    return { at: mark === 10 && at > from && bytes[at - 1] === 13 ? at - 1 : at, next: at + 1 }
  }

  let failed: CsvError | null = null

  const feed = async (bytes: Buffer): Promise<void> => {
    let next: Buffer | null = bytes
    while (next !== null && next.length > 0) {
      if (skipping) {
        const end = lineEndAt(next, 0)
        goodUntil += end === null ? next.length : end.next
        keptFrom = goodUntil
        if (end === null) return
        skipping = false
        failed = null
        next = next.subarray(end.next)
        parser = start(keptFrom)
        continue
      }
      const piece: Buffer = next
      kept.push(piece)
      failed ??= await run(done => parser.write(piece, done))
      if (failed === null) {
        forget()
        return
      }
      next = cut(failed, false)
      if (next === null && !skipping) return
      if (next !== null) {
        failed = null
        parser = start(keptFrom)
      }
    }
  }

  return {
    get bytesRead() {
      return goodUntil
    },
    write: feed,
    async end() {
      for (;;) {
        if (skipping) return
        failed ??= await run(done => parser.end(done))
        if (failed === null) return
        const rest = cut(failed, true)
        failed = null
        parser = start(keptFrom)
        if (rest !== null) await feed(rest)
      }
    },
  }
}

const isCsvError = (error: Error): error is CsvError =>
  'code' in error && typeof error.code === 'string' && /^(CSV_|INVALID_OPENING_QUOTE)/.test(error.code)
