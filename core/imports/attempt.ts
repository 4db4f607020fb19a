import type { ClaimedImport, ImportPorts } from './ports.ts'
import type { Problem } from './problem.ts'
import { type RejectedCsvObject, rejectedCsvObject } from './rejected-csv-object.ts'
import type { ContactFile } from './stored-file.ts'
import { newTally, type Tally } from './tally.ts'
import type { ChosenTemplate } from './template-for.ts'

/** What one try has found out so far. It outlives the try's transaction: a refusal is written after the rollback. */
export interface Attempt {
  claimed: ClaimedImport
  tally: Tally
  problems: Problem[]
  csv: RejectedCsvObject
  file?: ContactFile
  template?: ChosenTemplate
  /** Of the transaction's connection. */
  backendPid?: number
}

export const beginAttempt = ({ vault }: ImportPorts, claimed: ClaimedImport): Attempt => ({
  claimed,
  tally: newTally(),
  problems: [],
  csv: rejectedCsvObject(vault, claimed.tenantId),
})
