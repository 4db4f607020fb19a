import { createHash, randomBytes } from 'node:crypto'
import { join } from 'node:path'

/**
 * Where everything lies:
 *
 *     tmp/                              bytes that nobody was answered for yet; emptied at start
 *     buckets/<bucket>/<name>           one file an object: its bytes, then its record (record-file.ts)
 *     uploads/<upload>/                 an open multipart upload: upload.json, and 00001, 00002, … one file a part
 *     multipart/<upload>/               the parts of a completed upload, which its object's record lists
 *     trash/<upload>                    says that the object of this upload is about to lose its parts
 *
 * An object's name is its key's UTF-8 in hex, so that a listing needs to open no file; a long key's is `~` and its SHA-256.
 * The name ends with the version, `null` as S3 calls that of a bucket without versioning.
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

const version = '.null'
const longestName = 240

const hash = (text: string): string => createHash('sha256').update(text).digest('hex')

export const bucketFolder = (layout: Layout, bucket: string): string => join(layout.buckets, bucket)

export const objectFile = (layout: Layout, bucket: string, key: string): string => {
  const name = Buffer.from(key).toString('hex')
  return join(bucketFolder(layout, bucket), (name.length > longestName ? `~${hash(key)}` : name) + version)
}

/** The key that a file's name holds, 'inside' when only the file's record can tell. */
export const keyOfFile = (name: string): { key: string } | 'inside' | undefined => {
  if (!name.endsWith(version)) return undefined
  if (name.startsWith('~')) return 'inside'
  return { key: Buffer.from(name.slice(0, -version.length), 'hex').toString('utf8') }
}

export const newUploadId = (now: number): string =>
  `${now.toString(16).padStart(12, '0')}${randomBytes(20).toString('hex')}`

/** Ids come from requests too; what is no id never becomes a path. */
export const isUploadId = (text: string): boolean => /^[0-9a-f]{52}$/.test(text)

export const openFolder = (layout: Layout, upload: string): string => join(layout.uploads, upload)

export const completedFolder = (layout: Layout, upload: string): string => join(layout.multipart, upload)

export const partName = (number: number): string => String(number).padStart(5, '0')

export const temporary = (layout: Layout): string => join(layout.tmp, randomBytes(16).toString('hex'))
