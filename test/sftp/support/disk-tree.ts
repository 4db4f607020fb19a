import type { FileHandle } from 'node:fs/promises'
import { mkdir, open, readdir, rename, rmdir, stat, unlink, utimes } from 'node:fs/promises'
import { basename, dirname, join } from 'node:path'
import type { Entry, FileTree, ReadHandle, WriteHandle, WriteMode } from '../../../core/files/file-tree.ts'
import { notFound, Refusal } from '../../../core/refusal.ts'

/** What the tree was asked, in its order; for tests to look at. */
export interface Journal {
  opened: { path: string; mode: WriteMode }[]
  written: { path: string; offset: number; length: number }[]
  completed: string[]
  aborted: { path: string; reason: string }[]
}

export interface DiskTreeOptions {
  root: string
  /** Run before each write is taken: a slow or failing store. */
  beforeWrite?: (offset: number, length: number) => Promise<void>
  beforeClose?: () => Promise<void>
}

/** A FileTree over a folder on disk: uploads are kept aside until their CLOSE, and so are cut off ones. */
export function diskTree(options: DiskTreeOptions): FileTree & { journal: Journal } {
  const journal: Journal = { opened: [], written: [], completed: [], aborted: [] }
  const incomplete = new Map<string, number>()
  const at = (path: string) => join(options.root, path)
  const aside = (path: string) =>
    join(options.root, `..`, `${basename(options.root)}-aside${path.replaceAll('/', '%')}`)

  const entry = async (path: string, file = at(path)): Promise<Entry> => {
    const found = await stat(file)
    const kind = found.isDirectory() ? 'folder' : 'file'
    const size = kind === 'file' ? found.size : 0
    return { name: basename(path), path, kind, size, modified: found.mtime, readOnly: false }
  }

  const tree: FileTree = {
    stat: path => translated(path, () => entry(path, incomplete.has(path) ? aside(path) : at(path))),
    list: path =>
      translated(path, async () =>
        Promise.all((await readdir(at(path))).map(name => entry(join(path, name)))),
      ),
    makeFolder: path =>
      translated(path, async () => {
        await mkdir(at(path))
      }),
    removeFolder: path => translated(path, () => rmdir(at(path))),
    remove: path => translated(path, () => unlink(at(path))),
    setModified: (path, modified) => translated(path, () => utimes(at(path), modified, modified)),
    rename: (from, to, overwrite) =>
      translated(from, async () => {
        await stat(at(from))
        if (!overwrite && (await exists(at(to)))) throw new Refusal('CONFLICT', `${to} exists.`)
        await rename(at(from), at(to))
      }),
    openRead: path =>
      translated(path, async () => {
        const found = await entry(path)
        if (found.kind === 'folder') throw new Refusal('CONFLICT', `${path} is a folder.`)
        return reader(found, await open(at(path)))
      }),
    openWrite: (path, mode) =>
      translated(path, async () => {
        journal.opened.push({ path, mode })
        await stat(dirname(at(path)))
        const stored = await exists(at(path))
        if (stored && (await stat(at(path))).isDirectory())
          throw new Refusal('CONFLICT', `${path} is a folder.`)
        if (mode === 'exclusive' && stored) throw new Refusal('CONFLICT', `${path} exists.`)
        if (mode === 'append' && (stored || incomplete.has(path)))
          throw new Refusal('CONFLICT', `${path} cannot be added to.`)
        return writer(path, await open(aside(path), 'w'))
      }),
  }

  function writer(path: string, file: FileHandle): WriteHandle {
    let top = 0
    let modified = new Date()
    incomplete.set(path, top)
    return {
      entry: () => ({ name: basename(path), path, kind: 'file', size: top, modified, readOnly: false }),
      async write(offset, bytes) {
        await options.beforeWrite?.(offset, bytes.length)
        journal.written.push({ path, offset, length: bytes.length })
        await file.write(bytes, 0, bytes.length, offset)
        top = Math.max(top, offset + bytes.length)
        incomplete.set(path, top)
      },
      setModified: time => void (modified = time),
      async close() {
        await options.beforeClose?.()
        await file.utimes(modified, modified)
        await file.close()
        await rename(aside(path), at(path))
        incomplete.delete(path)
        journal.completed.push(path)
      },
      async abort(reason) {
        journal.aborted.push({ path, reason })
        await file.close().catch(() => {})
      },
    }
  }

  return { ...tree, journal }
}

const reader = (entry: Entry, file: FileHandle): ReadHandle => ({
  entry,
  async read(offset, length) {
    const { buffer, bytesRead } = await file.read(Buffer.alloc(length), 0, length, offset)
    return buffer.subarray(0, bytesRead)
  },
  close: () => file.close(),
})

const exists = (file: string): Promise<boolean> =>
  stat(file).then(
    () => true,
    () => false,
  )

async function translated<T>(path: string, work: () => Promise<T>): Promise<T> {
  try {
    return await work()
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException
    if (code === 'ENOENT') throw notFound(path)
    if (code === 'EEXIST' || code === 'ENOTEMPTY' || code === 'ENOTDIR' || code === 'EISDIR') {
      throw new Refusal('CONFLICT', `${path}: ${code}`, { cause: error })
    }
    throw error
  }
}
