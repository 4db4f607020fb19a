import { readdir } from 'node:fs/promises'
import { join } from 'node:path'
import type { Layout } from './layout.ts'
import { bucketFolder, keyOfFile } from './layout.ts'
import { readRecordFile } from './record-file.ts'
import type { ObjectRecord } from './records.ts'

/** Text whose characters are the bytes of UTF-8, so that `<` orders as S3 does. */
export const toBytes = (text: string): string => Buffer.from(text, 'utf8').toString('latin1')
export const fromBytes = (bytes: string): string => Buffer.from(bytes, 'latin1').toString('utf8')

/** The keys of a bucket in order, kept in memory from the first listing on. Only names are read for it, no records. */
export class KeyIndex {
  readonly #layout: Layout
  readonly #bucket: string
  #sorted: Promise<string[]> | undefined
  #changes = new Map<string, boolean>()

  constructor(layout: Layout, bucket: string) {
    this.#layout = layout
    this.#bucket = bucket
  }

  note(key: string, present: boolean): void {
    if (this.#sorted !== undefined) this.#changes.set(toBytes(key), present)
  }

  /** As byte strings (`toBytes`). Not to be changed by the caller. */
  async sorted(): Promise<readonly string[]> {
    for (;;) {
      const pending = (this.#sorted ??= this.#read())
      const sorted = await pending.catch((error: unknown) => {
        if (this.#sorted === pending) this.#sorted = undefined
        throw error
      })
      // Someone else merged meanwhile.
      if (this.#sorted !== pending) continue
      if (this.#changes.size === 0) return sorted
      this.#sorted = Promise.resolve(merge(sorted, this.#changes))
      this.#changes = new Map()
    }
  }

  async #read(): Promise<string[]> {
    const folder = bucketFolder(this.#layout, this.#bucket)
    const keys: string[] = []
    for (const name of await readdir(folder)) {
      const named = keyOfFile(name)
      if (named === undefined) continue
      const { key } = named === 'inside' ? await readRecordFile<ObjectRecord>(join(folder, name)) : named
      keys.push(toBytes(key))
    }
    return keys.sort()
  }
}

const merge = (sorted: readonly string[], changes: ReadonlyMap<string, boolean>): string[] => {
  const added = [...changes].flatMap(([key, present]) => (present ? [key] : [])).sort()
  const merged: string[] = []
  let next = 0
  for (const key of sorted) {
    if (changes.has(key)) continue
    for (let other = added[next]; other !== undefined && other < key; other = added[++next])
      merged.push(other)
    merged.push(key)
  }
  return merged.concat(added.slice(next))
}

/** Where `wanted` stands, or would stand, in a sorted list. */
export const positionOf = (sorted: readonly string[], wanted: string): number => {
  let low = 0
  let high = sorted.length
  while (low < high) {
    const middle = (low + high) >>> 1
    if ((sorted[middle] ?? '') < wanted) low = middle + 1
    else high = middle
  }
  return low
}
