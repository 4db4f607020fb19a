import { and, eq } from 'drizzle-orm'
import { type Tx, tables } from '../../db/db.ts'
import type { ReceiptFile } from '../receipts/receipt.ts'
import { storedObject } from '../vault/object-rows.ts'
import type { StoredObject } from '../vault/vault.ts'
import type { ClaimedImport } from './ports.ts'

const { uploadedFiles } = tables

/** The file that an import reads. */
export interface ContactFile {
  tenantId: string
  receipt: ReceiptFile
  object: StoredObject
}

/** Its bytes are no longer there although the import still waits. */
export class FileGone extends Error {
  override readonly name = 'FileGone'
}

export async function findFile(tx: Tx, claimed: ClaimedImport): Promise<ContactFile> {
  const { tenantId, fileId } = claimed
  const { objectId, ...receipt } = await importedFile(tx, claimed)
  if (objectId === null) throw new FileGone(`The file ${fileId} has no stored bytes any more.`)
  return { tenantId, receipt, object: await storedObject(tx, tenantId, objectId) }
}

/** What a receipt says about an import's file, under the name that it arrived by. */
export async function importedFile(
  tx: Tx,
  { tenantId, fileId, path }: ClaimedImport,
): Promise<ReceiptFile & { objectId: string | null }> {
  const [row] = await tx
    .select()
    .from(uploadedFiles)
    .where(and(eq(uploadedFiles.tenantId, tenantId), eq(uploadedFiles.id, fileId)))
  if (!row) throw new FileGone(`The file ${fileId} is not on record.`)
  const { id, size, storedAt, objectId } = row
  return { id, path, size, receivedAt: storedAt?.toISOString() ?? null, objectId }
}
