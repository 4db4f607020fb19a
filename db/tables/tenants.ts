import { sql } from 'drizzle-orm'
import { check, foreignKey, integer, primaryKey, snakeCase } from 'drizzle-orm/pg-core'
import { bytea, jsonb, madeNow, moment, newId, tenantId, text } from './columns.ts'
import { tenantPolicies } from './policies.ts'

/** A customer: one contact centre with its own people, files and rules. Slugs are one of the four registries that look across tenants. */
export const tenants = snakeCase.table(
  'tenants',
  {
    id: newId().primaryKey(),
    slug: text().notNull().unique('tenants_slug_registry'),
    name: text().notNull(),
    timeZone: text().notNull().default('UTC'),
    /** Local hour of the sweep, 0 to 23. */
    nightHour: integer().notNull().default(2),
    /** After how many days a named recording that has not come is a problem. */
    recordingGraceDays: integer().notNull().default(3),
    /** How long what was deleted is remembered. */
    tombstoneDays: integer().notNull().default(365),
    /** How long raw contact files, rejected values and reports are kept. */
    rawFileDays: integer().notNull().default(14),
    createdAt: madeNow(),
  },
  t => [
    check('tenants_slug_form', sql`${t.slug} ~ '^[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?$'`),
    ...tenantPolicies(t.id),
  ],
)

/** A tenant's keys, each wrapped by the master key; the newest wraps new objects' keys. */
export const tenantKeys = snakeCase.table(
  'tenant_keys',
  {
    tenantId: tenantId(),
    version: integer().notNull(),
    wrappedKey: bytea().notNull(),
    createdAt: madeNow(),
    retiredAt: moment(),
  },
  t => [
    primaryKey({ columns: [t.tenantId, t.version] }),
    foreignKey({ columns: [t.tenantId], foreignColumns: [tenants.id] }),
    ...tenantPolicies(t.tenantId),
  ],
)

/** Who did what, when. Append-only for the application's roles; never a secret, never a cell. */
export const auditEvents = snakeCase.table(
  'audit_events',
  {
    tenantId: tenantId(),
    id: newId(),
    at: madeNow(),
    /** The token's name, which the details tell by its id; `operator:<user>`, `sftp:<user name>`, `claim link`, or `system`. */
    actor: text().notNull(),
    action: text().notNull(),
    subject: text(),
    details: jsonb().$type<Record<string, unknown>>(),
  },
  t => [
    primaryKey({ columns: [t.tenantId, t.id] }),
    foreignKey({ columns: [t.tenantId], foreignColumns: [tenants.id] }),
    ...tenantPolicies(t.tenantId),
  ],
)
