import type { Tx } from '../../../db/db.ts'
import type { FileRow } from '../../files/current-files.ts'
import { writeReceipt } from '../../receipts/write-receipt.ts'
import type { Problem } from '../problem.ts'
import { storable } from '../storable.ts'
import type { ArchivePlan } from './plan-entries.ts'

const EXAMPLES = 3

const receiptFile = ({ id, path, size, storedAt }: FileRow) => ({
  id,
  path,
  size,
  receivedAt: storedAt?.toISOString() ?? null,
})

/** What became of the archive; each contact file in it has a receipt of its own, in the archive's folder. */
export const writeUnpacked = async (tx: Tx, file: FileRow, plan: ArchivePlan, now: Date): Promise<void> => {
  const nothing = plan.taken.length === 0
  await writeReceipt(
    tx,
    file.tenantId,
    {
      verdict: nothing ? 'IGNORED' : 'OK',
      whatToDo: nothing
        ? 'If it holds contacts, name its files as a column template does, or have a template made for them; then send it again.'
        : 'Nothing: each contact file in it has a receipt of its own.',
      file: receiptFile(file),
      import: null,
      failure: null,
      problems: plan.left.length === 0 ? [] : [storable(leftOut(plan.left))],
    },
    now,
  )
}

const leftOut = (left: readonly string[]): Problem => {
  const examples = left.slice(0, EXAMPLES)
  return {
    code: 'NO_TEMPLATE',
    message: `${left.length === 1 ? 'One entry is' : `${left.length} entries are`} neither named by a column template nor recordings: nothing becomes of them. For example ${examples.map(name => `"${name}"`).join(', ')}.`,
    whoseMove: 'ADMIN',
    row: null,
    column: null,
    details: { count: left.length, examples },
  }
}

export const writeRefusal = async (tx: Tx, file: FileRow, problem: Problem, now: Date): Promise<void> => {
  await writeReceipt(
    tx,
    file.tenantId,
    {
      verdict: 'REFUSED',
      whatToDo: 'Correct the archive as the problem says, and send it again.',
      file: receiptFile(file),
      import: null,
      failure: storable(problem),
      problems: [],
    },
    now,
  )
}
