import { and, eq } from 'drizzle-orm'
import { type Database, type Tx, tables } from '../../db/db.ts'
import { type Download, downloadObject } from '../files/download.ts'
import { notFound } from '../refusal.ts'
import type { Vault } from '../vault/vault.ts'

const { erasures, retentionRuns } = tables

/** A certificate of a run or of an erasure, by its object, as old as what it certifies. */
export async function downloadCertificate(
  database: Database,
  vault: Vault,
  tenantId: string,
  objectId: string,
): Promise<Download> {
  const modified = await database.asTenant(tenantId, tx => certifiedAt(tx, tenantId, objectId))
  return await downloadObject(database, vault, tenantId, {
    name: `certificate-${objectId}.json`,
    modified,
    objectId,
  })
}

async function certifiedAt(tx: Tx, tenantId: string, certificateId: string): Promise<Date> {
  const [run] = await tx
    .select({ at: retentionRuns.finishedAt })
    .from(retentionRuns)
    .where(and(eq(retentionRuns.tenantId, tenantId), eq(retentionRuns.certificateId, certificateId)))
  if (run?.at) return run.at
  const [erasure] = await tx
    .select({ at: erasures.at })
    .from(erasures)
    .where(and(eq(erasures.tenantId, tenantId), eq(erasures.certificateId, certificateId)))
  if (!erasure) throw notFound('The certificate')
  return erasure.at
}
