import type { IncomingHttpHeaders } from 'node:http'
import { S3Error } from '../http/errors.ts'
import type { Condition } from '../storage/objects.ts'
import type { ObjectRecord } from '../storage/records.ts'

const failed = (name: string) => new S3Error('PreconditionFailed', `The precondition ${name} does not hold.`)

const names = (list: string, etag: string): boolean =>
  list.split(',').some(each => ['*', etag, `"${etag}"`].includes(each.trim().replace(/^W\//, '')))

const seconds = (time: number): number => Math.floor(time / 1000)
const readDate = (text: string | undefined): number | undefined => {
  const time = Date.parse(text ?? '')
  return Number.isNaN(time) ? undefined : seconds(time)
}

/** Whether a read goes on; a client's copy that is still good needs no bytes. */
export const readCondition = (
  headers: IncomingHttpHeaders,
  record: ObjectRecord,
): 'read' | 'not modified' => {
  const modified = seconds(record.modifiedAt)
  const match = headers['if-match']
  if (match !== undefined && !names(match, record.etag)) throw failed('If-Match')
  const unmodifiedSince = readDate(headers['if-unmodified-since'])
  if (match === undefined && unmodifiedSince !== undefined && modified > unmodifiedSince)
    throw failed('If-Unmodified-Since')
  const noneMatch = headers['if-none-match']
  if (noneMatch !== undefined) return names(noneMatch, record.etag) ? 'not modified' : 'read'
  const modifiedSince = readDate(headers['if-modified-since'])
  return modifiedSince !== undefined && modified <= modifiedSince ? 'not modified' : 'read'
}

/** Whether a range is still of the bytes that the client has the rest of. */
export const rangeStillGood = (headers: IncomingHttpHeaders, record: ObjectRecord): boolean => {
  const told = headers['if-range']
  if (told === undefined) return true
  return (
    typeof told === 'string' && (names(told, record.etag) || readDate(told) === seconds(record.modifiedAt))
  )
}

/** Held against what stands under the key at the moment of writing. */
export const writeCondition = (headers: IncomingHttpHeaders): Condition => {
  const match = headers['if-match']
  const noneMatch = headers['if-none-match']
  if (noneMatch !== undefined && noneMatch.trim() !== '*')
    throw new S3Error('NotImplemented', 'A write understands If-None-Match: * only.')
  return current => {
    if (noneMatch !== undefined && current !== undefined) throw failed('If-None-Match')
    if (match === undefined) return
    if (current === undefined) throw new S3Error('NoSuchKey', 'The key does not exist.')
    if (!names(match, current.etag)) throw failed('If-Match')
  }
}
