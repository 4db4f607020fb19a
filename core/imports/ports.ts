import type { Database } from '../../db/db.ts'
import type { Log } from '../log.ts'
import type { Vault } from '../vault/vault.ts'

/** What the running of imports needs of its process. */
export interface ImportPorts {
  /** Without a statement timeout, one connection for each import that runs at once. */
  imports: Database
  /** For everything short: claims, progress, refusals. */
  database: Database
  vault: Vault
  log: Log
  /** As the job queue knows this worker; stands beside each import that it runs. */
  workerId: string
  /** Tenants whose imports this process runs at this moment. */
  running: Set<string>
  clock: () => Date
  observe?: ImportObserver
}

export interface ImportObserver {
  rows(outcome: 'created' | 'updated' | 'unchanged' | 'rejected', count: number): void
  ended(status: string, seconds: number): void
}

/** One try of one import. */
export interface ClaimedImport {
  tenantId: string
  id: string
  fileId: string
  /** The name that the file arrived under; it may have another one by now. */
  path: string
  /** Names this try; whoever finds another one in the row has lost it. */
  claim: string
  /** The worker whose try it is. */
  workerId: string
  /** Order of the tenant's imports. */
  ordinal: number
  /** The mark that it leaves on contacts, in the order of the tenant's files: a file that is read again keeps its own. */
  fileMark: number
  /** The template that it was asked to be read with; else the one that fits. */
  templateId: string | null
  /** Read as ever, and nothing kept. */
  dryRun: boolean
  failures: number
  outages: number
  startedAt: Date
}

/** Another worker has the import by now, or nobody: this try may write nothing. */
export class ClaimLost extends Error {
  override readonly name = 'ClaimLost'

  constructor(importId: string) {
    super(`The import ${importId} was taken from this worker.`)
  }
}
