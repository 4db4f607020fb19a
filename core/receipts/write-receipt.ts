import { type Tx, tables } from '../../db/db.ts'
import type { Receipt } from './receipt.ts'
import { receiptNames } from './receipt-names.ts'
import { receiptText } from './receipt-text.ts'

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
  const document = (path: string, text: string) => {
    const body = Buffer.from(text)
    return { ...common, path, body, size: body.length }
  }
  await tx
    .insert(reports)
    .values([
      document(names.json, `${JSON.stringify(named, null, 2)}\n`),
      document(names.text, receiptText(named)),
      ...(rejectedCsv ? [{ ...common, path: names.rejectedCsv, ...rejectedCsv }] : []),
    ])
}

const lastSegment = (path: string) => path.slice(path.lastIndexOf('/') + 1)
