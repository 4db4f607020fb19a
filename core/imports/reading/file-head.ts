import type { Problem } from '../problem.ts'
import { fileProblem } from '../problem.ts'

/** What is told from a file's first bytes, before a cell is read. */
export interface FileHead {
  byteOrderMark: boolean
  /** Bytes before the header: the mark, and a `sep=` line. */
  skip: number
  /** The delimiter that a `sep=` line names. */
  separator: string | null
  lineEnd: '\r\n' | '\n' | '\r'
}

export const HEAD_BYTES = 64 * 1024

const starts = (head: Buffer, hex: string) => head.subarray(0, hex.length / 2).equals(Buffer.from(hex, 'hex'))

/** Kinds of files that come instead of a CSV, and what to do about each. */
const strangers: { what: string; advice: string; is: (head: Buffer, text: string) => boolean }[] = [
  {
    what: 'an Excel workbook (.xlsx)',
    advice: 'Save it as "CSV UTF-8" and send that.',
    is: (head, text) => starts(head, '504b0304') && /xl\/|\[Content_Types\]/.test(text),
  },
  {
    what: 'an Excel workbook (.xls)',
    advice: 'Save it as "CSV UTF-8" and send that.',
    is: head => starts(head, 'd0cf11e0a1b11ae1'),
  },
  {
    what: 'a ZIP archive',
    advice: 'Send the CSV in it without packing it; archives are not supported yet.',
    is: head => starts(head, '504b0304') || starts(head, '504b0506'),
  },
  {
    what: 'a gzip file',
    advice: 'Send the CSV in it without packing it; packed files are not supported yet.',
    is: head => starts(head, '1f8b'),
  },
  {
    what: 'a packed archive',
    advice: 'Send the CSV in it without packing it.',
    is: head =>
      ['377abcaf271c', '526172211a07', '425a68', 'fd377a585a00', '28b52ffd'].some(hex => starts(head, hex)),
  },
  { what: 'a PDF', advice: 'Export the records as CSV.', is: (_, text) => text.startsWith('%PDF-') },
  {
    what: 'a web page (HTML)',
    advice: 'Often that is an error or login page saved under the name of the export: run the export again.',
    is: (_, text) => /^\s*<(!doctype\s+html|html|head|body|table)\b/i.test(text),
  },
  {
    what: 'a JSON file',
    advice: 'Export the records as CSV.',
    is: (_, text) => /^\s*(?:\{\s*"|\[\s*[{[])/.test(text),
  },
  { what: 'an XML file', advice: 'Export the records as CSV.', is: (_, text) => /^\s*<\?xml\b/.test(text) },
  {
    what: 'an encrypted file (PGP)',
    advice: 'Send it unencrypted: the way here and the storage are encrypted.',
    is: (_, text) => text.startsWith('-----BEGIN PGP'),
  },
  {
    what: 'a recording',
    advice: 'Recordings are sent under their own names, not as CSV.',
    is: (head, text) => /^(RIFF....WAVE|OggS|ID3|fLaC)/s.test(text) || starts(head, 'fffb'),
  },
]

/** What the file is by its first bytes, where that is no CSV. */
export const strangerProblem = (head: Buffer): Problem | null => {
  const text = head.subarray(0, 4096).toString('latin1')
  const stranger = strangers.find(kind => kind.is(head, text))
  return stranger === undefined
    ? null
    : fileProblem('NOT_CSV', `The file is ${stranger.what}, not a CSV. ${stranger.advice}`, {
        details: { found: stranger.what },
      })
}

const wideNames = { UTF_16LE: 'UTF-16 (little endian)', UTF_16BE: 'UTF-16 (big endian)' } as const

/** UTF-16 shows by its mark, or by the zeros that every other byte of western text is. */
export const wideEncoding = (head: Buffer): keyof typeof wideNames | null => {
  if (starts(head, 'fffe')) return 'UTF_16LE'
  if (starts(head, 'feff')) return 'UTF_16BE'
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

export const blankProblem = (): Problem =>
  fileProblem('EMPTY', 'The file has no text in it, only blanks. Check the export, and send it again.')

/** What can be told, or why the file is none that can be read. `head` is its first 64 KiB, or all of it. */
export const inspectHead = (head: Buffer): FileHead | Problem => {
  if (head.length === 0)
    return fileProblem('EMPTY', 'The file is empty: 0 bytes. Check the export, and send the file again.')
  const stranger = strangerProblem(head)
  if (stranger !== null) return stranger
  const wide = wideEncoding(head)
  if (wide !== null)
    return fileProblem(
      'ENCODING_MISMATCH',
      `The file should be UTF-8 and is ${wideNames[wide]}. Export or save it as UTF-8, and send it again.`,
      { details: { expected: 'UTF-8', found: wideNames[wide], line: 1 } },
    )
  const byteOrderMark = starts(head, 'efbbbf')
  const mark = byteOrderMark ? 3 : 0
  const sep = /^sep=(.)\r?\n/i.exec(head.subarray(mark, mark + 16).toString('latin1'))
  const skip = mark + (sep?.[0].length ?? 0)
  const body = head.subarray(skip)
  if (body.toString('latin1').trim() === '' && head.length < HEAD_BYTES) return blankProblem()
  const lf = body.indexOf(10)
  const lineEnd = lf > 0 && body[lf - 1] === 13 ? '\r\n' : lf < 0 && body.includes(13) ? '\r' : '\n'
  return { byteOrderMark, skip, separator: sep?.[1] ?? null, lineEnd }
}

/** What bytes look like that are no UTF-8. */
export const looksLike = (line: Buffer): string => {
  if (line.includes(0)) return 'binary data'
  return [0x81, 0x8d, 0x8f, 0x90, 0x9d].some(byte => line.includes(byte))
    ? 'another encoding'
    : 'Windows-1252'
}
