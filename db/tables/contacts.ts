import { sql } from 'drizzle-orm'
import {
  bigint,
  boolean,
  check,
  foreignKey,
  index,
  integer,
  primaryKey,
  snakeCase,
  uniqueIndex,
} from 'drizzle-orm/pg-core'
import { jsonb, madeNow, moment, newId, oneOf, tenantId, text, uuid } from './columns.ts'
import { tenantPolicies } from './policies.ts'
import { tenants } from './tenants.ts'

/** A person whose contacts are reviewed. Never deleted, only made inactive. */
export const agents = snakeCase.table(
  'agents',
  {
    tenantId: tenantId(),
    id: newId(),
    name: text().notNull(),
    email: text(),
    username: text(),
    externalId: text(),
    active: boolean().notNull().default(true),
    createdAt: madeNow(),
  },
  t => [
    primaryKey({ columns: [t.tenantId, t.id] }),
    foreignKey({ columns: [t.tenantId], foreignColumns: [tenants.id] }),
    ...tenantPolicies(t.tenantId),
  ],
)

export const agentKeyKinds = ['EMAIL', 'USERNAME', 'EXTERNAL_ID', 'NAME', 'ALIAS'] as const

/**
 * What files may call an agent, folded as contacts' agent keys are. A template's key kind says which of them it
 * means; aliases count for each. Two agents may share a name (which then links nobody), nothing else.
 */
export const agentKeys = snakeCase.table(
  'agent_keys',
  {
    tenantId: tenantId(),
    kind: text().$type<(typeof agentKeyKinds)[number]>().notNull(),
    key: text().notNull(),
    agentId: uuid().notNull(),
    /** As it was given; what is shown. */
    given: text().notNull(),
  },
  t => [
    primaryKey({ columns: [t.tenantId, t.kind, t.key, t.agentId] }),
    foreignKey({ columns: [t.tenantId, t.agentId], foreignColumns: [agents.tenantId, agents.id] }),
    check('agent_keys_kind', oneOf('kind', agentKeyKinds)),
    uniqueIndex('agent_keys_unique').on(t.tenantId, t.kind, t.key).where(sql`${t.kind} <> 'NAME'`),
    index('agent_keys_agent').on(t.tenantId, t.agentId),
    ...tenantPolicies(t.tenantId),
  ],
)

/**
 * One conversation of an agent with a customer, as the last file that named its reference wrote it.
 * No foreign keys: a million rows a night would be checked one by one, and agents and imports are never deleted.
 */
export const contacts = snakeCase.table(
  'contacts',
  {
    tenantId: tenantId(),
    id: newId(),
    /** The sender's own id. */
    reference: text().notNull(),
    occurredAt: moment().notNull(),
    occurredAtText: text().notNull(),
    agentKey: text().notNull(),
    /** The key folded, by which agents are found. */
    agentMatch: text().notNull(),
    agentId: uuid(),
    direction: text(),
    channel: text(),
    customerPhone: text(),
    durationSeconds: integer(),
    queue: text(),
    campaign: text(),
    disposition: text(),
    externalUrl: text(),
    recordingName: text(),
    screenRecordingName: text(),
    metadata: jsonb().$type<Record<string, string>>().notNull(),
    /** Of the converted values: equal means nothing to rewrite. */
    digest: uuid().notNull(),
    importId: uuid().notNull(),
    rowNumber: integer().notNull(),
    /** The ordinal of the import that wrote it last; an older file does not overwrite it. */
    fileMark: bigint({ mode: 'number' }).notNull(),
    importedAt: madeNow(),
    updatedAt: madeNow(),
    evaluatedAt: moment(),
    holdCount: integer().notNull().default(0),
  },
  t => [
    primaryKey({ columns: [t.tenantId, t.id] }),
    uniqueIndex('contacts_reference').on(t.tenantId, t.reference),
    index('contacts_occurred').on(t.tenantId, t.occurredAt, t.id),
    index('contacts_imported').on(t.tenantId, t.importedAt, t.id),
    index('contacts_import').on(t.tenantId, t.importId, t.occurredAt, t.id),
    index('contacts_agent')
      .on(t.tenantId, t.agentId, t.occurredAt, t.id)
      .where(sql`${t.agentId} is not null`),
    index('contacts_unlinked').on(t.tenantId, t.agentMatch).where(sql`${t.agentId} is null`),
    ...tenantPolicies(t.tenantId),
  ],
)
