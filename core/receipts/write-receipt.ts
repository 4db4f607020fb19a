import { type Tx, tables } from '../../db/db.ts'
import { nameOf } from '../files/paths.ts'
import type { Receipt, SharedReceipt } from './receipt.ts'
import { receiptNames } from './receipt-names.ts'
import { receiptText } from './receipt-text.ts'
import { sharedReceiptText } from './shared-receipt-text.ts'

const { reports } = tables

export interface RejectedCsvRow {
  objectId: string
  /** Bytes. */
  size: number
}

/** Writes a file's receipt, as JSON and as text, and names its CSV of rejected rows, in the transaction of the verdict. */
export async function writeReceipt(
  tx: Tx,
  tenantId: string,
  receipt: Receipt,
  at: Date,
  rejectedCsv: RejectedCsvRow | null = null,
): Promise<void> {
  const names = await receiptNames(tx, tenantId, receipt.file.path, at, receipt.verdict)
  const named: Receipt = {
    ...receipt,
    import: receipt.import && {
      ...receipt.import,
      rejectedCsv: rejectedCsv && lastSegment(names.rejectedCsv),
    },
  }
  const common = {
    tenantId,
    fileId: receipt.file.id,
    importId: receipt.import?.id ?? null,
    createdAt: at,
  }
  await tx
    .insert(reports)
    .values([
      { ...common, ...document(names.json, json(named)) },
      { ...common, ...document(names.text, receiptText(named)) },
      ...(rejectedCsv ? [{ ...common, path: names.rejectedCsv, ...rejectedCsv }] : []),
    ])
}

/** Of the root's files, which has no name. */
const ROOT_NAME = 'files'

/** Writes one receipt for many files of a folder, under the first one's id. */
export async function writeSharedReceipt(
  tx: Tx,
  tenantId: string,
  receipt: SharedReceipt,
  at: Date,
): Promise<void> {
  const { folder, files, verdict } = receipt
  const path = folder === '/' ? `/${ROOT_NAME}` : `${folder}/${nameOf(folder)}`
  const names = await receiptNames(tx, tenantId, path, at, verdict)
  const common = { tenantId, fileId: files[0]?.id ?? '', importId: null, createdAt: at }
  await tx.insert(reports).values([
    { ...common, ...document(names.json, json(receipt)) },
    { ...common, ...document(names.text, sharedReceiptText(receipt)) },
  ])
}

const json = (receipt: Receipt | SharedReceipt) => `${JSON.stringify(receipt, null, 2)}\n`

const document = (path: string, text: string) => {
  const body = Buffer.from(text)
  return { path, body, size: body.length }
}

const lastSegment = (path: string) => path.slice(path.lastIndexOf('/') + 1)
