import { S3Error } from './errors.ts'

const longestLine = 8192
const malformed = () => new S3Error('IncompleteBody', 'The aws-chunked body is cut off or malformed.')

/**
 * Undoes `aws-chunked` as STREAMING-UNSIGNED-PAYLOAD-TRAILER has it:
 * `<hex size>CRLF <bytes> CRLF … 0 CRLF <name>:<value> CRLF … CRLF`. Trailers are put into `trailers`.
 */
export async function* decodeAwsChunked(
  source: AsyncIterable<Buffer>,
  trailers: Map<string, string>,
): AsyncGenerator<Buffer> {
  let state: 'size' | 'bytes' | 'after bytes' | 'trailers' | 'done' = 'size'
  let rest: Buffer = Buffer.alloc(0)
  let left = 0
  for await (const chunk of source) {
    rest = rest.length === 0 ? chunk : Buffer.concat([rest, chunk])
    while (rest.length > 0) {
      if (state === 'bytes') {
        const piece = rest.subarray(0, left)
        rest = rest.subarray(piece.length)
        left -= piece.length
        if (left === 0) state = 'after bytes'
        yield piece
        continue
      }
      const end = rest.indexOf('\r\n')
      if (end < 0 && rest.length <= longestLine) break
      if (end < 0 || state === 'done') throw malformed()
      const line = rest.toString('latin1', 0, end)
      rest = rest.subarray(end + 2)
      if (state === 'size') {
        if (!/^[0-9a-fA-F]{1,12}$/.test(line)) throw malformed()
        left = Number.parseInt(line, 16)
        state = left === 0 ? 'trailers' : 'bytes'
      } else if (state === 'after bytes') {
        if (line !== '') throw malformed()
        state = 'size'
      } else if (line === '') state = 'done'
      else {
        const colon = line.indexOf(':')
        if (colon < 1) throw malformed()
        trailers.set(line.slice(0, colon).trim().toLowerCase(), line.slice(colon + 1).trim())
      }
    }
  }
  if (state !== 'done' || rest.length > 0) throw malformed()
}
