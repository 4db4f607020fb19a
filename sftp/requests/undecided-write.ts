import type { Entry, FileTree, WriteHandle } from '../../core/files/file-tree.ts'

/**
 * A file opened for writing without a word on what becomes of its present bytes. The first write tells: at offset 0
 * it is a new version, further on it would add to it, which the tree refuses. Closed without a write it leaves the file as it is, as POSIX does.
 */
export class UndecidedWrite implements WriteHandle {
  readonly #tree: FileTree
  readonly #existing: Entry
  #decided: WriteHandle | undefined
  #modified: Date | undefined

  constructor(tree: FileTree, existing: Entry) {
    this.#tree = tree
    this.#existing = existing
  }

  /** Nothing was written: its CLOSE completes no upload. */
  get untouched(): boolean {
    return this.#decided === undefined
  }

  entry(): Entry {
    return (
      this.#decided?.entry() ?? { ...this.#existing, modified: this.#modified ?? this.#existing.modified }
    )
  }

  async write(offset: number, bytes: Buffer): Promise<void> {
    if (!this.#decided) {
      this.#decided = await this.#tree.openWrite(this.#existing.path, offset === 0 ? 'replace' : 'append')
      if (this.#modified) this.#decided.setModified(this.#modified)
    }
    await this.#decided.write(offset, bytes)
  }

  setModified(modified: Date): void {
    this.#modified = modified
    this.#decided?.setModified(modified)
  }

  async close(): Promise<void> {
    if (this.#decided) await this.#decided.close()
    else if (this.#modified) await this.#tree.setModified(this.#existing.path, this.#modified)
  }

  async abort(reason: string): Promise<void> {
    await this.#decided?.abort(reason)
  }
}
