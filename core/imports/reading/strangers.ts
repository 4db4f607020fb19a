import type { Problem } from '../problem.ts'
import { fileProblem } from '../problem.ts'

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
    advice: 'Name it .zip, so that it is unpacked, or send the CSV in it as it is.',
    is: head => starts(head, '504b0304') || starts(head, '504b0506'),
  },
  {
    what: 'a gzip file',
    advice: 'Pack the CSV once at most, under a name that ends in .gz, and send it again.',
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
