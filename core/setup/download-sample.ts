import { and, eq } from 'drizzle-orm'
import { type Database, tables } from '../../db/db.ts'
import { type Download, downloadObject } from '../files/download.ts'
import { notFound } from '../refusal.ts'
import type { Vault } from '../vault/vault.ts'

const { setupSamples } = tables

/** A sample's bytes, by its object. NOT_FOUND once it was deleted, or replaced. */
export async function downloadSample(
  database: Database,
  vault: Vault,
  tenantId: string,
  objectId: string,
): Promise<Download> {
  const [sample] = await database.asTenant(tenantId, tx =>
    tx
      .select({ name: setupSamples.fileName, modified: setupSamples.addedAt })
      .from(setupSamples)
      .where(and(eq(setupSamples.tenantId, tenantId), eq(setupSamples.objectId, objectId))),
  )
  if (!sample) throw notFound('The sample')
  return await downloadObject(database, vault, tenantId, { ...sample, objectId })
}
