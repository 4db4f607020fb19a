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
import { phoneDigits } from './phone-digits.ts'
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

export const recordingStates = ['NONE_NAMED', 'MISSING', 'AMBIGUOUS', 'LINKED'] as const

/** What a file says of a contact, but for its reference; in new builders for each table that has it. */
const fileValues = () => ({
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
  /** The names folded, without folder and extension: recordings that may fit have the same key. */
  recordingMatch: text(),
  screenRecordingMatch: text(),
  metadata: jsonb().$type<Record<string, string>>().notNull(),
  /** Of the converted values: equal means nothing to rewrite. */
  digest: uuid().notNull(),
  rowNumber: integer().notNull(),
  /** Of the file that wrote it last, in the order of files; an older one does not overwrite it. */
  fileMark: bigint({ mode: 'number' }).notNull(),
})

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
    ...fileValues(),
    /** The import that wrote it last. */
    importId: uuid().notNull(),
    recordingState: text().$type<(typeof recordingStates)[number]>().notNull().default('NONE_NAMED'),
    importedAt: madeNow(),
    updatedAt: madeNow(),
    /** When it was evaluated first; none while no evaluation stands. */
    evaluatedAt: moment(),
    /** Holds in force. */
    holdCount: integer().notNull().default(0),
    /** The reference's keyed hash, by which it is remembered once it is deleted; rows of the first release lack it. */
    referenceHash: uuid(),
    /** For looking people up: only plain comparisons of columns pass below row security to an index. */
    referenceFolded: text().generatedAlwaysAs(sql`lower(reference)`),
    /** The phone's digits from the last to the first: phone-digits.ts. */
    phoneReversed: text().generatedAlwaysAs(sql.raw(`nullif(reverse(${phoneDigits('customer_phone')}), '')`)),
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
    index('contacts_recording')
      .on(t.tenantId, t.recordingMatch, t.id)
      .where(sql`${t.recordingMatch} is not null`),
    index('contacts_screen_recording')
      .on(t.tenantId, t.screenRecordingMatch, t.id)
      .where(sql`${t.screenRecordingMatch} is not null`),
    index('contacts_recording_awaited')
      .on(t.tenantId, t.recordingState, t.importedAt)
      .where(sql`${t.recordingState} in ('MISSING', 'AMBIGUOUS')`),
    index('contacts_reference_folded').on(t.tenantId, sql`${t.referenceFolded} collate "C"`),
    index('contacts_agent_match').on(t.tenantId, sql`${t.agentMatch} collate "C"`),
    index('contacts_phone')
      .on(t.tenantId, sql`${t.phoneReversed} collate "C"`)
      .where(sql`${t.phoneReversed} is not null`),
    index('contacts_unhashed').on(t.tenantId, t.id).where(sql`${t.referenceHash} is null`),
    check('contacts_recording_state', oneOf('recording_state', recordingStates)),
    index('contacts_unlinked').on(t.tenantId, t.agentMatch).where(sql`${t.agentId} is null`),
    ...tenantPolicies(t.tenantId),
  ],
)

/**
 * Contacts as they were before an import changed them for the first time: core/imports/undo/pre-images.ts. A contact
 * that the import created has none. No foreign keys, as contacts have none.
 */
export const contactPreImages = snakeCase.table(
  'contact_pre_images',
  {
    tenantId: tenantId(),
    importId: uuid().notNull(),
    contactId: uuid().notNull(),
    /** The import that had written it. */
    beforeImportId: uuid().notNull(),
    ...fileValues(),
  },
  t => [
    primaryKey({ columns: [t.tenantId, t.importId, t.contactId] }),
    index('contact_pre_images_contact').on(t.tenantId, t.contactId),
    index('contact_pre_images_before').on(t.tenantId, t.beforeImportId, t.contactId),
    ...tenantPolicies(t.tenantId),
  ],
)
