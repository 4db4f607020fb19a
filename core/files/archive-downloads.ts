import { and, desc, eq, sql } from 'drizzle-orm'
import { type Database, type Tx, tables } from '../../db/db.ts'
import { audit } from '../access/audit.ts'
import type { LinkTarget } from '../access/links.ts'
import { isArchive } from '../imports/packed/archive-names.ts'

const { auditEvents, uploadedFiles } = tables

type FileTarget = Extract<LinkTarget, { kind: 'file' }>

const ACTION = 'downloadFile'
/** Among so many of the latest deeds a link's first use is looked for: a link lives fifteen minutes. */
const LATEST = 1_000

/**
 * Puts on record that an archive was taken, once for each link: recordings may be in it, which nobody then plays here
 * (core/recordings/playbacks.ts). Other files are taken without a word.
 */
export async function recordArchiveDownload(
  database: Database,
  { tenantId, id, use, issuedTo }: FileTarget,
  address: string,
): Promise<void> {
  await database.asTenant(tenantId, async tx => {
    const [file] = await tx
      .select({ path: uploadedFiles.path })
      .from(uploadedFiles)
      .where(and(eq(uploadedFiles.tenantId, tenantId), eq(uploadedFiles.id, id)))
    if (file === undefined || !isArchive(file.path) || (await isOnRecord(tx, tenantId, use))) return
    const { tokenId, name: actor, staff } = issuedTo
    await audit(tx, tenantId, {
      actor,
      by: { token: tokenId, ...(staff ? { role: 'STAFF' } : {}) },
      action: ACTION,
      subject: id,
      details: { download: use, address },
    })
  })
}

/** One after the other: those who load a file in parts ask for several at once. */
const isOnRecord = async (tx: Tx, tenantId: string, use: string): Promise<boolean> => {
  await tx.execute(sql`select pg_advisory_xact_lock(hashtextextended(${`download ${use}`}, 0))`)
  const latest = tx
    .select({ action: auditEvents.action, details: auditEvents.details })
    .from(auditEvents)
    .where(eq(auditEvents.tenantId, tenantId))
    .orderBy(desc(auditEvents.id))
    .limit(LATEST)
    .as('latest')
  const found = await tx
    .select({ action: latest.action })
    .from(latest)
    .where(and(eq(latest.action, ACTION), sql`${latest.details} ->> 'download' = ${use}`))
    .limit(1)
  return found.length > 0
}
