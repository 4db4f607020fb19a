import { S3Error } from '../http/errors.ts'
import { xmlDocument } from '../http/xml.ts'
import { fromBytes, positionOf, toBytes } from '../storage/key-index.ts'
import type { Call, Run } from './call.ts'
import { countParameter } from './call.ts'

/** Where a page ended: after a key, or after all keys with a common prefix. All of it as byte strings (key-index.ts). */
interface Mark {
  readonly kind: 'k' | 'p'
  readonly text: string
}

interface Page {
  readonly keys: string[]
  readonly prefixes: string[]
  readonly next: Mark | undefined
}

const readToken = (token: string): Mark => {
  const text = Buffer.from(token, 'base64url').toString('latin1')
  const kind = text[0]
  if (kind !== 'k' && kind !== 'p')
    throw new S3Error('InvalidArgument', 'The continuation token is not one of ours.')
  return { kind, text: text.slice(1) }
}

const writeToken = ({ kind, text }: Mark): string => Buffer.from(kind + text, 'latin1').toString('base64url')

/** The position after every key that begins with `prefix`. */
const positionAfter = (sorted: readonly string[], prefix: string): number => {
  const stem = prefix.replace(/\u00ff+$/, '')
  if (stem === '') return prefix === '' ? 0 : sorted.length
  return positionOf(sorted, stem.slice(0, -1) + String.fromCharCode(stem.charCodeAt(stem.length - 1) + 1))
}

const pageOf = (
  sorted: readonly string[],
  { prefix, delimiter, after, most }: { prefix: string; delimiter: string; after: Mark; most: number },
): Page => {
  const keys: string[] = []
  const prefixes: string[] = []
  let next: Mark | undefined
  const begin = after.kind === 'p' ? positionAfter(sorted, after.text) : positionOf(sorted, `${after.text}\0`)
  let at = Math.max(after.text === '' ? 0 : begin, positionOf(sorted, prefix))
  for (;;) {
    const key = sorted[at]
    if (!key?.startsWith(prefix)) return { keys, prefixes, next: undefined }
    if (keys.length + prefixes.length >= most) return { keys, prefixes, next }
    const cut = delimiter === '' ? -1 : key.indexOf(delimiter, prefix.length)
    if (cut < 0) {
      keys.push(key)
      next = { kind: 'k', text: key }
      at++
    } else {
      const group = key.slice(0, cut + delimiter.length)
      prefixes.push(group)
      next = { kind: 'p', text: group }
      at = positionAfter(sorted, group)
    }
  }
}

const contents = async (
  { bucket, storage }: Call,
  keys: readonly string[],
  shown: (key: string) => string,
) => {
  const found = await Promise.all(
    keys.map(async bytes => {
      const key = fromBytes(bytes)
      const record = await storage.objects.current(bucket, key)
      // Deleted since the page was cut.
      if (record === undefined) return undefined
      return {
        Key: shown(key),
        LastModified: new Date(record.modifiedAt).toISOString(),
        ETag: `"${record.etag}"`,
        Size: record.size,
        StorageClass: 'STANDARD',
      }
    }),
  )
  return found.filter(one => one !== undefined)
}

export const listObjects: Run = async call => {
  const { bucket, query, storage } = call
  const most = countParameter(call, 'max-keys', 1000)
  const encoding = query.get('encoding-type')
  const shown = (text: string) =>
    encoding === 'url' ? encodeURIComponent(text).replaceAll('%2F', '/') : text
  const token = query.get('continuation-token')
  const startAfter = query.get('start-after')
  const prefix = query.get('prefix') ?? ''
  const delimiter = query.get('delimiter') ?? ''
  const page = pageOf(await storage.buckets.find(bucket).keys.sorted(), {
    prefix: toBytes(prefix),
    delimiter: toBytes(delimiter),
    after: token === undefined ? { kind: 'k', text: toBytes(startAfter ?? '') } : readToken(token),
    most,
  })
  const found = await contents(call, page.keys, shown)
  const body = xmlDocument('ListBucketResult', {
    Name: bucket,
    Prefix: shown(prefix),
    Delimiter: delimiter === '' ? undefined : shown(delimiter),
    MaxKeys: most,
    EncodingType: encoding,
    KeyCount: found.length + page.prefixes.length,
    IsTruncated: page.next !== undefined,
    ContinuationToken: token,
    NextContinuationToken: page.next && writeToken(page.next),
    StartAfter: startAfter === undefined ? undefined : shown(startAfter),
    Contents: found,
    CommonPrefixes: page.prefixes.map(group => ({ Prefix: shown(fromBytes(group)) })),
  })
  return { status: 200, body }
}
