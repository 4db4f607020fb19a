import type { ColumnTemplate } from '../../templates/template.ts'
import type { Problem } from '../problem.ts'
import { FileRefused, fileProblem } from '../problem.ts'
import type { Reading, ReadOptions } from './chunk.ts'
import type { CsvRecords } from './csv-records.ts'
import { csvRecords } from './csv-records.ts'
import type { FileHead } from './file-head.ts'
import { HEAD_BYTES, inspectHead, looksLike } from './file-head.ts'
import { delimiterProblem } from './header-check.ts'
import type { OnRow } from './row-sink.ts'
import { rowSink } from './row-sink.ts'
import { utf8Check } from './utf8-check.ts'

/**
 * The whole way of a file, free of threads: bytes are pushed in, readings come out. States:
 *
 *   head     the first 64 KiB are gathered, so that what the file is does not depend on how its bytes arrive
 *   records  bytes go through the check for UTF-8 into the parser; the first record is the header
 *   ended    the last chunk and the summary are out
 *
 * Whatever is the file's fault is thrown as FileRefused; after that the reader is of no more use.
 */
export interface ContactFileReader {
  push(bytes: Buffer): Promise<void>
  end(): Promise<void>
}

/** Bytes parsed in one go: what comes out of one push waits in memory. */
export const SLICE_BYTES = 64 * 1024

export const contactFileReader = (
  template: ColumnTemplate,
  options: ReadOptions,
  onReading: (reading: Reading) => void,
  onRow?: OnRow,
): ContactFileReader => {
  const utf8 = utf8Check()
  let head: Buffer[] | null = []
  let headBytes = 0
  let bytesBefore = 0
  let lines = 1
  let records: CsvRecords | null = null

  const sink = rowSink(template, options, onReading, () => bytesBefore + (records?.bytesRead ?? 0), onRow)

  const refuse = (problem: Problem): never => {
    throw new FileRefused(problem, sink.rowsRead)
  }

  const begin = async (): Promise<void> => {
    const first = Buffer.concat(head ?? [])
    head = null
    const found: FileHead | Problem = inspectHead(first.subarray(0, HEAD_BYTES))
    if ('code' in found) return refuse(found)
    const { delimiter, quote } = template.dialect
    if (found.separator !== null && found.separator !== delimiter)
      refuse(delimiterProblem(delimiter, found.separator))
    sink.begin(found, first.subarray(found.skip, HEAD_BYTES))
    bytesBefore = found.skip
    lines += found.separator === null ? 0 : 1
    records = csvRecords({
      delimiter,
      quote,
      lineEnd: found.lineEnd === '\r' ? 'CR' : 'LF',
      onRecord: cells => sink.record(cells),
      onUnreadable: (line, why) => sink.unreadable(line, why),
      onHopeless: () =>
        refuse(
          fileProblem(
            'UNREADABLE',
            `The quotes in this file cannot be read: too many lines have a stray or unclosed ${quote}. Inside a quoted cell, a quote is written twice.`,
          ),
        ),
    })
    await parse(first.subarray(found.skip))
  }

  const parse = async (bytes: Buffer): Promise<void> => {
    for (let at = 0; at < bytes.length; at += SLICE_BYTES) {
      const { sound, broken } = utf8.take(bytes.subarray(at, at + SLICE_BYTES))
      for (let lf = sound.indexOf(10); lf >= 0; lf = sound.indexOf(10, lf + 1)) lines++
      await records?.write(sound)
      if (broken !== null) notUtf8(broken)
    }
  }

  const notUtf8 = (broken: Buffer) => {
    const end = broken.indexOf(10)
    const rest = broken.subarray(0, Math.min(80, end < 0 ? 80 : end))
    const found = looksLike(rest)
    const text = found === 'Windows-1252' ? new TextDecoder('windows-1252').decode(rest).trim() : ''
    refuse(
      fileProblem(
        'ENCODING_MISMATCH',
        `The file should be UTF-8; line ${lines} is not, and looks like ${found}${text === '' ? '' : ` (from "${text}" on)`}. Export or save it as UTF-8, and send it again.`,
        { details: { expected: 'UTF-8', found, line: lines, text } },
      ),
    )
  }

  return {
    async push(bytes) {
      if (head === null) return parse(bytes)
      head.push(bytes)
      headBytes += bytes.length
      if (headBytes >= HEAD_BYTES) await begin()
    },
    async end() {
      if (head !== null) await begin()
      const unfinished = utf8.end()
      if (unfinished !== null) notUtf8(unfinished)
      await records?.end()
      sink.end()
    },
  }
}
