import type { Tx } from '../../db/db.ts'
import { parentOf } from '../files/paths.ts'
import type { Receipt, SharedReceipt, Verdict } from './receipt.ts'
import { writeReceipt, writeSharedReceipt } from './write-receipt.ts'

/** So many files of a folder that end together share a receipt; fewer have their own. */
const SHARED_FROM = 16

/** Receipts for files whose imports ended in one transaction. */
export async function writeImportReceipts(
  tx: Tx,
  tenantId: string,
  receipts: readonly Receipt[],
  at: Date,
): Promise<void> {
  for (const [folder, those] of Map.groupBy(receipts, ({ file }) => parentOf(file.path))) {
    if (those.length >= SHARED_FROM) await writeSharedReceipt(tx, tenantId, sharedBy(folder, those), at)
    else for (const receipt of those) await writeReceipt(tx, tenantId, receipt, at)
  }
}

const sharedBy = (folder: string, receipts: readonly Receipt[]): SharedReceipt => {
  const worst = receipts.reduce((one, other) => (rank(other) > rank(one) ? other : one))
  return {
    verdict: worst.verdict,
    whatToDo: worst.whatToDo,
    folder,
    files: receipts.map(({ file, verdict, import: done }) => ({ ...file, verdict, import: done })),
    problems: receipts.flatMap(({ failure, problems }) => [...(failure ? [failure] : []), ...problems]),
  }
}

const fromBestToWorst: readonly Verdict[] = ['OK', 'DISCARDED', 'IGNORED', 'PARTLY', 'REFUSED', 'FAILED']
const rank = ({ verdict }: Receipt) => fromBestToWorst.indexOf(verdict)
