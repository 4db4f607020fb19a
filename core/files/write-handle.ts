import { Refusal } from '../refusal.ts'
import type { Entry, WriteHandle } from './file-tree.ts'
import { nameOf } from './paths.ts'
import { createReorderWindow } from './reorder-window.ts'
import type { TreeSession } from './tree-session.ts'
import type { UploadOrigin } from './upload.ts'
import { openUploadSession } from './upload-session.ts'

/** The numbers of the vault's parts end a little above it. */
export const LARGEST_FILE = 40 * 2 ** 30

/**
 * One file on its way in. Calls may overlap; they are done one after the other. Once something has failed, the upload
 * is dropped where it stands and every later call fails for the same reason.
 */
export const createWriteHandle = (tree: TreeSession, origin: UploadOrigin): WriteHandle => {
  const { path } = origin
  const session = openUploadSession(tree, origin)
  const { writer } = session
  const window = createReorderWindow()
  const largest = Math.min(tree.account.maxFileBytes, LARGEST_FILE)
  let modified = new Date()
  let modifiedAt: Date | undefined
  let failure: { cause: unknown } | undefined
  let over = false
  let queue: Promise<void> = Promise.resolve()

  const entry = (): Entry => ({
    name: nameOf(path),
    path,
    kind: 'file',
    size: writer.size,
    modified: modifiedAt ?? modified,
    readOnly: false,
  })

  const handle: WriteHandle = {
    entry,
    write: (offset, bytes) => inTurn(() => take(offset, bytes)),
    setModified(time) {
      modifiedAt = time
    },
    close: () =>
      inTurn(async () => {
        if (!window.empty) {
          const words = `Bytes ${writer.size} to ${(window.first() ?? 0) - 1} never came.`
          throw new Refusal('CONFLICT', `The file has a hole: ${words}`)
        }
        await session.store(modifiedAt)
        finish()
      }),
    async abort(reason) {
      over = true
      await session.drop(reason)
      await queue
      finish()
    },
  }

  const finish = () => {
    over = true
    window.clear()
    if (tree.open.get(path) === handle) tree.open.delete(path)
  }

  /** At or before the end of what was taken: what came before must be the same, what follows is new. */
  const append = async (offset: number, bytes: Buffer) => {
    const known = Math.min(bytes.length, writer.size - offset)
    if (known > 0 && writer.holds(offset, bytes.subarray(0, known)) !== true) {
      const words = `Bytes from ${offset} on were taken already and cannot be changed; send the file again from its beginning.`
      throw new Refusal('CONFLICT', words)
    }
    if (known < bytes.length) await writer.write(bytes.subarray(known))
  }

  const take = async (offset: number, bytes: Buffer) => {
    if (offset + bytes.length > largest) {
      throw new Refusal('LIMITED', `A file may have ${largest} bytes.`)
    }
    modified = new Date()
    if (bytes.length === 0) return
    if (offset > writer.size) {
      window.hold(offset, bytes, writer.size)
      return
    }
    await append(offset, bytes)
    for (let next = window.take(writer.size); next !== undefined; next = window.take(writer.size)) {
      await append(next.offset, next.bytes)
    }
  }

  const inTurn = (step: () => Promise<void>): Promise<void> => {
    const turn = queue.then(async () => {
      if (failure !== undefined) throw failure.cause
      if (over) throw new Refusal('CONFLICT', 'This file is closed.')
      try {
        await step()
      } catch (cause) {
        failure = { cause }
        const reason = cause instanceof Refusal ? cause.message : 'It could not be stored; send it again.'
        await session.drop(reason)
        finish()
        throw cause
      }
    })
    queue = turn.catch(() => undefined)
    return turn
  }

  tree.open.set(path, handle)
  return handle
}
