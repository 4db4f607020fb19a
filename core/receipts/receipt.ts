import type { Problem } from '../imports/problem.ts'

/**
 * A receipt is the answer to a file, where the sender's batch job can fetch it: in `/reports`, in the file's own
 * folder. Its name holds the verdict, since a batch file on Windows cannot read JSON.
 *
 *   OK         every row was taken, but those that were deleted on purpose before
 *   PARTLY     some more rows were rejected, all others taken; or an archive holds a CSV that no template names
 *   REFUSED    the file's fault, nothing of it was kept
 *   FAILED     a fault of ours that lasted; nothing was kept, and it is not tried again by itself
 *   IGNORED    no template names it: kept, not read
 *   DISCARDED  sent again after it had been deleted on purpose: dropped
 */
export const verdicts = ['OK', 'PARTLY', 'REFUSED', 'FAILED', 'IGNORED', 'DISCARDED'] as const
export type Verdict = (typeof verdicts)[number]

/** What the JSON receipt holds; fields are only ever added. */
export interface Receipt {
  verdict: Verdict
  /** What the reader has to do, in one sentence. */
  whatToDo: string
  file: ReceiptFile
  import: ReceiptImport | null
  /** Why nothing was kept. */
  failure: Problem | null
  /** Everything else worth saying, by cause. */
  problems: readonly Problem[]
}

export interface ReceiptFile {
  id: string
  path: string
  /** Bytes. */
  size: number
  receivedAt: string | null
}

/** One answer to many files of a folder that came within a short time, in their folder and named for it. */
export interface SharedReceipt {
  /** The worst of theirs. */
  verdict: Verdict
  whatToDo: string
  folder: string
  files: readonly SharedReceiptFile[]
  problems: readonly Problem[]
}

export interface SharedReceiptFile extends ReceiptFile {
  verdict: Verdict
  import: ReceiptImport | null
}

export interface ReceiptImport {
  id: string
  /** Read below `/test`: the counts say what would have been, and nothing is kept. */
  dryRun: boolean
  template: { name: string; version: number } | null
  startedAt: string
  finishedAt: string
  rowsRead: number
  created: number
  updated: number
  unchanged: number
  rejected: number
  /** Of the rejected rows, those whose contact was deleted on purpose before: there is nothing to correct about them. */
  deletedBefore: number
  /** Agent keys of the file that no agent answers to, each counted once. */
  unlinkedAgents: number
  /** Beside this receipt, ready to be corrected and sent again. */
  rejectedCsv: string | null
}
