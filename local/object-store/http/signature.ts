import { createHash, createHmac, timingSafeEqual } from 'node:crypto'
import type { IncomingMessage } from 'node:http'
import type { Address } from './address.ts'
import { S3Error } from './errors.ts'

export interface Credentials {
  readonly accessKeyId: string
  readonly secretAccessKey: string
}

const longestSkew = 15 * 60 * 1000
const form =
  /^AWS4-HMAC-SHA256\s+Credential=([^/,\s]+)\/(\d{8})\/([^/,\s]+)\/s3\/aws4_request\s*,\s*SignedHeaders=([a-z0-9;-]+)\s*,\s*Signature=([0-9a-f]{64})$/

const hmac = (key: string | Buffer, text: string): Buffer => createHmac('sha256', key).update(text).digest()

const encode = (text: string): string =>
  encodeURIComponent(text).replaceAll(/[!'()*]/g, c => `%${c.charCodeAt(0).toString(16).toUpperCase()}`)

const canonicalPath = ({ bucket, key }: Address, sent: string): string => {
  const path = key === undefined ? '' : key.split('/').map(encode).join('/')
  if (bucket === undefined) return '/'
  return key === undefined && !sent.split('?', 1)[0]?.endsWith('/')
    ? `/${encode(bucket)}`
    : `/${encode(bucket)}/${path}`
}

const canonicalQuery = (query: ReadonlyMap<string, string>): string =>
  [...query]
    .map(([name, value]) => [encode(name), encode(value)] as const)
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(pair => pair.join('='))
    .join('&')

const timeOf = (stamp: string): number =>
  Date.parse(stamp.replace(/^(\d{4})(\d\d)(\d\d)T(\d\d)(\d\d)(\d\d)Z$/, '$1-$2-$3T$4:$5:$6Z'))

/** Checks the request's signature (version 4, in the header); answers the payload hash that was signed with it. */
export const verifySignature = (
  request: IncomingMessage,
  address: Address,
  known: Credentials,
  now: number,
): string => {
  const { authorization } = request.headers
  if (authorization === undefined) throw new S3Error('AccessDenied', 'The request bears no signature.')
  const [, accessKeyId, day, region, signedHeaders, signature] = form.exec(authorization) ?? []
  if (!accessKeyId || !day || !region || !signedHeaders || !signature)
    throw new S3Error(
      'InvalidRequest',
      'The Authorization header is not an AWS4-HMAC-SHA256 signature for s3.',
    )
  if (accessKeyId !== known.accessKeyId)
    throw new S3Error('InvalidAccessKeyId', 'The access key is not known to this object store.')
  const payloadHash = header(request, 'x-amz-content-sha256')
  const stamp = header(request, 'x-amz-date')
  const names = signedHeaders.split(';')
  const unsigned = Object.keys(request.headers).filter(
    name => name.startsWith('x-amz-') && !names.includes(name),
  )
  if (unsigned.length > 0 || !names.includes('host'))
    throw new S3Error('AccessDenied', `Headers are not signed: ${unsigned.join(', ') || 'host'}.`)
  // Not below: a stamp that cannot be read gives NaN.
  if (!(Math.abs(timeOf(stamp) - now) <= longestSkew) || !stamp.startsWith(day))
    throw new S3Error(
      'RequestTimeTooSkewed',
      "The request's time and the object store's are more than 15 minutes apart.",
    )
  const canonical = [
    request.method,
    canonicalPath(address, request.url ?? '/'),
    canonicalQuery(address.query),
    ...names.map(name => `${name}:${header(request, name).trim().replaceAll(/\s+/g, ' ')}`),
    '',
    signedHeaders,
    payloadHash,
  ].join('\n')
  const scope = `${day}/${region}/s3/aws4_request`
  const text = ['AWS4-HMAC-SHA256', stamp, scope, createHash('sha256').update(canonical).digest('hex')].join(
    '\n',
  )
  const key = hmac(hmac(hmac(hmac(`AWS4${known.secretAccessKey}`, day), region), 's3'), 'aws4_request')
  if (!timingSafeEqual(hmac(key, text), Buffer.from(signature, 'hex')))
    throw new S3Error(
      'SignatureDoesNotMatch',
      'The signature is not the one that the secret key gives for this request.',
    )
  return payloadHash
}

const header = (request: IncomingMessage, name: string): string => {
  const value = request.headers[name]
  if (value === undefined) throw new S3Error('AccessDenied', `The header ${name} is missing.`)
  return Array.isArray(value) ? value.join(',') : value
}
