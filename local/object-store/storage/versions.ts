import { readdir } from 'node:fs/promises'
import { join } from 'node:path'
import { systemCode } from '../http/errors.ts'
import type { Layout } from './layout.ts'
import { bucketFolder, readFileName } from './layout.ts'
import { readRecordFile } from './record-file.ts'
import type { ObjectRecord } from './records.ts'
import type { Version } from './version.ts'
import { versionSuffix } from './version.ts'

/** Every file of a bucket's folder that is a version of a key. Only names are read for it, where they hold the key. */
export async function* readVersions(
  layout: Layout,
  bucket: string,
): AsyncGenerator<{ key: string; version: Version }> {
  const folder = bucketFolder(layout, bucket)
  for (const name of await readdir(folder)) {
    const { version, key } = readFileName(name) ?? {}
    if (version === undefined) continue
    const inside = key ?? (await readRecordFile<ObjectRecord>(join(folder, name)).catch(absent))?.key
    if (inside !== undefined) yield { key: inside, version }
  }
}

export const absent = (error: unknown): undefined => {
  if (systemCode(error) !== 'ENOENT') throw error
}

const identity = (key: string, version: Version): string => `${versionSuffix(version)} ${key}`

/**
 * Which versions the keys of a bucket with versioning have, in memory. What changes while they are still being read
 * is noted all the same.
 */
export class Versions {
  readonly #newestFirst = new Map<string, Version[]>()
  /** What went while the names were read, and may be among them. */
  #goneMeanwhile: Set<string> | undefined = new Set()

  async load(layout: Layout, bucket: string): Promise<void> {
    for await (const { key, version } of readVersions(layout, bucket))
      if (!this.#goneMeanwhile?.has(identity(key, version))) this.add(key, version)
    this.#goneMeanwhile = undefined
  }

  /** Newest first. */
  of(key: string): readonly Version[] {
    return this.#newestFirst.get(key) ?? []
  }

  keys(): IterableIterator<string> {
    return this.#newestFirst.keys()
  }

  add(key: string, version: Version): void {
    this.#goneMeanwhile?.delete(identity(key, version))
    const others = this.of(key).filter(({ at }) => at !== version.at)
    this.#newestFirst.set(
      key,
      [...others, version].sort((a, b) => (a.at < b.at ? 1 : -1)),
    )
  }

  drop(key: string, version: Version): void {
    this.#goneMeanwhile?.add(identity(key, version))
    const left = this.of(key).filter(({ at }) => at !== version.at)
    if (left.length > 0) this.#newestFirst.set(key, left)
    else this.#newestFirst.delete(key)
  }
}
