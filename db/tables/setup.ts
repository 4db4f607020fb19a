import { sql } from 'drizzle-orm'
import { bigint, check, foreignKey, index, primaryKey, snakeCase } from 'drizzle-orm/pg-core'
import { sftpAccounts } from './accounts.ts'
import { bytea, jsonb, madeNow, moment, newId, oneOf, tenantId, text, uuid } from './columns.ts'
import { vaultObjects } from './files.ts'
import { columnTemplates } from './imports.ts'
import { definerMayRead, tenantPolicies } from './policies.ts'
import { tenants } from './tenants.ts'

export const setupStatuses = ['SUBMITTED', 'CHANGES_REQUESTED', 'APPROVED', 'REJECTED', 'WITHDRAWN'] as const

/** What a customer asks for: an account and a template for one source of files. core/setup/states.ts has the table of states. */
export const setupRequests = snakeCase.table(
  'setup_requests',
  {
    tenantId: tenantId(),
    id: newId(),
    status: text().$type<(typeof setupStatuses)[number]>().notNull().default('SUBMITTED'),
    contactName: text().notNull(),
    contactEmail: text().notNull(),
    contactPhone: text(),
    sourceSystem: text().notNull(),
    notes: text(),
    /** One line, as keys of accounts are kept. */
    sshPublicKey: text(),
    /** A SampleAnalysis (core/setup/analysis/); without the sample's values once the samples are deleted. */
    analysis: jsonb().$type<Record<string, unknown>>().notNull(),
    submittedAt: madeNow(),
    /** When it became the turn of whoever must act now; none once decided. */
    waitingSince: moment(),
    decidedAt: moment(),
    templateId: uuid(),
    accountId: uuid(),
  },
  t => [
    primaryKey({ columns: [t.tenantId, t.id] }),
    foreignKey({ columns: [t.tenantId], foreignColumns: [tenants.id] }),
    foreignKey({
      columns: [t.tenantId, t.templateId],
      foreignColumns: [columnTemplates.tenantId, columnTemplates.id],
    }),
    foreignKey({
      columns: [t.tenantId, t.accountId],
      foreignColumns: [sftpAccounts.tenantId, sftpAccounts.id],
    }),
    check('setup_requests_status', oneOf('status', setupStatuses)),
    ...tenantPolicies(t.tenantId),
  ],
)

/** What was said about a request, by whom and when. */
export const setupMessages = snakeCase.table(
  'setup_messages',
  {
    tenantId: tenantId(),
    id: newId(),
    requestId: uuid().notNull(),
    role: text().$type<'STAFF' | 'ADMIN'>().notNull(),
    /** The token's name. */
    author: text().notNull(),
    text: text().notNull(),
    at: madeNow(),
  },
  t => [
    primaryKey({ columns: [t.tenantId, t.id] }),
    foreignKey({
      columns: [t.tenantId, t.requestId],
      foreignColumns: [setupRequests.tenantId, setupRequests.id],
    }),
    check('setup_messages_role', oneOf('role', ['STAFF', 'ADMIN'])),
    index('setup_messages_request').on(t.tenantId, t.requestId, t.id),
    ...tenantPolicies(t.tenantId),
  ],
)

/** The newest sample of each kind that came with a request; its bytes are an object of the vault until they are deleted. */
export const setupSamples = snakeCase.table(
  'setup_samples',
  {
    tenantId: tenantId(),
    requestId: uuid().notNull(),
    kind: text().$type<'CSV' | 'RECORDING'>().notNull(),
    fileName: text().notNull(),
    mediaType: text().notNull(),
    /** Bytes. */
    size: bigint({ mode: 'number' }).notNull(),
    objectId: uuid(),
    addedAt: madeNow(),
  },
  t => [
    primaryKey({ columns: [t.tenantId, t.requestId, t.kind] }),
    foreignKey({
      columns: [t.tenantId, t.requestId],
      foreignColumns: [setupRequests.tenantId, setupRequests.id],
    }),
    foreignKey({
      columns: [t.tenantId, t.objectId],
      foreignColumns: [vaultObjects.tenantId, vaultObjects.id],
    }),
    check('setup_samples_kind', oneOf('kind', ['CSV', 'RECORDING'])),
    // Whoever destroys objects asks what refers to them.
    index('setup_samples_object').on(t.tenantId, t.objectId).where(sql`${t.objectId} is not null`),
    ...tenantPolicies(t.tenantId),
  ],
)

/**
 * A registry across tenants: links by which a customer takes a secret of their own, once. The link's secret is nowhere,
 * this is its SHA-256; what it gives is made when it is taken. Only `lookup_claim_link` reads it for strangers.
 */
export const claimLinks = snakeCase.table(
  'claim_links',
  {
    hash: bytea().primaryKey(),
    tenantId: tenantId(),
    id: newId(),
    kind: text().$type<'SSH_KEY' | 'ADMIN_TOKEN'>().notNull(),
    /** Of the key or the token that is taken. */
    name: text().notNull(),
    /** Whose key; none for a token. */
    accountId: uuid(),
    createdAt: madeNow(),
    expiresAt: moment().notNull(),
    usedAt: moment(),
  },
  t => [
    foreignKey({ columns: [t.tenantId], foreignColumns: [tenants.id] }),
    foreignKey({
      columns: [t.tenantId, t.accountId],
      foreignColumns: [sftpAccounts.tenantId, sftpAccounts.id],
    }),
    check('claim_links_kind', oneOf('kind', ['SSH_KEY', 'ADMIN_TOKEN'])),
    ...tenantPolicies(t.tenantId),
    definerMayRead(),
  ],
)
