import { S3Error } from './errors.ts'

/** What a path-style request names: a bucket, a key in it, and the query. The path stays as sent: `..` means nothing to S3. */
export interface Address {
  readonly bucket: string | undefined
  readonly key: string | undefined
  readonly query: ReadonlyMap<string, string>
}

const longestKey = 1024

const decode = (text: string): string => {
  try {
    return decodeURIComponent(text)
  } catch (cause) {
    throw new S3Error('InvalidURI', `The address cannot be decoded as UTF-8 (${String(cause)}).`)
  }
}

const parseQuery = (text: string): Map<string, string> =>
  new Map(
    text
      .split('&')
      .filter(pair => pair !== '')
      .map(pair => {
        const at = pair.indexOf('=')
        const name = at < 0 ? pair : pair.slice(0, at)
        const value = at < 0 ? '' : pair.slice(at + 1)
        return [decode(name.replaceAll('+', ' ')), decode(value.replaceAll('+', ' '))]
      }),
  )

export const parseAddress = (target: string): Address => {
  const at = target.indexOf('?')
  const path = at < 0 ? target : target.slice(0, at)
  if (!path.startsWith('/')) throw new S3Error('InvalidURI', 'The address must begin with a slash.')
  const slash = path.indexOf('/', 1)
  const bucket = decode(slash < 0 ? path.slice(1) : path.slice(1, slash))
  const key = slash < 0 ? '' : decode(path.slice(slash + 1))
  if (Buffer.byteLength(key) > longestKey)
    throw new S3Error('KeyTooLongError', `A key has at most ${longestKey} bytes.`)
  return {
    bucket: bucket === '' ? undefined : bucket,
    key: key === '' ? undefined : key,
    query: parseQuery(at < 0 ? '' : target.slice(at + 1)),
  }
}
