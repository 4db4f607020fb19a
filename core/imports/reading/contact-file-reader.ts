import type { ColumnTemplate } from '../../templates/template.ts'
import type { Problem } from '../problem.ts'
import { FileRefused } from '../problem.ts'
import type { Reading, ReadOptions } from './chunk.ts'
import type { CsvRecords } from './csv-records.ts'
import { csvRecords } from './csv-records.ts'
import { brokenProblem, decodingProblem } from './encoding-check.ts'
import { dosEnd, endGoesOn, HEAD_BYTES, inspectHead } from './file-head.ts'
import { delimiterProblem } from './header-check.ts'
import type { OnRow } from './row-outlet.ts'
import { rowSink } from './row-sink.ts'
import { textDecoding } from './text-decoding.ts'

/**
 * The whole way of a file, free of threads: bytes are pushed in, readings come out. States:
 *
 *   head     the first 64 KiB are gathered, so that what the file is does not depend on how its bytes arrive
 *   records  bytes become text, which is checked, and text becomes records; the first record may be the header
 *   ended    the last chunk and the summary are out
 *
 * Whatever is the file's fault is thrown as FileRefused; after that the reader is of no more use.
 */
export interface ContactFileReader {
  push(bytes: Buffer): Promise<void>
  end(): Promise<void>
  /** No more bytes come, by the file's own fault: FileRefused, with the rows that were read by then. */
  refuse(problem: Problem): never
}

/** Characters: an end that fills a block is longer than one, and a file of nothing else is none to wait for. */
const LONGEST_END = 4096
/** Bytes parsed in one go: what comes out of one push waits in memory. */
export const SLICE_BYTES = 64 * 1024

export const contactFileReader = (
  template: ColumnTemplate,
  options: ReadOptions,
  onReading: (reading: Reading) => void,
  onRow?: OnRow,
): ContactFileReader => {
  const { encoding, delimiter, quote, skipLines, skipLinesAfterHeader } = template.dialect
  const decoding = textDecoding(encoding)
  let head: Buffer[] | null = []
  let headBytes = 0
  let bytesDecoded = 0
  let lines = 1
  /** The last characters so far, where they are to be left out should no others come behind them. */
  let mayBeEnd = ''
  /** They were more than an end may be, and so may what follows. */
  let tooLong = false

  const bytesRead = () => bytesDecoded - decoding.byteLength(records.unread + mayBeEnd)
  const sink = rowSink(template, options, { onReading, onRow, bytesRead })
  const records: CsvRecords = csvRecords({
    delimiter,
    quote,
    onRecord(cells) {
      const isHeader = sink.record(cells)
      if (isHeader) records.skipLines(skipLinesAfterHeader)
    },
    onUnreadable: (line, why) => sink.unreadable(line, why),
    onSkipped: text => sink.skipped(text),
    isRow: cells => sink.isRow(cells),
  })

  const refuse = (problem: Problem): never => {
    throw new FileRefused(problem, sink.rowsRead)
  }

  const begin = (): void => {
    const first = Buffer.concat(head ?? [])
    head = null
    const found = inspectHead(first.subarray(0, HEAD_BYTES), encoding)
    if ('code' in found) return refuse(found)
    if (found.separator !== null && found.separator !== delimiter)
      refuse(delimiterProblem(delimiter, found.separator))
    sink.begin(found)
    records.skipLines(skipLines)
    bytesDecoded = found.markBytes
    parse(first.subarray(found.markBytes), found.separatorLine.length)
  }

  const write = (more: string): void => {
    if (more === '') return
    const text = mayBeEnd + more
    tooLong &&= endGoesOn(more)
    let end = tooLong ? text.length : dosEnd(text)
    if (text.length - end > LONGEST_END) {
      end = text.length
      tooLong = true
    }
    mayBeEnd = text.slice(end)
    records.write(text.slice(0, end))
  }

  /** `past`: so many characters at the beginning are no part of any record. */
  const parse = (bytes: Buffer, past = 0): void => {
    for (let at = 0; at < bytes.length; at += SLICE_BYTES) {
      const { text, broken } = decoding.take(bytes.subarray(at, at + SLICE_BYTES))
      bytesDecoded += decoding.byteLength(text)
      for (let lf = text.indexOf('\n'); lf >= 0; lf = text.indexOf('\n', lf + 1)) lines++
      write(at === 0 && past > 0 ? text.slice(past) : text)
      if (broken !== null) refuse(brokenProblem(encoding, broken, lines))
    }
  }

  return {
    refuse,
    async push(bytes) {
      if (head === null) return parse(bytes)
      head.push(bytes)
      headBytes += bytes.length
      if (headBytes >= HEAD_BYTES) begin()
    },
    async end() {
      if (head !== null) begin()
      const fault = decoding.end()
      if (fault !== null) refuse(decodingProblem(encoding, fault, lines))
      mayBeEnd = ''
      records.end()
      sink.end()
    },
  }
}
