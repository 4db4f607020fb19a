import type { Checksum, ChecksumAlgorithm } from '../http/checksums.ts'

/** What a client says about an object when it makes it, and gets back with it. */
export interface Description {
  /** Content-Type and the like, by lower-case header name. */
  readonly headers: Readonly<Record<string, string>>
  /** x-amz-meta-*, without the prefix. */
  readonly metadata: Readonly<Record<string, string>>
}

/** One version of an object. Its bytes are in the file that bears the record, or in the parts of a completed upload. */
export interface ObjectRecord extends Description {
  readonly key: string
  readonly size: number
  /** Without quotes. */
  readonly etag: string
  readonly modifiedAt: number
  readonly checksum: Checksum | undefined
  readonly multipart: { readonly upload: string; readonly parts: readonly StoredPart[] } | undefined
}

/** What a delete marker's file says. */
export const markerRecord = (key: string, modifiedAt: number): ObjectRecord => ({
  key,
  modifiedAt,
  size: 0,
  etag: '',
  headers: {},
  metadata: {},
  checksum: undefined,
  multipart: undefined,
})

export interface StoredPart {
  readonly number: number
  readonly size: number
}

/** A part of an open upload, in a file of its own. */
export interface PartRecord extends StoredPart {
  readonly etag: string
  readonly modifiedAt: number
  readonly checksum: Checksum | undefined
}

/** An upload that is neither completed nor aborted. */
export interface UploadRecord extends Description {
  readonly id: string
  readonly bucket: string
  readonly key: string
  readonly startedAt: number
  readonly algorithm: ChecksumAlgorithm | undefined
}
