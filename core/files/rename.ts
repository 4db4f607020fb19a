import { and, eq, inArray } from 'drizzle-orm'
import type { Tx } from '../../db/db.ts'
import { tables } from '../../db/db.ts'
import { renameRecordings } from '../recordings/recording-rows.ts'
import { notFound, Refusal } from '../refusal.ts'
import { arrive } from './arrive.ts'
import type { FileRow } from './current-files.ts'
import { findFolder, foldersBelow, listedBelow, listedFile, requireFolder } from './current-files.ts'
import type { FileMemory } from './discard.ts'
import { discardRenamed } from './discard.ts'
import { unlist } from './listing.ts'
import { isBelow, isTemporary, isTest, parentOf } from './paths.ts'
import { lockPaths, lockTree } from './tree-locks.ts'

const { folders, uploadedFiles } = tables

export interface Move {
  from: string
  to: string
  overwrite: boolean
}

const taken = (to: string) => new Refusal('CONFLICT', `${to} exists already.`)

const movePath = (tx: Tx, tenantId: string, id: string, path: string) =>
  tx
    .update(uploadedFiles)
    .set({ path })
    .where(and(eq(uploadedFiles.tenantId, tenantId), eq(uploadedFiles.id, id)))

/**
 * A file under its new name. Out of a temporary name it arrives; into a template's pattern it is imported, unless it
 * was before, as it is when it leaves `/test/`; in any other case only the name changes.
 */
const isArrival = (file: FileRow, to: string): boolean =>
  !isTemporary(to) &&
  (file.status === 'WAITING_FOR_RENAME' || file.kind !== 'CONTACTS' || isTest(file.path) !== isTest(to))

export const renameFile = async (
  tx: Tx,
  memory: FileMemory,
  { from, to, overwrite }: Move,
): Promise<void> => {
  const { tenantId } = memory
  await lockPaths(tx, tenantId, [from, to])
  const file = await listedFile(tx, tenantId, from)
  if (file === undefined) throw notFound('The file')
  if (from === to) return
  await requireFolder(tx, tenantId, parentOf(to))
  if ((await findFolder(tx, tenantId, to)) !== undefined) throw taken(to)
  const replaced = await listedFile(tx, tenantId, to)
  if (replaced !== undefined && !overwrite) throw taken(to)
  await renameRecordings(tx, tenantId, [{ id: file.id, path: to }])
  if ((await discardRenamed(tx, memory, [{ file, to }])).size > 0) return
  if (replaced !== undefined) await unlist(tx, tenantId, to)
  await movePath(tx, tenantId, file.id, to)
  if (isArrival(file, to)) await arrive(tx, tenantId, [{ id: file.id, path: to, was: file.kind }])
}

/** With everything below it. Its files are no new arrivals, but one that a template reads now and never did is. */
export const renameFolder = async (tx: Tx, memory: FileMemory, { from, to }: Move): Promise<void> => {
  const { tenantId } = memory
  await lockTree(tx, tenantId)
  if ((await findFolder(tx, tenantId, from)) === undefined) throw notFound('The folder')
  if (from === to) return
  if (from === '/' || isBelow(to, from)) {
    throw new Refusal('CONFLICT', 'A folder cannot be moved into itself.')
  }
  await requireFolder(tx, tenantId, parentOf(to))
  if ((await findFolder(tx, tenantId, to)) !== undefined) throw taken(to)
  if ((await listedFile(tx, tenantId, to)) !== undefined) throw taken(to)
  const moved = (path: string) => to + path.slice(from.length)
  const inner = await foldersBelow(tx, tenantId, from)
  const paths = [from, ...inner.map(folder => folder.path)]
  await tx.delete(folders).where(and(eq(folders.tenantId, tenantId), inArray(folders.path, paths)))
  await tx.insert(folders).values(paths.map(path => ({ tenantId, path: moved(path) })))
  const below = await listedBelow(tx, tenantId, from)
  await renameRecordings(
    tx,
    tenantId,
    below.map(({ id, path }) => ({ id, path: moved(path) })),
  )
  const stored = below.filter(file => file.status === 'STORED')
  const renamed = stored.map(file => ({ file, to: moved(file.path) }))
  const discarded = await discardRenamed(tx, memory, renamed)
  const files = below.filter(file => !discarded.has(file.id))
  for (const file of files) await movePath(tx, tenantId, file.id, moved(file.path))
  const arrived = files.filter(file => file.status === 'STORED' && isArrival(file, moved(file.path)))
  await arrive(
    tx,
    tenantId,
    arrived.map(file => ({ id: file.id, path: moved(file.path), was: file.kind })),
  )
}
