import { mkdir, readdir } from 'node:fs/promises'
import { S3Error } from '../http/errors.ts'
import { syncFolder } from './durable.ts'
import { KeyIndex } from './key-index.ts'
import type { Layout } from './layout.ts'
import { bucketFolder } from './layout.ts'

export class Buckets {
  readonly #layout: Layout
  readonly #indexes = new Map<string, KeyIndex>()

  constructor(layout: Layout) {
    this.#layout = layout
  }

  async load(): Promise<void> {
    for (const bucket of await readdir(this.#layout.buckets))
      this.#indexes.set(bucket, new KeyIndex(this.#layout, bucket))
  }

  async create(bucket: string): Promise<void> {
    if (!/^[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]$/.test(bucket) || bucket.includes('..'))
      throw new S3Error(
        'InvalidBucketName',
        'A bucket has 3 to 63 lower-case letters, digits, dots and hyphens.',
      )
    if (this.#indexes.has(bucket)) throw alreadyYours()
    await mkdir(bucketFolder(this.#layout, bucket), { recursive: true })
    await syncFolder(this.#layout.buckets)
    if (this.#indexes.has(bucket)) throw alreadyYours()
    this.#indexes.set(bucket, new KeyIndex(this.#layout, bucket))
  }

  /** The index of a bucket's keys; refuses when there is no such bucket. */
  index(bucket: string): KeyIndex {
    const index = this.#indexes.get(bucket)
    if (index === undefined) throw new S3Error('NoSuchBucket', 'The bucket does not exist.')
    return index
  }
}

const alreadyYours = () =>
  new S3Error('BucketAlreadyOwnedByYou', 'The bucket exists already, and it is yours.')
