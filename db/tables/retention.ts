import { sql } from 'drizzle-orm'
import {
  bigint,
  boolean,
  check,
  date,
  foreignKey,
  index,
  integer,
  pgSequence,
  primaryKey,
  snakeCase,
  uniqueIndex,
} from 'drizzle-orm/pg-core'
import { jsonb, madeNow, moment, newId, oneOf, tenantId, text, uuid, writtenBy } from './columns.ts'
import { tenantPolicies } from './policies.ts'
import { tenants } from './tenants.ts'

export const retentionClocks = ['IMPORTED_AT', 'OCCURRED_AT'] as const

/** "Delete non-evaluated contacts after X days": what was ever set, newest last. The newest is in force. */
export const retentionRules = snakeCase.table(
  'retention_rules',
  {
    tenantId: tenantId(),
    id: newId(),
    /** The newest is in force, whatever the clocks said when it was set. */
    ordinal: bigint({ mode: 'number' }).notNull().generatedAlwaysAsIdentity(),
    enabled: boolean().notNull(),
    deleteAfterDays: integer(),
    deleteEvaluatedAfterDays: integer(),
    clock: text().$type<(typeof retentionClocks)[number]>().notNull(),
    changedAt: madeNow(),
    changedBy: text().notNull(),
  },
  t => [
    primaryKey({ columns: [t.tenantId, t.id] }),
    foreignKey({ columns: [t.tenantId], foreignColumns: [tenants.id] }),
    check('retention_rules_clock', oneOf('clock', retentionClocks)),
    check('retention_rules_days', sql`not ${t.enabled} or ${t.deleteAfterDays} between 1 and 3650`),
    ...tenantPolicies(t.tenantId),
  ],
)

/** Confirmations of a preview that were used: each is good once. */
export const usedConfirmations = snakeCase.table(
  'used_confirmations',
  { tenantId: tenantId(), id: uuid().notNull(), usedAt: madeNow() },
  t => [
    primaryKey({ columns: [t.tenantId, t.id] }),
    foreignKey({ columns: [t.tenantId], foreignColumns: [tenants.id] }),
    ...tenantPolicies(t.tenantId),
  ],
)

/** One sweep of a tenant; core/retention/run.ts has its states. */
export const retentionRuns = snakeCase.table(
  'retention_runs',
  {
    tenantId: tenantId(),
    id: newId(),
    /** The tenant's local date whose night this is; none when a person asked for it. */
    night: date({ mode: 'string' }),
    /** The rule as it was when the run began. */
    rule: jsonb().$type<Record<string, unknown>>().notNull(),
    /** The moment that terms are counted back from, the same for the whole run. */
    asOf: moment().notNull(),
    startedAt: moment().notNull(),
    finishedAt: moment(),
    requestedBy: text(),
    contactsDeleted: integer().notNull().default(0),
    recordingsDeleted: integer().notNull().default(0),
    /** Contact files whose raw bytes were deleted. */
    filesDeleted: integer().notNull().default(0),
    /** Of recordings and files. */
    bytesDeleted: bigint({ mode: 'number' }).notNull().default(0),
    /** The certificate, in the vault. */
    certificateId: uuid(),
  },
  t => [
    primaryKey({ columns: [t.tenantId, t.id] }),
    foreignKey({ columns: [t.tenantId], foreignColumns: [tenants.id] }),
    uniqueIndex('retention_runs_night').on(t.tenantId, t.night).where(sql`${t.night} is not null`),
    uniqueIndex('retention_runs_under_way').on(t.tenantId).where(sql`${t.finishedAt} is null`),
    ...tenantPolicies(t.tenantId),
  ],
)

/** Erasure on a person's request. */
export const erasures = snakeCase.table(
  'erasures',
  {
    tenantId: tenantId(),
    id: newId(),
    at: moment().notNull(),
    reason: text().notNull(),
    erasedBy: text().notNull(),
    contacts: integer().notNull(),
    recordings: integer().notNull(),
    bytes: bigint({ mode: 'number' }).notNull(),
    /** Recordings that may be theirs, and of others as well, so that they were left. */
    recordingsLeft: integer().notNull().default(0),
    /** When the last raw file and report that may hold their rows is gone. */
    completeBy: moment().notNull(),
    certificateId: uuid().notNull(),
  },
  t => [
    primaryKey({ columns: [t.tenantId, t.id] }),
    foreignKey({ columns: [t.tenantId], foreignColumns: [tenants.id] }),
    ...tenantPolicies(t.tenantId),
  ],
)

/** Numbers of destructions, over all tenants: the record outside the database is in this order. */
export const destructionNumbers = pgSequence('destruction_numbers')

/**
 * What one transaction destroyed, without personal data. The same stands outside the database, under the same number:
 * core/retention/record.ts.
 */
export const destructions = snakeCase.table(
  'destructions',
  {
    tenantId: tenantId(),
    number: bigint({ mode: 'number' }).notNull(),
    at: moment().notNull(),
    runId: uuid(),
    erasureId: uuid(),
    /** Keyed hashes of the references of contacts. */
    references: uuid().array().notNull(),
    /** Ids of vault objects. */
    objects: uuid().array().notNull(),
  },
  t => [
    primaryKey({ columns: [t.tenantId, t.number] }),
    foreignKey({ columns: [t.tenantId], foreignColumns: [tenants.id] }),
    index('destructions_run').on(t.tenantId, t.runId).where(sql`${t.runId} is not null`),
    ...tenantPolicies(t.tenantId),
  ],
)

export const tombstoneKinds = ['REFERENCE', 'FILE'] as const

/**
 * What was deleted on purpose and is not taken again when it is sent again; known by a keyed hash alone. No foreign key:
 * a night buries a hundred thousand, and each would be checked.
 */
export const tombstones = snakeCase.table(
  'tombstones',
  {
    tenantId: tenantId(),
    kind: text().$type<(typeof tombstoneKinds)[number]>().notNull(),
    hash: uuid().notNull(),
    /** When it was made, or sent again for the last time. */
    seenAt: madeNow(),
  },
  t => [
    primaryKey({ columns: [t.tenantId, t.kind, t.hash] }),
    check('tombstones_kind', oneOf('kind', tombstoneKinds)),
    // A condition that always holds and must be named: the look-up of a hash, which knows its tenant too, must never
    // be planned through this index, whatever the table's statistics say.
    // They are made in the order of time, and looked through by it once a night: BRIN costs a burial nothing.
    index('tombstones_seen').using('brin', t.tenantId, t.seenAt).where(sql`${t.seenAt} > '-infinity'`),
    ...tenantPolicies(t.tenantId),
  ],
)

/** Transactions that buried references: by these an import that runs knows whether it must look once more. */
export const burials = snakeCase.table(
  'burials',
  { tenantId: tenantId(), writtenBy: writtenBy(), at: madeNow() },
  t => [primaryKey({ columns: [t.tenantId, t.writtenBy] }), ...tenantPolicies(t.tenantId)],
)
