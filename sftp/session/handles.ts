import type { Entry, ReadHandle, WriteHandle } from '../../core/files/file-tree.ts'
import { Refusal } from '../../core/refusal.ts'
import { status } from '../codec/constants.ts'
import { uint32 } from '../codec/replies.ts'
import { StatusAnswer } from '../status.ts'

/** What a HANDLE stands for. */
export type OpenHandle = (
  | { kind: 'read'; handle: ReadHandle }
  /** `failure` answers every further WRITE and the CLOSE, once a WRITE was refused or failed. */
  | { kind: 'write'; handle: WriteHandle; failure: Error | undefined }
  | { kind: 'folder'; entries: Entry[]; next: number }
) & { path: string }

type Of<K extends OpenHandle['kind']> = Extract<OpenHandle, { kind: K }>

/**
 * A session's open handles, never more than the account may hold. Their names are numbers that are never used
 * again, so a handle closed twice is always a fault and never somebody else's file.
 */
export class HandleTable {
  readonly #open = new Map<number, { handle: OpenHandle; usedAt: number }>()
  readonly #most: number
  readonly #now: () => number
  #last = 0

  constructor(most: number, now: () => number) {
    this.#most = most
    this.#now = now
  }

  /** Asked before anything is opened, so that nothing has to be undone. */
  demandRoom(): void {
    if (this.#open.size >= this.#most) {
      throw new Refusal('LIMITED', `${this.#most} files are open already; close one first.`)
    }
  }

  add(handle: OpenHandle): Buffer {
    this.#last += 1
    this.#open.set(this.#last, { handle, usedAt: this.#now() })
    return uint32(this.#last)
  }

  get(name: Buffer): OpenHandle {
    const found = name.length === 4 ? this.#open.get(name.readUInt32BE()) : undefined
    if (!found) throw new StatusAnswer(status.FAILURE, 'No such handle.')
    found.usedAt = this.#now()
    return found.handle
  }

  of<K extends OpenHandle['kind']>(kind: K, name: Buffer): Of<K> {
    const handle = this.get(name)
    if (!isOf(kind, handle)) throw new StatusAnswer(status.FAILURE, wrongKind[handle.kind])
    return handle
  }

  /** Off the table before it is closed: from here on nobody else closes or aborts it. */
  take(name: Buffer): OpenHandle {
    const handle = this.get(name)
    this.#open.delete(name.readUInt32BE())
    return handle
  }

  takeAll(): OpenHandle[] {
    return this.#takeWhere(() => true)
  }

  takeIdleSince(time: number): OpenHandle[] {
    return this.#takeWhere(usedAt => usedAt < time)
  }

  /** How many uploads are under way. */
  get writing(): number {
    return [...this.#open.values()].filter(({ handle }) => handle.kind === 'write').length
  }

  #takeWhere(wanted: (usedAt: number) => boolean): OpenHandle[] {
    const taken = [...this.#open].filter(([, { usedAt }]) => wanted(usedAt))
    for (const [name] of taken) this.#open.delete(name)
    return taken.map(([, { handle }]) => handle)
  }
}

const wrongKind = {
  read: 'The handle was opened for reading.',
  write: 'The handle was opened for writing.',
  folder: 'The handle is a folder.',
}

const isOf = <K extends OpenHandle['kind']>(kind: K, handle: OpenHandle): handle is Of<K> =>
  handle.kind === kind
