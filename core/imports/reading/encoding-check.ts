import type { Encoding } from '../../templates/template.ts'
import type { Problem } from '../problem.ts'
import { fileProblem } from '../problem.ts'
import { encodingProblem, HEAD_BYTES, looksLike } from './file-head.ts'
import type { DecodingFault } from './text-decoding.ts'
import { encodingNames, textDecoding } from './text-decoding.ts'
import { fromWindows1252 } from './windows-1252.ts'

const SHOWN_BYTES = 80

const lineOf = (bytes: Buffer): Buffer => {
  const end = bytes.indexOf(10)
  return bytes.subarray(0, Math.min(SHOWN_BYTES, end < 0 ? SHOWN_BYTES : end))
}

/** Bytes that are not of the encoding agreed: both are named, and the line where it shows. */
export const brokenProblem = (agreed: Encoding, broken: Buffer, line: number): Problem => {
  const rest = lineOf(broken)
  const found = looksLike(rest)
  const text = found === encodingNames.WINDOWS_1252 ? fromWindows1252(rest).trim() : ''
  const expected = encodingNames[agreed]
  return fileProblem(
    'ENCODING_MISMATCH',
    `The file should be ${expected}; line ${line} is not, and looks like ${found}${text === '' ? '' : ` (from "${text}" on)`}. Export or save it as ${expected}, and send it again.`,
    { details: { expected, found, line, text } },
  )
}

/** What showed only when all of the file had been read. `line` is its last. */
export const decodingProblem = (agreed: Encoding, fault: DecodingFault, line: number): Problem => {
  if (fault.kind === 'UTF-8') return utf8Problem(agreed, fault)
  if (agreed === 'UTF_8') return brokenProblem(agreed, fault.rest, line)
  return {
    ...encodingProblem(agreed, 'cut in the middle of a character'),
    message: `The file should be ${encodingNames[agreed]}, two bytes or four for each character, and ends in the middle of one: bytes were lost on the way. Export it again, and send it as it is.`,
  }
}

const utf8Problem = (
  agreed: Encoding,
  { first, linesBefore, loose }: DecodingFault & { kind: 'UTF-8' },
): Problem => {
  const bytes = lineOf(first)
  const text = bytes
    .toString()
    .replace(/\ufffd+$/, '')
    .trim()
  const misread = fromWindows1252(bytes).trim()
  const line = linesBefore + 1
  const broken = loose === 0 ? '' : `, but for ${loose === 1 ? '1 broken byte' : `${loose} broken bytes`}`
  return fileProblem(
    'ENCODING_MISMATCH',
    `The file should be ${encodingNames[agreed]} and is ${encodingNames.UTF_8}${broken}: line ${line} says "${text}", which would be read as "${misread}". Export or save it as ${encodingNames[agreed]}, or have the template revised, and send it again.`,
    { details: { expected: encodingNames[agreed], found: encodingNames.UTF_8, line, text } },
  )
}

/**
 * Why the bytes of a file's head are not of this encoding, as the reader would say it; null where they may be. UTF-16
 * is told from all else by `inspectHead`.
 */
export const headDecodingProblem = (head: Buffer, agreed: Encoding): Problem | null => {
  if (agreed !== 'UTF_8' && agreed !== 'WINDOWS_1252') return null
  const decoding = textDecoding(agreed)
  // No character of UTF-8 goes past an ASCII byte, so none is cut there.
  const end = head.length < HEAD_BYTES ? head.length : head.findLastIndex(byte => byte < 0x80) + 1
  const { text, broken } = decoding.take(head.subarray(0, end))
  const line = text.split('\n').length
  if (broken !== null) return brokenProblem(agreed, broken, line)
  const fault = decoding.end()
  return fault === null ? null : decodingProblem(agreed, fault, line)
}
