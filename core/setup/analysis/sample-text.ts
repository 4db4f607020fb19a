import { isUtf8 } from 'node:buffer'
import type { Problem } from '../../imports/problem.ts'
import { fileProblem } from '../../imports/problem.ts'
import { wideEncoding } from '../../imports/reading/file-head.ts'
import { strangerProblem } from '../../imports/reading/strangers.ts'
import type { Encoding } from '../../templates/template.ts'
import { problem } from './sample-problem.ts'
import { garbledPiece, looksWestern } from './single-byte-text.ts'

export interface SampleText {
  /** Without the byte order mark. */
  text: string
  encoding: Encoding
  problems: Problem[]
}

/** The sample as text, or why it is none: its bytes belong to something else, or to an encoding nobody can tell. */
export const sampleText = (bytes: Buffer): SampleText | Problem => {
  if (bytes.length === 0) return empty('The file is empty: 0 bytes.')
  const head = bytes.subarray(0, HEAD)
  const mark = bytes.subarray(0, 3).equals(Buffer.from('efbbbf', 'hex')) ? 3 : 0
  const stranger = strangerProblem(head.subarray(mark))
  if (stranger !== null) return stranger
  const decoded = decode(bytes.subarray(mark))
  if ('code' in decoded) return decoded
  if (decoded.text.trim() === '') return empty('The file has no text in it, only blanks.')
  if (isBinary(decoded.text)) return binary()
  // A web page may come as UTF-16 as well.
  return strangerProblem(Buffer.from(decoded.text.slice(0, HEAD))) ?? decoded
}

const HEAD = 64 * 1024

const empty = (message: string): Problem =>
  fileProblem('EMPTY', `${message} Check the export, and send a sample with a few rows.`)

const binary = (): Problem =>
  fileProblem('NOT_CSV', 'The file is binary data, not a CSV. Export the records as CSV, and send that.', {
    details: { found: 'binary data' },
  })

const decode = (bytes: Buffer): SampleText | Problem => {
  const wide = wideEncoding(bytes)
  if (wide !== null) {
    const label = wide === 'UTF_16LE' ? 'utf-16le' : 'utf-16be'
    const text = new TextDecoder(label).decode(bytes.subarray(0, bytes.length - (bytes.length % 2)))
    return { text, encoding: wide, problems: garbled(text) }
  }
  const whole = isUtf8(bytes) ? bytes : withoutCutCharacter(bytes)
  if (whole !== null) {
    const text = whole.toString('utf8')
    return { text, encoding: 'UTF_8', problems: garbled(text) }
  }
  return decodeSingleBytes(bytes)
}

/** A sample cut out of a longer file may end within a character. */
const withoutCutCharacter = (bytes: Buffer): Buffer | null => {
  for (let cut = 1; cut <= 3 && cut < bytes.length; cut++) {
    const whole = bytes.subarray(0, bytes.length - cut)
    if (isUtf8(whole)) return whole
  }
  return null
}

const decodeSingleBytes = (bytes: Buffer): SampleText | Problem => {
  if (isBinary(bytes.subarray(0, HEAD).toString('latin1'))) return binary()
  const text = new TextDecoder('windows-1252').decode(bytes)
  const [line, shown] = firstAccented(text)
  if (/Ã[\u0080-¿]/.test(text) || !looksWestern(text))
    return problem(
      'UNKNOWN_ENCODING',
      'SENDER',
      `Nobody can tell how the letters beyond A to Z of this file are written: it is no UTF-8, and read as Windows-1252 its line ${line} says "${shown}". Export or save it as UTF-8, and send that.`,
      { details: { line, text: shown } },
    )
  return {
    text,
    encoding: 'WINDOWS_1252',
    problems: [
      problem(
        'GUESSED_ENCODING',
        'STAFF',
        `The file is no UTF-8 and seems to be Windows-1252: line ${line} then says "${shown}". Look whether that is right, or have it exported as UTF-8.`,
        { details: { line, text: shown } },
      ),
    ],
  }
}

/** The first line with a letter beyond ASCII, from 1, and some of it. */
const firstAccented = (text: string): [line: number, shown: string] => {
  const at = Math.max(0, text.search(/\P{ASCII}/u))
  const start = Math.max(text.lastIndexOf('\n', at - 1), text.lastIndexOf('\r', at - 1), at - 40) + 1
  const line = (text.slice(0, at).match(/\r\n|\n|\r/g)?.length ?? 0) + 1
  return [
    line,
    text
      .slice(start, start + 80)
      .replace(/[\r\n].*$/s, '')
      .trim(),
  ]
}

const garbled = (text: string): Problem[] => {
  const piece = garbledPiece(text)
  if (piece === null) return []
  return [
    problem(
      'GARBLED_TEXT',
      'SENDER',
      `Letters were lost or garbled before the file came to us: it says "${piece}". Some step on the way took one encoding for another; export again as UTF-8, from the source.`,
      { details: { text: piece } },
    ),
  ]
}

/** Control characters that no text has, beyond a stray one. */
const isBinary = (text: string): boolean => {
  const sample = text.slice(0, HEAD)
  // oxlint-disable-next-line no-control-regex
  const bad = sample.match(/[\u0000-\u0008\u000e-\u001a\u001c-\u001f]/g)?.length ?? 0
  return bad > Math.max(2, sample.length * 0.005)
}
