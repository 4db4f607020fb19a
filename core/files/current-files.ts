import { and, eq, gt, gte, lt, or, sql } from 'drizzle-orm'
import type { Tx } from '../../db/db.ts'
import { tables } from '../../db/db.ts'
import { notFound } from '../refusal.ts'
import type { Entry } from './file-tree.ts'
import { belowRange, characters, nameOf } from './paths.ts'
import { testedFile } from './tested-file.ts'
import type { TreeAccount } from './tree-session.ts'

const { folders, tenants, uploadedFiles } = tables

export type FileRow = typeof uploadedFiles.$inferSelect

/** What an account sees of files: what is listed, and its own uploads that are not whole. */
const visible = ({ tenantId, id }: TreeAccount) =>
  and(
    eq(uploadedFiles.tenantId, tenantId),
    or(
      eq(uploadedFiles.listed, true),
      and(eq(uploadedFiles.status, 'INCOMPLETE'), eq(uploadedFiles.accountId, id)),
    ),
  )

/** Of a listed version and uploads after it, the upload; of a listed version and uploads before it, the version. */
const newestFirst = sql`coalesce(${uploadedFiles.storedAt}, ${uploadedFiles.startedAt}) desc, ${uploadedFiles.id} desc`

export const visibleFile = async (
  tx: Tx,
  account: TreeAccount,
  path: string,
): Promise<FileRow | undefined> => {
  const [row] = await tx
    .select()
    .from(uploadedFiles)
    .where(and(visible(account), eq(uploadedFiles.path, path)))
    .orderBy(newestFirst)
    .limit(1)
  return row
}

/** Clients look whether a file is there right after they sent it, by another connection perhaps. */
const LOOKED_FOR_MINUTES = 10

/**
 * What an account finds under a name that it asks for: as `visibleFile`, and for some minutes what it sent itself and
 * was discarded, or tried below `/test/`, with its size and time. No listing shows that, and nobody else sees it.
 */
export const sentFile = async (tx: Tx, account: TreeAccount, path: string): Promise<FileRow | undefined> => {
  const discarded = and(
    eq(uploadedFiles.tenantId, account.tenantId),
    eq(uploadedFiles.status, 'DISCARDED'),
    eq(uploadedFiles.accountId, account.id),
    gt(uploadedFiles.storedAt, sql`now() - make_interval(mins => ${LOOKED_FOR_MINUTES})`),
  )
  const [row] = await tx
    .select()
    .from(uploadedFiles)
    .where(and(or(visible(account), discarded), eq(uploadedFiles.path, path)))
    .orderBy(newestFirst)
    .limit(1)
  return row ?? (await testedFile(tx, account, path, LOOKED_FOR_MINUTES))
}

export const listedFile = async (tx: Tx, tenantId: string, path: string): Promise<FileRow | undefined> => {
  const [row] = await tx
    .select()
    .from(uploadedFiles)
    .where(
      and(eq(uploadedFiles.tenantId, tenantId), eq(uploadedFiles.path, path), eq(uploadedFiles.listed, true)),
    )
  return row
}

/** Directly in `folder`, each path once. */
export const visibleFilesIn = async (tx: Tx, account: TreeAccount, folder: string): Promise<FileRow[]> => {
  const { from, until } = belowRange(folder)
  return tx
    .selectDistinctOn([uploadedFiles.path])
    .from(uploadedFiles)
    .where(
      and(
        visible(account),
        gte(uploadedFiles.path, from),
        lt(uploadedFiles.path, until),
        sql`strpos(substr(${uploadedFiles.path}, ${characters(from) + 1}), '/') = 0`,
      ),
    )
    .orderBy(uploadedFiles.path, newestFirst)
}

export const listedBelow = (tx: Tx, tenantId: string, folder: string) => {
  const { from, until } = belowRange(folder)
  return tx
    .select()
    .from(uploadedFiles)
    .where(
      and(
        eq(uploadedFiles.tenantId, tenantId),
        eq(uploadedFiles.listed, true),
        gte(uploadedFiles.path, from),
        lt(uploadedFiles.path, until),
      ),
    )
}

export const findFolder = async (tx: Tx, tenantId: string, path: string): Promise<Date | undefined> => {
  if (path === '/') return tenantMade(tx, tenantId)
  const [row] = await tx
    .select({ createdAt: folders.createdAt })
    .from(folders)
    .where(and(eq(folders.tenantId, tenantId), eq(folders.path, path)))
  return row?.createdAt
}

/** What nobody made, the root and the reports, is as old as the tenant. */
export const tenantMade = async (tx: Tx, tenantId: string): Promise<Date | undefined> => {
  const [row] = await tx
    .select({ createdAt: tenants.createdAt })
    .from(tenants)
    .where(eq(tenants.id, tenantId))
  return row?.createdAt
}

export const foldersBelow = async (tx: Tx, tenantId: string, folder: string) => {
  const { from, until } = belowRange(folder)
  return tx
    .select({ path: folders.path, createdAt: folders.createdAt })
    .from(folders)
    .where(and(eq(folders.tenantId, tenantId), gt(folders.path, from), lt(folders.path, until)))
}

export const requireFolder = async (tx: Tx, tenantId: string, path: string): Promise<void> => {
  if (path !== '/' && (await findFolder(tx, tenantId, path)) === undefined) throw notFound('The folder')
}

export const fileEntry = (row: FileRow): Entry => ({
  name: nameOf(row.path),
  path: row.path,
  kind: 'file',
  size: row.size,
  modified: row.modifiedAt ?? row.storedAt ?? row.startedAt,
  readOnly: false,
})

export const folderEntry = (path: string, createdAt: Date, readOnly = false): Entry => ({
  name: path === '/' ? '' : nameOf(path),
  path,
  kind: 'folder',
  size: 0,
  modified: createdAt,
  readOnly,
})
