import { type TenantTx, type Tx, tables } from '../../db/db.ts'
import type { Caller, Role } from './roles.ts'

/** Who acts: a token's name, `operator:<user>`, `sftp:<user name>`, `claim link` or `system`, as the trail shows it. */
export interface Deed {
  actor: string
  /** The token it was done with, which the details tell: any number of tokens may have one name. */
  by?: { token: string; role?: Role }
  /** The mutation or event, such as `createSftpAccount`. */
  action: string
  /** The id of what it was done to. */
  subject?: string
  /** Before and after where it matters; never a secret, never a cell of a file. */
  details?: Record<string, unknown>
}

/** Writes to a tenant's trail in the transaction of the deed itself: both are there, or neither. */
export async function audit(tx: Tx | TenantTx, tenantId: string, deed: Deed): Promise<void> {
  const { by, details, ...rest } = deed
  const told = by ? { ...details, by } : details
  await tx.insert(tables.auditEvents).values({ tenantId, ...rest, ...(told ? { details: told } : {}) })
}

/** Whoever holds a token, as the trail has them. */
export const actorOf = ({ name, tokenId, role }: Caller): Pick<Deed, 'actor' | 'by'> => ({
  actor: name,
  by: { token: tokenId, role },
})
