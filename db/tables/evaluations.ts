import { sql } from 'drizzle-orm'
import { foreignKey, index, integer, primaryKey, snakeCase, uniqueIndex } from 'drizzle-orm/pg-core'
import { madeNow, moment, newId, tenantId, text, uuid } from './columns.ts'
import { tenantPolicies } from './policies.ts'
import { tenants } from './tenants.ts'

/**
 * An evaluation of a contact, made in another system. While no contact has its reference it waits; it goes with its
 * contact. Whether a contact is evaluated stands in the contact's own row as well.
 */
export const evaluations = snakeCase.table(
  'evaluations',
  {
    tenantId: tenantId(),
    id: newId(),
    /** Its id in the system that made it. */
    reference: text().notNull(),
    /** None while it waits. */
    contactId: uuid(),
    contactReference: text().notNull(),
    evaluatedAt: moment().notNull(),
    recordedAt: madeNow(),
    withdrawnAt: moment(),
  },
  t => [
    primaryKey({ columns: [t.tenantId, t.id] }),
    foreignKey({ columns: [t.tenantId], foreignColumns: [tenants.id] }),
    uniqueIndex('evaluations_reference').on(t.tenantId, t.reference),
    index('evaluations_contact').on(t.tenantId, t.contactId).where(sql`${t.contactId} is not null`),
    index('evaluations_waiting')
      .on(t.tenantId, t.contactReference)
      .where(sql`${t.contactId} is null and ${t.withdrawnAt} is null`),
    ...tenantPolicies(t.tenantId),
  ],
)

/** A legal hold: its contacts are left as they are by everything, until it is released. */
export const legalHolds = snakeCase.table(
  'legal_holds',
  {
    tenantId: tenantId(),
    id: newId(),
    reason: text().notNull(),
    contactCount: integer().notNull(),
    placedBy: text().notNull(),
    placedAt: madeNow(),
    releasedAt: moment(),
    releasedBy: text(),
  },
  t => [
    primaryKey({ columns: [t.tenantId, t.id] }),
    foreignKey({ columns: [t.tenantId], foreignColumns: [tenants.id] }),
    ...tenantPolicies(t.tenantId),
  ],
)

/** Which contacts a hold is on. `contacts.hold_count` says how many holds in force a contact has. */
export const heldContacts = snakeCase.table(
  'held_contacts',
  { tenantId: tenantId(), holdId: uuid().notNull(), contactId: uuid().notNull() },
  t => [
    primaryKey({ columns: [t.tenantId, t.holdId, t.contactId] }),
    foreignKey({ columns: [t.tenantId, t.holdId], foreignColumns: [legalHolds.tenantId, legalHolds.id] }),
    index('held_contacts_contact').on(t.tenantId, t.contactId),
    ...tenantPolicies(t.tenantId),
  ],
)
