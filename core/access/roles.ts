/**
 * Who a token is.
 *
 * STAFF        customer success: every tenant
 * ADMIN        reads and changes everything of one tenant
 * READER       reads one tenant
 * INTEGRATION  a partner: reads one tenant's contacts and by which file each came, records evaluations, maintains its agents
 */
export const roles = ['STAFF', 'ADMIN', 'READER', 'INTEGRATION'] as const
export type Role = (typeof roles)[number]

/** Whoever holds a token that is known, in force and not expired. Staff belong to no tenant. */
export type Caller = {
  tokenId: string
  name: string
  expiresAt: Date | null
} & ({ role: 'STAFF'; tenantId: null } | { role: Exclude<Role, 'STAFF'>; tenantId: string })
