import { type TenantTx, type Tx, tables } from '../../db/db.ts'

/** Who acts: a token's name, `sftp:<user name>` or `system`, as the trail shows it. */
export interface Deed {
  actor: string
  /** The mutation or event, such as `createSftpAccount`. */
  action: string
  /** The id of what it was done to. */
  subject?: string
  /** Before and after where it matters; never a secret, never a cell of a file. */
  details?: Record<string, unknown>
}

/** Writes to a tenant's trail in the transaction of the deed itself: both are there, or neither. */
export async function audit(tx: Tx | TenantTx, tenantId: string, deed: Deed): Promise<void> {
  await tx.insert(tables.auditEvents).values({ tenantId, ...deed })
}
