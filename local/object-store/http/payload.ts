import { createHash } from 'node:crypto'
import type { IncomingHttpHeaders, IncomingMessage } from 'node:http'
import { decodeAwsChunked } from './aws-chunked.ts'
import type { Checksum, ChecksumAlgorithm } from './checksums.ts'
import { checksumAlgorithms, startChecksum } from './checksums.ts'
import { S3Error } from './errors.ts'

/** What the bytes turned out to be, known once they all went by. */
interface Digests {
  readonly md5: string
  readonly size: number
  readonly checksum: Checksum | undefined
}

/** A request's body: read once, and held against every digest that the request declares before its end is reached. */
export interface Payload {
  readonly length: number
  readonly chunks: AsyncIterable<Buffer>
  digests(): Digests
}

const largest = 5 * 1024 ** 3
const trailered = 'STREAMING-UNSIGNED-PAYLOAD-TRAILER'

const declaredLength = (headers: IncomingHttpHeaders, chunked: boolean): number => {
  const text = headers[chunked ? 'x-amz-decoded-content-length' : 'content-length']
  if (text === undefined)
    throw new S3Error('MissingContentLength', 'The length of the body must be declared.')
  if (!/^\d{1,15}$/.test(String(text)))
    throw new S3Error('InvalidArgument', 'The declared length is no number.')
  if (Number(text) > largest) throw new S3Error('EntityTooLarge', 'One request carries at most 5 GiB.')
  return Number(text)
}

const declaredAlgorithm = (headers: IncomingHttpHeaders): ChecksumAlgorithm | undefined => {
  const trailer = headers['x-amz-trailer']
  const names = [
    ...Object.keys(headers),
    ...(typeof trailer === 'string' ? trailer.toLowerCase().split(',') : []),
  ]
    .map(name => /^\s*x-amz-checksum-(?!type|mode|algorithm)(\w+)\s*$/.exec(name)?.[1])
    .filter(name => name !== undefined)
  if (names.length > 1) throw new S3Error('InvalidRequest', 'Expecting a single x-amz-checksum- header.')
  const [name] = names
  const algorithm = checksumAlgorithms.find(known => known === name)
  if (name !== undefined && algorithm === undefined)
    throw new S3Error('NotImplemented', `This object store does not know the checksum ${name}.`)
  return algorithm
}

const declaredMd5 = (headers: IncomingHttpHeaders): string | undefined => {
  const text = headers['content-md5']
  if (text === undefined) return undefined
  const bytes = Buffer.from(String(text), 'base64')
  if (bytes.length !== 16) throw new S3Error('InvalidDigest', 'The Content-MD5 is not valid.')
  return bytes.toString('hex')
}

// The request is left alone when reading stops early, since it still carries the answer.
export const openPayload = (request: IncomingMessage, hash: string, beforeReading: () => void): Payload => {
  const { headers } = request
  const chunked = hash === trailered
  if (hash.startsWith('STREAMING-') && !chunked)
    throw new S3Error('NotImplemented', `This object store does not know ${hash}.`)
  if (!chunked && hash !== 'UNSIGNED-PAYLOAD' && !/^[0-9a-f]{64}$/.test(hash))
    throw new S3Error(
      'InvalidArgument',
      'x-amz-content-sha256 must be a hash in hex, UNSIGNED-PAYLOAD or a streaming form.',
    )
  const length = declaredLength(headers, chunked)
  const algorithm = declaredAlgorithm(headers)
  const expectedMd5 = declaredMd5(headers)
  const trailers = new Map<string, string>()
  let digests: Digests | undefined

  async function* chunks(): AsyncGenerator<Buffer> {
    beforeReading()
    const md5 = createHash('md5')
    const sha256 = /^[0-9a-f]{64}$/.test(hash) ? createHash('sha256') : undefined
    const checksum = algorithm && startChecksum(algorithm)
    const raw: AsyncIterable<Buffer> = request.iterator({ destroyOnReturn: false })
    let size = 0
    for await (const chunk of chunked ? decodeAwsChunked(raw, trailers) : raw) {
      size += chunk.length
      if (size > length) throw new S3Error('InvalidRequest', 'The body is longer than declared.')
      md5.update(chunk)
      sha256?.update(chunk)
      checksum?.update(chunk)
      yield chunk
    }
    if (size < length)
      throw new S3Error('IncompleteBody', `The body has ${size} bytes, ${length} were declared.`)
    if (sha256 && sha256.digest('hex') !== hash)
      throw new S3Error('XAmzContentSHA256Mismatch', 'The body does not have the SHA-256 that was signed.')
    const found = {
      md5: md5.digest('hex'),
      size,
      checksum: algorithm && { algorithm, value: checksum?.value() ?? '' },
    }
    if (expectedMd5 !== undefined && expectedMd5 !== found.md5)
      throw new S3Error('BadDigest', 'The Content-MD5 did not match what was received.')
    const name = `x-amz-checksum-${algorithm}`
    if (found.checksum && found.checksum.value !== (headers[name] ?? trailers.get(name)))
      throw new S3Error('BadDigest', `The ${algorithm} did not match what was received.`)
    digests = found
  }

  return {
    length,
    chunks: chunks(),
    digests: () => {
      if (digests === undefined) throw new Error('the body has not been read to its end')
      return digests
    },
  }
}

/** A small body as text, such as the list of parts (10,000 of them are about 2 MB). */
export const readText = async (payload: Payload, most: number): Promise<string> => {
  if (payload.length > most) throw new S3Error('EntityTooLarge', `This body may have at most ${most} bytes.`)
  const pieces: Buffer[] = []
  for await (const chunk of payload.chunks) pieces.push(chunk)
  return Buffer.concat(pieces).toString('utf8')
}
