import { mkdir, readdir } from 'node:fs/promises'
import { join } from 'node:path'
import { S3Error } from '../http/errors.ts'
import { makeShards, moveDurably } from './durable.ts'
import { KeyIndex } from './key-index.ts'
import type { Layout } from './layout.ts'
import { temporary } from './layout.ts'

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
    const folder = temporary(this.#layout)
    await mkdir(folder)
    await makeShards(folder)
    if (this.#indexes.has(bucket)) throw alreadyYours()
    const index = new KeyIndex(this.#layout, bucket)
    this.#indexes.set(bucket, index)
    await moveDurably(folder, join(this.#layout.buckets, bucket)).catch((error: unknown) => {
      this.#indexes.delete(bucket)
      throw error
    })
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
