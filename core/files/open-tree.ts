import { and, eq } from 'drizzle-orm'
import type { TenantTx } from '../../db/db.ts'
import { tables } from '../../db/db.ts'
import { notFound, Refusal } from '../refusal.ts'
import {
  fileEntry,
  findFolder,
  folderEntry,
  foldersBelow,
  listedFile,
  requireFolder,
  sentFile,
  visibleFile,
  visibleFilesIn,
} from './current-files.ts'
import type { Entry, FileTree } from './file-tree.ts'
import { unlist } from './listing.ts'
import { openRead, openWrite } from './open-file.ts'
import { checkedPath, isBelow, isReport, parentOf, REPORTS } from './paths.ts'
import { renameFile, renameFolder } from './rename.ts'
import { reportAt, reportEntry, reportFolder, reportsIn } from './report-files.ts'
import { lockPaths, lockTree } from './tree-locks.ts'
import type { TreeOptions, TreeSession } from './tree-session.ts'
import { giveUpUpload } from './upload.ts'

const { folders, uploadedFiles } = tables

const readOnly = () => new Refusal('FORBIDDEN', `${REPORTS} is read-only.`)

const writable = (path: string): string => {
  const checked = checkedPath(path)
  if (isReport(checked)) throw readOnly()
  return checked
}

/** The tree that one account sees, for one session of it. */
export const openTree = (options: TreeOptions): FileTree => {
  const { database, account } = options
  const { tenantId } = account
  const tree: TreeSession = { ...options, open: new Map() }
  const inTenant = <T>(work: (tx: TenantTx) => Promise<T>) => database.asTenant(tenantId, work)

  const find = async (tx: TenantTx, path: string): Promise<Entry> => {
    if (isReport(path)) {
      const report = await reportAt(tx, tenantId, path)
      const entry = report ? reportEntry(report) : await reportFolder(tx, tenantId, path)
      if (entry === undefined) throw notFound('The file')
      return entry
    }
    const file = await sentFile(tx, account, path)
    if (file !== undefined) return fileEntry(file)
    const madeAt = await findFolder(tx, tenantId, path)
    if (madeAt === undefined) throw notFound('The file')
    return folderEntry(path, madeAt)
  }

  const listFolder = async (tx: TenantTx, path: string): Promise<Entry[]> => {
    await requireFolder(tx, tenantId, path)
    const direct = (at: string) => parentOf(at) === path
    const inner = (await foldersBelow(tx, tenantId, path)).filter(folder => direct(folder.path))
    const entries = new Map(
      (await visibleFilesIn(tx, account, path)).map(file => [file.path, fileEntry(file)] as const),
    )
    for (const [at, upload] of tree.open) if (direct(at)) entries.set(at, upload.entry())
    const reports = path === '/' ? [await reportFolder(tx, tenantId, REPORTS)] : []
    return [
      ...reports.filter(entry => entry !== undefined),
      ...inner.map(folder => folderEntry(folder.path, folder.createdAt)),
      ...entries.values(),
    ]
  }

  return {
    list: path =>
      inTenant(async tx => {
        const folder = checkedPath(path)
        if (!isReport(folder)) return listFolder(tx, folder)
        if ((await reportFolder(tx, tenantId, folder)) === undefined) throw notFound('The folder')
        return reportsIn(tx, tenantId, folder)
      }),

    async stat(path) {
      const at = checkedPath(path)
      return tree.open.get(at)?.entry() ?? inTenant(tx => find(tx, at))
    },

    makeFolder: path =>
      inTenant(async tx => {
        const at = checkedPath(path)
        if (at === '/' || at === REPORTS) throw new Refusal('CONFLICT', `${at} exists already.`)
        if (isReport(at)) throw readOnly()
        await lockTree(tx, tenantId)
        await requireFolder(tx, tenantId, parentOf(at))
        const file = await listedFile(tx, tenantId, at)
        const made = file
          ? []
          : await tx.insert(folders).values({ tenantId, path: at }).onConflictDoNothing().returning()
        if (made.length === 0) throw new Refusal('CONFLICT', `${at} exists already.`)
      }),

    removeFolder: path =>
      inTenant(async tx => {
        const at = writable(path)
        if (at === '/') throw new Refusal('FORBIDDEN', 'The root stays.')
        await lockTree(tx, tenantId)
        await requireFolder(tx, tenantId, at)
        const open = [...tree.open.keys()].some(upload => isBelow(upload, at))
        const files = await visibleFilesIn(tx, account, at)
        if (open || files.length > 0 || (await foldersBelow(tx, tenantId, at)).length > 0) {
          throw new Refusal('CONFLICT', `${at} is not empty.`)
        }
        await tx.delete(folders).where(and(eq(folders.tenantId, tenantId), eq(folders.path, at)))
      }),

    remove: path =>
      inTenant(async tx => {
        const at = writable(path)
        if (tree.open.has(at)) throw new Refusal('CONFLICT', `${at} is being uploaded.`)
        await lockPaths(tx, tenantId, [at])
        const file = await visibleFile(tx, account, at)
        if (file === undefined) throw notFound('The file')
        if (file.status === 'INCOMPLETE') {
          await giveUpUpload(tx, { tenantId, fileId: file.id }, 'Its sender removed it.')
        } else await unlist(tx, tenantId, at)
      }),

    async rename(from, to, overwrite) {
      const move = { from: writable(from), to: writable(to), overwrite }
      if (tree.open.has(move.from)) throw new Refusal('CONFLICT', `${move.from} is being uploaded.`)
      const memory = { tenantId, hashes: await options.vault.hashes.of(tenantId) }
      await inTenant(async tx => {
        const folder = (await findFolder(tx, tenantId, move.from)) !== undefined
        await (folder ? renameFolder : renameFile)(tx, memory, move)
      })
    },

    async setModified(path, modified) {
      const at = writable(path)
      const open = tree.open.get(at)
      if (open !== undefined) return open.setModified(modified)
      await inTenant(async tx => {
        const file = await sentFile(tx, account, at)
        if (file === undefined) return requireFolder(tx, tenantId, at)
        await tx
          .update(uploadedFiles)
          .set({ modifiedAt: modified })
          .where(and(eq(uploadedFiles.tenantId, tenantId), eq(uploadedFiles.id, file.id)))
      })
    },

    openRead: async path => openRead(tree, checkedPath(path)),
    openWrite: async (path, mode) => openWrite(tree, writable(path), mode),
  }
}
