/** What a multipart body is made of, in order: each part's head, then its bytes in pieces. */
export type PartPiece = PartHead | { bytes: Buffer }

export interface PartHead {
  /** Of the form's field. */
  name: string
  /** None for a field that is no file. */
  fileName: string | null
  mediaType: string
}

/** A body that is no multipart/form-data as RFC 7578 has it, in words for whoever wrote the client. */
export class MultipartFault extends Error {
  override readonly name = 'MultipartFault'
}

const MOST_HEAD_BYTES = 8_192

/** The boundary of a content type; none when it is of another kind, or names none. */
export const boundaryOf = (contentType: string | null): string | undefined => {
  const [, quoted, plain] =
    /^multipart\/form-data\s*;(?:.*;)?\s*boundary=(?:"([^"]{1,70})"|([^\s";]{1,70}))/i.exec(
      contentType ?? '',
    ) ?? []
  return quoted ?? plain
}

/** Takes a body apart as it comes: no more of it is held than a boundary is long. */
export async function* readParts(
  pieces: AsyncIterable<Uint8Array>,
  boundary: string,
): AsyncGenerator<PartPiece, void, undefined> {
  const delimiter = Buffer.from(`\r\n--${boundary}`)
  // The first boundary has no line before it.
  let held = Buffer.from('\r\n')
  let state: 'preamble' | 'after boundary' | 'head' | 'body' | 'end' = 'preamble'
  for await (const piece of pieces) {
    if (state === 'end') continue
    held = Buffer.concat([held, piece])
    for (;;) {
      if (state === 'preamble' || state === 'body') {
        const end = held.indexOf(delimiter)
        // What may be the beginning of a boundary waits for the rest of it.
        const sure = end < 0 ? Math.max(0, held.length - delimiter.length + 1) : end
        if (state === 'body' && sure > 0) yield { bytes: held.subarray(0, sure) }
        held = held.subarray(end < 0 ? sure : end + delimiter.length)
        if (end < 0) break
        state = 'after boundary'
      }
      if (state === 'after boundary') {
        if (held.length < 2) break
        if (held.toString('latin1', 0, 2) === '--') {
          state = 'end'
          break
        }
        const [line] = /^[ \t]*\r\n/.exec(held.toString('latin1', 0, 80)) ?? []
        if (line === undefined && held.length < 80 && /^[ \t]*\r?$/.test(held.toString('latin1'))) break
        if (line === undefined) throw new MultipartFault('After a boundary comes the end of its line.')
        // The line's end stays: a head may be empty.
        held = held.subarray(line.length - 2)
        state = 'head'
      }
      if (state === 'head') {
        const end = held.indexOf('\r\n\r\n')
        if (end < 0 && held.length > MOST_HEAD_BYTES)
          throw new MultipartFault('The head of a part is too long.')
        if (end < 0) break
        yield headOf(held.toString('utf8', 0, end))
        held = held.subarray(end + 4)
        state = 'body'
      }
    }
  }
  if (state !== 'end') throw new MultipartFault('The body breaks off before its last boundary.')
}

function headOf(text: string): PartHead {
  const headers = new Map(
    text
      .split('\r\n')
      .filter(Boolean)
      .map(line => {
        const colon = line.indexOf(':')
        return [line.slice(0, colon).trim().toLowerCase(), line.slice(colon + 1).trim()] as const
      }),
  )
  const disposition = headers.get('content-disposition') ?? ''
  const name = parameter(disposition, 'name')
  if (!/^form-data\s*;/i.test(disposition) || name === null)
    throw new MultipartFault('Each part names its field: Content-Disposition: form-data; name="…".')
  const [mediaType = ''] = (headers.get('content-type') ?? '').split(';')
  return { name, fileName: parameter(disposition, 'filename'), mediaType: mediaType.trim() }
}

/** Browsers write quotes and line ends in names as %22, %0D and %0A; curl writes quotes as \". */
function parameter(disposition: string, name: string): string | null {
  const [, quoted, plain] =
    new RegExp(`;\\s*${name}=(?:"((?:\\\\.|[^"\\\\])*)"|([^\\s;]*))`, 'i').exec(disposition) ?? []
  const value = quoted === undefined ? plain : quoted.replace(/\\(["\\])/g, '$1')
  return value?.replace(/%22/g, '"').replace(/%0D%0A|%0D|%0A/gi, ' ') ?? null
}
