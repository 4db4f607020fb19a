import { readdir, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { isDiskFull, systemCode } from '../http/errors.ts'
import { removeFolder } from './durable.ts'
import type { Layout } from './layout.ts'
import { completedFolder } from './layout.ts'

/**
 * The parts of completed uploads whose object is replaced or deleted. They go when the last reader of that object is
 * done. A mark is set before the object goes, so that a start after a crash finds what is left over.
 */
export class Discards {
  readonly #layout: Layout
  readonly #readers = new Map<string, number>()
  readonly #waiting = new Set<string>()

  constructor(layout: Layout) {
    this.#layout = layout
  }

  // Neither synced nor demanded of a full disk, where a delete must still work: what it can cost is space, never data.
  async mark(upload: string): Promise<void> {
    await writeFile(join(this.#layout.trash, upload), '').catch((error: unknown) => {
      if (!isDiskFull(error)) throw error
    })
  }

  async marked(): Promise<string[]> {
    return await readdir(this.#layout.trash)
  }

  async unmark(upload: string): Promise<void> {
    await rm(join(this.#layout.trash, upload), { force: true })
  }

  startReading(upload: string): void {
    this.#readers.set(upload, (this.#readers.get(upload) ?? 0) + 1)
  }

  async stopReading(upload: string): Promise<void> {
    const left = (this.#readers.get(upload) ?? 0) - 1
    if (left > 0) this.#readers.set(upload, left)
    else {
      this.#readers.delete(upload)
      if (this.#waiting.delete(upload)) await this.discard(upload)
    }
  }

  async discard(upload: string): Promise<void> {
    if (this.#readers.has(upload)) {
      this.#waiting.add(upload)
      return
    }
    await removeFolder(this.#layout, completedFolder(this.#layout, upload)).catch((error: unknown) => {
      if (systemCode(error) !== 'ENOENT') throw error
    })
    await this.unmark(upload)
  }
}
