import type { Database } from '../../db/db.ts'
import type { Vault } from '../vault/vault.ts'
import type { Entry } from './file-tree.ts'

/** Whose tree it is: an account of a tenant, as it was when its session began. */
export interface TreeAccount {
  id: string
  tenantId: string
  /** The largest file it may send. */
  maxFileBytes: number
}

export interface TreeOptions {
  database: Database
  vault: Vault
  account: TreeAccount
  /** Where failures go that no caller can be told of, such as an abort that could not be put on record. */
  warn?: (error: unknown, what: string) => void
}

/** What all handles and calls of one session share. */
export interface TreeSession extends TreeOptions {
  /** Uploads of this session that take bytes now, by path. */
  readonly open: Map<string, OpenUpload>
}

export interface OpenUpload {
  entry(): Entry
  setModified(modified: Date): void
}
