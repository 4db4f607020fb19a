import type { IncomingHttpHeaders } from 'node:http'
import type { Fault } from '../faults.ts'
import { S3Error } from '../http/errors.ts'
import type { Payload } from '../http/payload.ts'
import type { Storage } from '../storage/storage.ts'

/** One authenticated request, as an operation sees it. */
export interface Call {
  readonly bucket: string
  /** Empty for an operation on a bucket. */
  readonly key: string
  readonly query: ReadonlyMap<string, string>
  readonly headers: IncomingHttpHeaders
  readonly storage: Storage
  readonly now: number
  readonly payload: () => Payload
  /** What is to go wrong with one of many keys. */
  readonly faultOf: (key: string) => Fault | undefined
}

export interface Reply {
  readonly status: number
  readonly headers?: Readonly<Record<string, string>>
  readonly body?: string | StreamedBody
}

/** Bytes that go out as they are read; `release` is called in any case, read or not. */
interface StreamedBody {
  readonly chunks: AsyncIterable<Buffer>
  readonly release: () => Promise<void>
}

export type Run = (call: Call) => Promise<Reply>

/** A count in the query, such as max-keys: at most `most`, and that if it is left out. */
export const countParameter = ({ query }: Call, name: string, most: number): number => {
  const text = query.get(name)
  if (text === undefined) return most
  if (!/^\d{1,9}$/.test(text)) throw new S3Error('InvalidArgument', `${name} must be a number from 0 on.`)
  return Math.min(Number(text), most)
}

export const headerText = (value: string | string[] | undefined): string | undefined =>
  Array.isArray(value) ? value.join(', ') : value
