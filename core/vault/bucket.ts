/**
 * The part of an S3 bucket that the vault uses. Bodies are whole Buffers, so that a lost request can be sent again as
 * it was. Every failure is an exception with a cause; only "it is not there" is an answer.
 */
export interface Bucket {
  /** Resolves once the object is durable. */
  put(name: string, body: Buffer): Promise<void>
  /** Bytes `start` to `end` (exclusive; fewer where it ends) and the length of the whole; undefined when not there. */
  get(name: string, start: number, end: number, signal?: AbortSignal): Promise<RangeAnswer | undefined>
  head(name: string): Promise<ObjectHead | undefined>
  /** Resolves when no version of it is left and no delete marker; also when there was nothing. */
  remove(name: string): Promise<void>
  /**
   * The same for many, with few requests. Answers which are gone for good; of the others something may be left. Rejects
   * when the store itself fails: whatever it did by then may be asked for again.
   */
  removeAll(names: readonly string[]): Promise<RemovedObjects>
  /** In the order of the names' bytes; with `after` only names that come after it, be it there or not. */
  list(prefix: string, after?: string): AsyncIterable<ListedObject>
  /** The multipart upload's id. */
  beginParts(name: string): Promise<string>
  /** The part's etag. Sent again, the same number replaces what it was. */
  putPart(name: string, multipartId: string, part: PartBody, signal?: AbortSignal): Promise<string>
  /** Resolves once the object stands there whole, also when only the reply was lost; `size` is its length then. */
  completeParts(name: string, multipartId: string, parts: readonly PartEtag[], size: number): Promise<void>
  /** Resolves also when there was nothing. */
  abortParts(name: string, multipartId: string): Promise<void>
  listParts(name: string, multipartId: string): AsyncIterable<ListedPart>
  listUploads(prefix: string): AsyncIterable<ListedUpload>
  close(): void
}

export interface ObjectHead {
  size: number
  etag: string
}

export interface RangeAnswer {
  bytes: Buffer
  total: number
}

export interface ListedObject {
  name: string
  size: number
  modified: Date
}

export interface RemovedObjects {
  gone: string[]
  failed: FailedRemoval[]
}

export interface FailedRemoval {
  name: string
  /** What the store said. */
  error: Error
}

export interface PartBody {
  partNumber: number
  body: Buffer
  /** Of the body; signed with the request, so that the store takes these very bytes or refuses. */
  sha256: Buffer
}

export interface PartEtag {
  partNumber: number
  etag: string
}

export interface ListedPart extends PartEtag {
  bytes: number
}

export interface ListedUpload {
  name: string
  multipartId: string
  begun: Date
}

export type BucketOperation =
  | 'put'
  | 'get'
  | 'head'
  | 'remove'
  | 'remove_all'
  | 'get_versioning'
  | 'list_versions'
  | 'list'
  | 'begin_parts'
  | 'put_part'
  | 'complete_parts'
  | 'abort_parts'
  | 'list_parts'
  | 'list_uploads'

/** Called after each operation, retries included: for `s3_request_seconds{op,result}`. */
export type ObserveBucket = (op: BucketOperation, result: 'ok' | 'missing' | 'error', seconds: number) => void
