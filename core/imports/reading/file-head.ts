import { isUtf8 } from 'node:buffer'
import type { Encoding } from '../../templates/template.ts'
import type { Problem } from '../problem.ts'
import { fileProblem } from '../problem.ts'
import { strangerProblem } from './strangers.ts'
import { encodingNames, textDecoding } from './text-decoding.ts'

/** What is told from a file's first bytes, before a cell is read. */
export interface FileHead {
  byteOrderMark: boolean
  /** Bytes of the mark. */
  markBytes: number
  /** The beginning as text, without the mark and a `sep=` line. */
  text: string
  /** The delimiter that a `sep=` line names, and the line itself. */
  separator: string | null
  separatorLine: string
  lineEnd: '\r\n' | '\n' | '\r'
}

export const HEAD_BYTES = 64 * 1024

/** By this character DOS ends a text file, and programs as old as that still do. */
const DOS_END = '\u001a'

/**
 * Where the text ends, for DOS: at the first of these characters that nothing but others and line ends come behind.
 * Some programs fill a block with them, or write a line end once more.
 */
export const dosEnd = (text: string): number => {
  let end = text.length
  for (let at = text.length - 1; at >= 0 && isOfEnd(text[at]); at--) if (text[at] === DOS_END) end = at
  return end
}

/** Whether no text comes behind an end that the text before this may be. */
export const endGoesOn = (more: string): boolean => {
  for (const character of more) if (!isOfEnd(character)) return false
  return true
}

const isOfEnd = (character: string | undefined) =>
  character === DOS_END || character === '\r' || character === '\n'

const marks: readonly [Encoding, Buffer][] = [
  ['UTF_8', Buffer.from('efbbbf', 'hex')],
  ['UTF_16LE', Buffer.from('fffe', 'hex')],
  ['UTF_16BE', Buffer.from('feff', 'hex')],
]

const markOf = (head: Buffer) => marks.find(([, mark]) => head.subarray(0, mark.length).equals(mark))

/** UTF-16 shows by its mark, or by the zeros that every other byte of western text is. */
export const wideEncoding = (head: Buffer): 'UTF_16LE' | 'UTF_16BE' | null => {
  const marked = markOf(head)?.[0]
  if (marked === 'UTF_16LE' || marked === 'UTF_16BE') return marked
  const sample = head.subarray(0, 1024)
  const nuls = [0, 0]
  for (const [index, byte] of sample.entries()) if (byte === 0) nuls[index % 2] = (nuls[index % 2] ?? 0) + 1
  const [even = 0, odd = 0] = nuls
  const most = sample.length / 2
  if (sample.length < 4) return null
  if (odd > most * 0.4 && even < most * 0.1) return 'UTF_16LE'
  if (even > most * 0.4 && odd < most * 0.1) return 'UTF_16BE'
  return null
}

/** By what is certain: a mark, the zeros of UTF-16, bytes that are none of UTF-8. Null where the agreed one may be right. */
const otherEncoding = (head: Buffer, agreed: Encoding): string | null => {
  const certain = markOf(head)?.[0] ?? wideEncoding(head)
  if (certain !== null) return certain === agreed ? null : encodingNames[certain]
  // Other scripts have few zeros in UTF-16, but a line end always has one.
  if ((agreed !== 'UTF_16LE' && agreed !== 'UTF_16BE') || head.includes(0)) return null
  const whole = head.subarray(0, Math.max(head.length - 3, head.lastIndexOf(10)))
  return isUtf8(whole) ? encodingNames.UTF_8 : looksLike(head)
}

export const blankProblem = (): Problem =>
  fileProblem('EMPTY', 'The file has no text in it, only blanks. Check the export, and send it again.')

const lineEndOf = (text: string): FileHead['lineEnd'] => {
  const lf = text.indexOf('\n')
  if (lf < 0) return text.includes('\r') ? '\r' : '\n'
  return lf > 0 && text[lf - 1] === '\r' ? '\r\n' : '\n'
}

/** What can be told, or why the file is none that can be read. `head` is its first 64 KiB, or all of it. */
export const inspectHead = (head: Buffer, agreed: Encoding): FileHead | Problem => {
  if (head.length === 0)
    return fileProblem('EMPTY', 'The file is empty: 0 bytes. Check the export, and send the file again.')
  const stranger = strangerProblem(head)
  if (stranger !== null) return stranger
  const found = otherEncoding(head, agreed)
  if (found !== null) return encodingProblem(agreed, found)
  const markBytes = markOf(head)?.[1].length ?? 0
  const whole = textDecoding(agreed).take(head.subarray(markBytes)).text
  // A web page may come as UTF-16 as well.
  const wideStranger = strangerProblem(Buffer.from(whole.slice(0, HEAD_BYTES)))
  if (wideStranger !== null) return wideStranger
  const sep = /^sep=(.)(?:\r\n?|\n)/i.exec(whole.slice(0, 16))
  const text = whole.slice(sep?.[0].length ?? 0, dosEnd(whole))
  if (text.trim() === '' && head.length < HEAD_BYTES) return blankProblem()
  return {
    byteOrderMark: markBytes > 0,
    markBytes,
    text,
    separator: sep?.[1] ?? null,
    separatorLine: sep?.[0] ?? '',
    lineEnd: lineEndOf(text),
  }
}

/** The whole file is written otherwise than agreed. */
export const encodingProblem = (agreed: Encoding, found: string): Problem =>
  fileProblem(
    'ENCODING_MISMATCH',
    `The file should be ${encodingNames[agreed]} and is ${found}. Export or save it as ${encodingNames[agreed]}, or have the template revised, and send it again.`,
    { details: { expected: encodingNames[agreed], found, line: 1 } },
  )

/** What bytes look like that are no UTF-8. */
export const looksLike = (line: Buffer): string => {
  if (line.includes(0)) return 'binary data'
  return [0x81, 0x8d, 0x8f, 0x90, 0x9d].some(byte => line.includes(byte))
    ? 'another encoding'
    : encodingNames.WINDOWS_1252
}
