import { mkdir, readdir } from 'node:fs/promises'
import { S3Error } from '../http/errors.ts'
import type { Versioning } from './bucket.ts'
import { Bucket } from './bucket.ts'
import { syncFolder } from './durable.ts'
import type { Layout } from './layout.ts'
import { bucketFolder } from './layout.ts'
import type { Locks } from './locks.ts'

export class Buckets {
  readonly #layout: Layout
  readonly #locks: Locks
  readonly #buckets = new Map<string, Bucket>()

  constructor(layout: Layout, locks: Locks) {
    this.#layout = layout
    this.#locks = locks
  }

  async load(): Promise<void> {
    for (const name of await readdir(this.#layout.buckets)) await this.#add(name).load()
  }

  #add(name: string): Bucket {
    const bucket = new Bucket(this.#layout, name)
    this.#buckets.set(name, bucket)
    return bucket
  }

  async create(name: string): Promise<void> {
    if (!/^[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]$/.test(name) || name.includes('..'))
      throw new S3Error(
        'InvalidBucketName',
        'A bucket has 3 to 63 lower-case letters, digits, dots and hyphens.',
      )
    if (this.#buckets.has(name)) throw alreadyYours()
    await mkdir(bucketFolder(this.#layout, name), { recursive: true })
    await syncFolder(this.#layout.buckets)
    if (this.#buckets.has(name)) throw alreadyYours()
    this.#add(name)
  }

  /** Refuses when there is no such bucket. */
  find(name: string): Bucket {
    const bucket = this.#buckets.get(name)
    if (bucket === undefined) throw new S3Error('NoSuchBucket', 'The bucket does not exist.')
    return bucket
  }

  async setVersioning(name: string, status: Versioning): Promise<void> {
    await this.#locks.hold(`versioning of ${name}`, async () => await this.find(name).setVersioning(status))
  }

  all(): Iterable<[string, Bucket]> {
    return this.#buckets
  }
}

const alreadyYours = () =>
  new S3Error('BucketAlreadyOwnedByYou', 'The bucket exists already, and it is yours.')
