import { check, foreignKey, primaryKey, snakeCase } from 'drizzle-orm/pg-core'
import { bytea, madeNow, moment, newId, oneOf, tenantId, text, uuid } from './columns.ts'
import { definerMayRead, staffPolicies, tenantPolicies } from './policies.ts'
import { tenants } from './tenants.ts'

/** A bearer token of one tenant. The token itself is nowhere: `token_registry` has its hash. */
export const apiTokens = snakeCase.table(
  'api_tokens',
  {
    tenantId: tenantId(),
    id: newId(),
    name: text().notNull(),
    role: text().$type<'ADMIN' | 'READER' | 'INTEGRATION'>().notNull(),
    prefix: text().notNull(),
    createdAt: madeNow(),
    expiresAt: moment(),
    lastUsedAt: moment(),
    revokedAt: moment(),
  },
  t => [
    primaryKey({ columns: [t.tenantId, t.id] }),
    foreignKey({ columns: [t.tenantId], foreignColumns: [tenants.id] }),
    check('api_tokens_role', oneOf('role', ['ADMIN', 'READER', 'INTEGRATION'])),
    ...tenantPolicies(t.tenantId),
    definerMayRead(),
  ],
)

/** A registry across tenants: which tenant a token's SHA-256 belongs to. Only `lookup_token` reads it for strangers. */
export const tokenRegistry = snakeCase.table(
  'token_registry',
  { hash: bytea().primaryKey(), tenantId: tenantId(), tokenId: uuid().notNull() },
  t => [
    foreignKey({ columns: [t.tenantId, t.tokenId], foreignColumns: [apiTokens.tenantId, apiTokens.id] }),
    ...tenantPolicies(t.tenantId),
    definerMayRead(),
  ],
)

/** Tokens of customer success, who belong to no tenant. `slot` names the one that the configuration sets. */
export const staffTokens = snakeCase.table(
  'staff_tokens',
  {
    id: newId().primaryKey(),
    slot: text().unique('staff_tokens_slot'),
    name: text().notNull(),
    hash: bytea().notNull().unique('staff_tokens_hash'),
    prefix: text().notNull(),
    createdAt: madeNow(),
    expiresAt: moment(),
    lastUsedAt: moment(),
    revokedAt: moment(),
  },
  () => [...staffPolicies(), definerMayRead()],
)
