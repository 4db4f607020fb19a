import { isArchive } from '../imports/packed/archive-names.ts'
import { hasLeftCsv } from '../imports/packed/left-out.ts'
import type { Problem, WhoseMove } from '../imports/problem.ts'
import type { Counts } from '../imports/tally.ts'
import type { Receipt, ReceiptFile, Verdict } from './receipt.ts'

export interface EndedImport {
  id: string
  status: 'COMPLETED' | 'REFUSED' | 'FAILED'
  counts: Counts
  unlinkedAgents: number
  /** Of the rejected rows, those whose contact was deleted before. */
  deletedBefore: number
  failure: Problem | null
  problems: readonly Problem[]
  template: { name: string; version: number } | null
  dryRun: boolean
  startedAt: Date
  finishedAt: Date
}

/** The receipt of an import that ended. */
export function importReceipt(file: ReceiptFile, ended: EndedImport): Receipt {
  const { counts, startedAt, finishedAt, failure, problems } = ended
  const { rowsRead, created, updated, unchanged, rejected } = counts
  const verdict = verdictOf(ended)
  return {
    verdict,
    whatToDo: whatToDo(file, verdict, ended),
    file,
    import: {
      id: ended.id,
      dryRun: ended.dryRun,
      template: ended.template,
      startedAt: startedAt.toISOString(),
      finishedAt: finishedAt.toISOString(),
      rowsRead,
      created,
      updated,
      unchanged,
      rejected,
      deletedBefore: ended.deletedBefore,
      unlinkedAgents: ended.unlinkedAgents,
      rejectedCsv: null,
    },
    failure,
    problems,
  }
}

/** Rows that were deleted before can neither be corrected nor sent again: of them alone, a file is as it should be. */
const verdictOf = ({ status, counts, deletedBefore, problems }: EndedImport): Verdict => {
  if (status !== 'COMPLETED') return status
  return counts.rejected > deletedBefore || hasLeftCsv(problems) ? 'PARTLY' : 'OK'
}

const moves: Record<WhoseMove, string> = {
  SENDER: 'Correct the file as the problem says, and send it again.',
  ADMIN: 'An administrator of the account must act, as the problem says; then send the file again.',
  STAFF: 'Customer success must act, as the problem says.',
  OURS: 'Nothing: the fault is ours, nothing was kept twice, and the file need not be sent again.',
}

const whatToDo = ({ path }: ReceiptFile, verdict: Verdict, ended: EndedImport): string => {
  if (isArchive(path) && ended.failure === null) return afterUnpacking(path, verdict, ended)
  return ended.dryRun ? afterDryRun(verdict, ended) : afterImport(verdict, ended)
}

/** What became of contact files in it they say themselves. */
const afterUnpacking = (path: string, verdict: Verdict, { dryRun }: EndedImport): string => {
  const receipts = `what became of the contact files in it is told below /reports${path}.`
  if (dryRun) return `It was a dry run: nothing was kept, and ${receipts}`
  return verdict === 'PARTLY'
    ? `An administrator of the account must act, as the problem says; nothing need be sent again. Otherwise ${receipts}`
    : `Nothing: ${receipts}`
}

const afterImport = (verdict: Verdict, { failure, deletedBefore }: EndedImport): string => {
  if (verdict === 'PARTLY')
    return 'Correct the rows in the file of rejected rows, and send that file; the other rows need not be sent again.'
  if (failure?.code === 'NO_ROWS')
    return 'Nothing, if the day was quiet; otherwise run the export again, and send its file.'
  if (failure) return moves[failure.whoseMove]
  return deletedBefore > 0
    ? 'Nothing: the rejected rows were deleted here on purpose, and are not taken again.'
    : 'Nothing.'
}

/** Nothing was kept of it, whatever the verdict. */
const afterDryRun = (verdict: Verdict, { failure }: EndedImport): string => {
  if (failure) return `${moves[failure.whoseMove]} It was a dry run: nothing would have been kept.`
  return verdict === 'PARTLY'
    ? 'It was a dry run: nothing was kept. Correct the rows in the file of rejected rows; send the file outside of /test to have it imported.'
    : 'It was a dry run: nothing was kept. Send the file outside of /test to have it imported.'
}
