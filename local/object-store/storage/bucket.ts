import { readFile, writeFile } from 'node:fs/promises'
import { moveDurably } from './durable.ts'
import { KeyIndex } from './key-index.ts'
import type { Layout } from './layout.ts'
import { temporary, versioningFile } from './layout.ts'
import type { Version } from './version.ts'
import { newVersion, unversioned } from './version.ts'
import { absent, readVersions, Versions } from './versions.ts'

export type Versioning = 'Enabled' | 'Suspended'

/** What a bucket has, by key and version. Without versioning nothing of it is in memory before a first listing. */
export class Bucket {
  /** Undefined until it is set for the first time; never undefined again. */
  versioning: Versioning | undefined
  /** Keys that a plain GET finds. */
  readonly keys = new KeyIndex(async () => await this.#readKeys())
  /** Keys that have any version, be it a delete marker. */
  readonly allKeys = new KeyIndex(async () => this.#versions?.keys() ?? [])
  readonly #layout: Layout
  readonly #name: string
  #versions: Versions | undefined

  constructor(layout: Layout, name: string) {
    this.#layout = layout
    this.#name = name
  }

  async load(): Promise<void> {
    const stored = await readFile(versioningFile(this.#layout, this.#name), 'utf8').catch(absent)
    if (stored === undefined) return
    this.#versions = new Versions()
    await this.#versions.load(this.#layout, this.#name)
    this.versioning = (JSON.parse(stored) as { status: Versioning }).status
  }

  /** One call at a time. */
  async setVersioning(status: Versioning): Promise<void> {
    if (this.#versions === undefined) {
      // From here on every change is noted there, so that none is missed between reading the names and being in force.
      const versions = new Versions()
      this.#versions = versions
      await versions.load(this.#layout, this.#name).catch((error: unknown) => {
        this.#versions = undefined
        throw error
      })
    }
    const file = temporary(this.#layout)
    await writeFile(file, JSON.stringify({ status }), { flush: true })
    await moveDurably(file, versioningFile(this.#layout, this.#name))
    this.versioning = status
  }

  /** A key's versions, newest first. Without versioning the only one there can be, whether it is there or not. */
  versionsOf(key: string): readonly Version[] {
    return this.versioning === undefined ? [unversioned] : (this.#versions?.of(key) ?? [])
  }

  /** What a write makes: an id of its own while versioning is enabled, else `null`. */
  nextVersion(key: string, now: number, marker: boolean): Version {
    if (this.versioning === undefined) return unversioned
    return newVersion({ now, marker, asNull: this.versioning === 'Suspended' }, this.versionsOf(key)[0])
  }

  /** `null` versions of a key that another one has replaced. */
  superseded(key: string): readonly Version[] {
    return this.versionsOf(key)
      .filter(({ id }) => id === 'null')
      .slice(1)
  }

  /** Keys of which a process that was killed may have left superseded versions. */
  replacedKeys(): string[] {
    return [...(this.#versions?.keys() ?? [])].filter(key => this.superseded(key).length > 0)
  }

  /** A version has come to the disk for good, or gone from it. */
  note(key: string, version: Version, present: boolean): void {
    if (present) this.#versions?.add(key, version)
    else this.#versions?.drop(key, version)
    const newest = this.versioning === undefined ? (present ? version : undefined) : this.versionsOf(key)[0]
    this.keys.note(key, newest !== undefined && !newest.marker)
    this.allKeys.note(key, newest !== undefined)
  }

  async #readKeys(): Promise<string[]> {
    if (this.versioning !== undefined && this.#versions !== undefined)
      return [...this.#versions.keys()].filter(key => this.versionsOf(key)[0]?.marker === false)
    const keys: string[] = []
    for await (const { key, version } of readVersions(this.#layout, this.#name))
      if (version.at === '') keys.push(key)
    return keys
  }
}
