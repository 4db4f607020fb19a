import type { Tx } from '../../db/db.ts'
import { notFound, Refusal } from '../refusal.ts'
import { beginObject } from '../vault/object-rows.ts'
import { fileEntry, findFolder, listedFile, requireFolder, visibleFile } from './current-files.ts'
import type { ReadHandle, WriteHandle, WriteMode } from './file-tree.ts'
import { isReport, parentOf } from './paths.ts'
import { bytesReadHandle, objectReadHandle } from './read-handle.ts'
import { reportAt, reportEntry } from './report-files.ts'
import type { TreeSession } from './tree-session.ts'
import { createWriteHandle } from './write-handle.ts'

const openReport = async (tree: TreeSession, path: string): Promise<ReadHandle> => {
  const { tenantId } = tree.account
  const report = await tree.database.asTenant(tenantId, tx => reportAt(tx, tenantId, path))
  if (report === undefined) throw notFound('The file')
  const entry = reportEntry(report)
  if (report.objectId !== null) return objectReadHandle(tree, entry, report.objectId)
  return bytesReadHandle(entry, report.body ?? new Uint8Array())
}

export const openRead = async (tree: TreeSession, path: string): Promise<ReadHandle> => {
  if (isReport(path)) return openReport(tree, path)
  const { tenantId } = tree.account
  const file = await tree.database.asTenant(tenantId, tx => listedFile(tx, tenantId, path))
  if (file === undefined || file.objectId === null) throw notFound('The file')
  return objectReadHandle(tree, fileEntry(file), file.objectId)
}

/** Stored versions are never changed in place, and what another session has half sent begins anew. */
const refuseToAdd = async (tx: Tx, tree: TreeSession, path: string): Promise<void> => {
  const file = await visibleFile(tx, tree.account, path)
  if (file === undefined || file.size === 0) return
  const words =
    file.status === 'INCOMPLETE'
      ? 'This upload cannot be gone on with; send the file again from its beginning.'
      : 'A stored file cannot be added to; send the whole file again: it becomes a new version.'
  throw new Refusal('CONFLICT', words)
}

export const openWrite = async (tree: TreeSession, path: string, mode: WriteMode): Promise<WriteHandle> => {
  const { database, vault, account } = tree
  const { tenantId, id: accountId } = account
  if (tree.open.has(path)) throw new Refusal('CONFLICT', `${path} is being uploaded already.`)
  const object = await database.asTenant(tenantId, async tx => {
    const [folder, begun] = await Promise.all([
      findFolder(tx, tenantId, path),
      beginObject(tx, vault, tenantId),
      requireFolder(tx, tenantId, parentOf(path)),
    ])
    if (folder !== undefined) throw new Refusal('CONFLICT', `${path} is a folder.`)
    if (mode === 'exclusive' && (await listedFile(tx, tenantId, path)) !== undefined) {
      throw new Refusal('CONFLICT', `${path} exists already.`)
    }
    if (mode === 'append') await refuseToAdd(tx, tree, path)
    return begun
  })
  return createWriteHandle(tree, { tenantId, path, accountId, object })
}
