import { and, desc, eq, gt, gte, lt, sql } from 'drizzle-orm'
import { type Tx, tables } from '../../db/db.ts'
import { stemOf } from '../receipts/receipt-names.ts'
import { destroyObjects } from '../vault/object-rows.ts'
import type { FileRow } from './current-files.ts'
import { isTest } from './paths.ts'
import { lockPaths } from './tree-locks.ts'
import type { TreeAccount } from './tree-session.ts'

const { imports, reports, uploadedFiles } = tables

/**
 * A file below `/test/` is tried, and kept no longer than until its receipt is written, in the transaction of that: then
 * its bytes, its name and its place in the listing go. One that was renamed out of `/test/` meanwhile stays.
 */
export async function dropTested(tx: Tx, tenantId: string, fileId: string): Promise<void> {
  const file = await lockTested(tx, tenantId, fileId)
  if (!file || file.objectId === null || !isTest(file.path)) return
  // Moved here after it was imported: its import may be asked for its bytes.
  const real = and(eq(imports.tenantId, tenantId), eq(imports.fileId, fileId), eq(imports.dryRun, false))
  if ((await tx.$count(imports, real)) > 0) return
  await tx
    .update(uploadedFiles)
    // Never counts as stored from here on: it was no file of a night.
    .set({ status: 'DELETED', listed: false, objectId: null, path: fileId, storedAt: null })
    .where(own(tenantId, fileId))
  await destroyObjects(tx, tenantId, [{ objectId: file.objectId }])
}

const own = (tenantId: string, fileId: string) =>
  and(eq(uploadedFiles.tenantId, tenantId), eq(uploadedFiles.id, fileId))

/** Under the lock of the path that it has by then: whoever renames it comes before, or finds it gone. */
async function lockTested(tx: Tx, tenantId: string, fileId: string): Promise<FileRow | undefined> {
  for (let locked: string | undefined; ; ) {
    const [file] = await tx.select().from(uploadedFiles).where(own(tenantId, fileId))
    if (!file || file.path === locked) return file
    locked = file.path
    await lockPaths(tx, tenantId, [locked])
  }
}

/**
 * What an account sent below `/test/` and whose receipt is there already: clients look right after an upload whether a
 * file is there, and are told its size and time for some minutes.
 */
export async function testedFile(
  tx: Tx,
  { tenantId, id }: TreeAccount,
  path: string,
  minutes: number,
): Promise<FileRow | undefined> {
  if (!isTest(path)) return undefined
  const stem = stemOf(path)
  const [found] = await tx
    .select({ file: uploadedFiles })
    .from(reports)
    .innerJoin(
      uploadedFiles,
      and(eq(uploadedFiles.tenantId, reports.tenantId), eq(uploadedFiles.id, reports.fileId)),
    )
    .where(
      and(
        eq(reports.tenantId, tenantId),
        gte(reports.path, `${stem}.`),
        lt(reports.path, `${stem}/`),
        gt(reports.createdAt, sql`now() - make_interval(mins => ${minutes})`),
        eq(uploadedFiles.status, 'DELETED'),
        eq(uploadedFiles.accountId, id),
      ),
    )
    .orderBy(desc(reports.createdAt))
    .limit(1)
  return found && { ...found.file, path }
}
