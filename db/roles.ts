import { pgRole } from 'drizzle-orm/pg-core'

/**
 * Roles of the cluster; `bootstrap.sql` makes them once, before any migration. None may log in, none owns a table,
 * none bypasses row security.
 *
 * tenant   sees the rows of the tenant that `nightdrop.tenant` names in its transaction; unset, it sees none
 * staff    sees all tenants' rows
 * definer  owns the few functions that answer before a tenant is known
 */
export const tenantRole = pgRole('nightdrop_tenant').existing()
export const staffRole = pgRole('nightdrop_staff').existing()
export const definerRole = pgRole('nightdrop_definer').existing()
