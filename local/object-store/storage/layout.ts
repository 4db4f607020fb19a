import { createHash, randomBytes } from 'node:crypto'
import { join } from 'node:path'
import type { Version } from './version.ts'
import { readSuffix, unversioned, versionSuffix } from './version.ts'

/**
 * Where everything lies:
 *
 *     tmp/                              bytes that nobody was answered for yet; emptied at start
 *     buckets/<bucket>/<name>           one file a version of an object: its bytes, then its record (record-file.ts)
 *     buckets/<bucket>/versioning.json  whether versioning is enabled or suspended, once either was said
 *     uploads/<upload>/                 an open multipart upload: upload.json, and 00001, 00002, … one file a part
 *     multipart/<upload>/               the parts of a completed upload, which its object's record lists
 *     trash/<upload>                    says that the object of this upload is about to lose its parts
 *
 * An object's name is its key's UTF-8 in hex, so that a listing needs to open no file; a long key's is `~` and its SHA-256.
 * The name ends with the version (version.ts), `null` as S3 calls that of a bucket without versioning.
 */
export interface Layout {
  readonly tmp: string
  readonly buckets: string
  readonly uploads: string
  readonly multipart: string
  readonly trash: string
}

export const layoutOf = (folder: string): Layout => ({
  tmp: join(folder, 'tmp'),
  buckets: join(folder, 'buckets'),
  uploads: join(folder, 'uploads'),
  multipart: join(folder, 'multipart'),
  trash: join(folder, 'trash'),
})

const longestName = 245

const hash = (text: string): string => createHash('sha256').update(text).digest('hex')

export const bucketFolder = (layout: Layout, bucket: string): string => join(layout.buckets, bucket)

export const versioningFile = (layout: Layout, bucket: string): string =>
  join(bucketFolder(layout, bucket), 'versioning.json')

export const objectFile = (layout: Layout, bucket: string, key: string, version = unversioned): string => {
  const name = Buffer.from(key).toString('hex')
  const suffix = `.${versionSuffix(version)}`
  const isLong = name.length + suffix.length > longestName
  return join(bucketFolder(layout, bucket), (isLong ? `~${hash(key)}` : name) + suffix)
}

/** What a file's name says: its version, and its key unless only the file's record can tell. */
export const readFileName = (name: string): { version: Version; key: string | undefined } | undefined => {
  const dot = name.indexOf('.')
  const version = readSuffix(name.slice(dot + 1))
  if (dot < 0 || version === undefined) return undefined
  const key = name.startsWith('~') ? undefined : Buffer.from(name.slice(0, dot), 'hex').toString('utf8')
  return { version, key }
}

export const newUploadId = (now: number): string =>
  `${now.toString(16).padStart(12, '0')}${randomBytes(20).toString('hex')}`

/** Ids come from requests too; what is no id never becomes a path. */
export const isUploadId = (text: string): boolean => /^[0-9a-f]{52}$/.test(text)

export const openFolder = (layout: Layout, upload: string): string => join(layout.uploads, upload)

export const completedFolder = (layout: Layout, upload: string): string => join(layout.multipart, upload)

export const partName = (number: number): string => String(number).padStart(5, '0')

export const temporary = (layout: Layout): string => join(layout.tmp, randomBytes(16).toString('hex'))
