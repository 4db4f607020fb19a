import type { IncomingHttpHeaders } from 'node:http'
import { S3Error } from '../http/errors.ts'
import type { Description } from '../storage/records.ts'
import { headerText } from './call.ts'

const kept = ['cache-control', 'content-disposition', 'content-language', 'expires']
const prefix = 'x-amz-meta-'
const mostMetadata = 2048

/** `aws-chunked` is how the body travels, not how the object is encoded. */
const contentEncoding = (text: string | undefined): string | undefined =>
  text
    ?.split(',')
    .map(name => name.trim())
    .filter(name => name !== 'aws-chunked')
    .join(',') || undefined

export const describe = (headers: IncomingHttpHeaders): Description => {
  const told = kept.map(name => [name, headerText(headers[name])])
  told.push(['content-type', headerText(headers['content-type']) ?? 'binary/octet-stream'])
  told.push(['content-encoding', contentEncoding(headerText(headers['content-encoding']))])
  const metadata = Object.entries(headers)
    .filter(([name]) => name.startsWith(prefix))
    .map(([name, value]) => [name.slice(prefix.length), headerText(value) ?? ''] as const)
  if (metadata.reduce((sum, [name, value]) => sum + name.length + value.length, 0) > mostMetadata)
    throw new S3Error('MetadataTooLarge', 'The metadata of an object has at most 2 KB.')
  return {
    headers: Object.fromEntries(told.filter(([, value]) => value !== undefined)) as Record<string, string>,
    metadata: Object.fromEntries(metadata),
  }
}

export const descriptionHeaders = ({ headers, metadata }: Description): Record<string, string> => ({
  ...headers,
  ...Object.fromEntries(Object.entries(metadata).map(([name, value]) => [prefix + name, value])),
})
