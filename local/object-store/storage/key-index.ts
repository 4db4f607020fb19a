/** Text whose characters are the bytes of UTF-8, so that `<` orders as S3 does. */
export const toBytes = (text: string): string => Buffer.from(text, 'utf8').toString('latin1')
export const fromBytes = (bytes: string): string => Buffer.from(bytes, 'latin1').toString('utf8')

/** Keys in order, read when they are first asked for and kept in memory from then on. */
export class KeyIndex {
  readonly #readKeys: () => Promise<Iterable<string>>
  #sorted: Promise<string[]> | undefined
  #changes = new Map<string, boolean>()

  constructor(readKeys: () => Promise<Iterable<string>>) {
    this.#readKeys = readKeys
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
    return Array.from(await this.#readKeys(), toBytes).sort()
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
