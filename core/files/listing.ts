import { and, eq } from 'drizzle-orm'
import type { Tx } from '../../db/db.ts'
import { tables } from '../../db/db.ts'
import { lockRecordingsAt } from '../recordings/recording-rows.ts'
import { Refusal } from '../refusal.ts'
import { findFolder, listedFile } from './current-files.ts'
import { ancestorsOf } from './paths.ts'
import { lockPaths } from './tree-locks.ts'

const { folders, uploadedFiles } = tables

/** The version that `path` lists leaves the listing and stays in history. The path's lock is held. */
export const unlist = async (tx: Tx, tenantId: string, path: string): Promise<void> => {
  await Promise.all([
    lockRecordingsAt(tx, tenantId, path),
    tx
      .update(uploadedFiles)
      .set({ listed: false })
      .where(
        and(
          eq(uploadedFiles.tenantId, tenantId),
          eq(uploadedFiles.path, path),
          eq(uploadedFiles.listed, true),
        ),
      ),
  ])
}

/** Its folder may have been renamed or removed since it was opened: what is stored can be reached. */
export const keepFolders = async (tx: Tx, tenantId: string, path: string): Promise<void> => {
  const missing = ancestorsOf(path).map(folder => ({ tenantId, path: folder }))
  if (missing.length === 0) return
  const made = (await tx.insert(folders).values(missing).onConflictDoNothing().returning()).map(
    folder => folder.path,
  )
  if (made.length === 0) return
  // Whoever stores a file under such a name holds its lock, and looks for the folder after.
  await lockPaths(tx, tenantId, made)
  for (const folder of made)
    if ((await listedFile(tx, tenantId, folder)) !== undefined)
      throw new Refusal('CONFLICT', `${folder} is a file by now, so nothing can be stored in it.`)
}

/** The path's lock is held: from here on no folder takes its name. */
export const refuseFolder = async (tx: Tx, tenantId: string, path: string): Promise<void> => {
  if ((await findFolder(tx, tenantId, path)) !== undefined)
    throw new Refusal('CONFLICT', `A folder has the name ${path} by now.`)
}
