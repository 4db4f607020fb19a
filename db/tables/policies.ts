import { type SQL, sql } from 'drizzle-orm'
import { type AnyPgColumn, pgPolicy } from 'drizzle-orm/pg-core'
import { definerRole, staffRole, tenantRole } from '../roles.ts'

/** NULL when no tenant is named: after a transaction-local set_config the setting is '' and not NULL. */
const namedTenant = sql`nullif(current_setting('nightdrop.tenant', true), '')::uuid`

const all = sql`true`

/** Row security of a tenant's table: the tenant sees its own rows, staff see all, nobody else any. */
export const tenantPolicies = (tenantId: AnyPgColumn) => {
  const own: SQL = sql`${tenantId} = ${namedTenant}`
  return [
    pgPolicy('tenant_own', { for: 'all', to: tenantRole, using: own, withCheck: own }),
    pgPolicy('staff_all', { for: 'all', to: staffRole, using: all, withCheck: all }),
  ]
}

/** Row security of a table of no tenant: staff and the processes' own role see it. */
export const staffPolicies = () => [
  pgPolicy('staff_all', { for: 'all', to: staffRole, using: all, withCheck: all }),
]

/** For the tables that a definer function looks into before a tenant is known. */
export const definerMayRead = () => pgPolicy('definer_reads', { for: 'select', to: definerRole, using: all })

/** For what is no secret to any tenant. */
export const tenantsMayRead = () => pgPolicy('tenant_reads', { for: 'select', to: tenantRole, using: all })
