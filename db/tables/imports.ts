import { sql } from 'drizzle-orm'
import {
  bigint,
  boolean,
  check,
  doublePrecision,
  foreignKey,
  index,
  integer,
  primaryKey,
  snakeCase,
  uniqueIndex,
} from 'drizzle-orm/pg-core'
import { bytea, jsonb, madeNow, moment, newId, oneOf, tenantId, text, uuid } from './columns.ts'
import { uploadedFiles, vaultObjects } from './files.ts'
import { tenantPolicies } from './policies.ts'
import { tenants } from './tenants.ts'

/** A version of what was agreed at set-up about a kind of file. A revision is a new row of the same lineage. */
export const columnTemplates = snakeCase.table(
  'column_templates',
  {
    tenantId: tenantId(),
    id: newId(),
    lineage: uuid().notNull(),
    version: integer().notNull().default(1),
    name: text().notNull(),
    filePattern: text().notNull(),
    dialect: jsonb().$type<Record<string, unknown>>().notNull(),
    columns: jsonb().$type<Record<string, unknown>[]>().notNull(),
    agentKey: text().notNull(),
    timeZone: text().notNull(),
    ambiguousTime: text().notNull(),
    extraColumns: text().notNull(),
    existingContact: text().notNull(),
    emptyWords: text().array().notNull().default([]),
    maxRejectedShare: doublePrecision().notNull(),
    createdAt: madeNow(),
    retiredAt: moment(),
  },
  t => [
    primaryKey({ columns: [t.tenantId, t.id] }),
    foreignKey({ columns: [t.tenantId], foreignColumns: [tenants.id] }),
    check('column_templates_agent_key', oneOf('agent_key', ['EMAIL', 'USERNAME', 'EXTERNAL_ID', 'NAME'])),
    check('column_templates_ambiguous_time', oneOf('ambiguous_time', ['EARLIER', 'LATER', 'REJECT'])),
    check('column_templates_extra_columns', oneOf('extra_columns', ['KEEP', 'IGNORE', 'REJECT'])),
    check('column_templates_existing_contact', oneOf('existing_contact', ['UPDATE', 'SKIP'])),
    uniqueIndex('column_templates_version').on(t.tenantId, t.lineage, t.version),
    ...tenantPolicies(t.tenantId),
  ],
)

export const importStatuses = ['QUEUED', 'RUNNING', 'COMPLETED', 'REFUSED', 'FAILED', 'UNDONE'] as const

/** From one import's ordinal to the next: between them there is room for an archive's entries. */
export const PLACES = 16_384

/** The reading of one contact file, or of an archive of them; core/imports/states.ts has the table of states. */
export const imports = snakeCase.table(
  'imports',
  {
    tenantId: tenantId(),
    id: newId(),
    fileId: uuid().notNull(),
    /** The name that the file arrived under, which made it an import; it may be renamed before it is read. */
    path: text().notNull(),
    /** That read it; before that, the one it was asked to be read with. */
    templateId: uuid(),
    status: text().$type<(typeof importStatuses)[number]>().notNull().default('QUEUED'),
    /** The order in which files were completed; also the mark that an import leaves on contacts. */
    ordinal: bigint({ mode: 'number' }).notNull().generatedAlwaysAsIdentity({ increment: PLACES }),
    /** Of a file that is read again: the mark of its first import, so that it keeps its place among files. */
    fileMark: bigint({ mode: 'number' }),
    /** A Problem (core/imports/problem.ts). */
    failure: jsonb().$type<Record<string, unknown>>(),
    problems: jsonb().$type<Record<string, unknown>[]>().notNull().default([]),
    rowsRead: integer().notNull().default(0),
    created: integer().notNull().default(0),
    updated: integer().notNull().default(0),
    unchanged: integer().notNull().default(0),
    rejected: integer().notNull().default(0),
    unlinkedAgents: integer().notNull().default(0),
    rejectedCsvId: uuid(),
    dryRun: boolean().notNull().default(false),
    /** Tries that ended by a fault of ours; a killed worker is none. */
    failures: integer().notNull().default(0),
    /** Tries in a row that found the database or the object store away; they are no failures. */
    outages: integer().notNull().default(0),
    /** Not to be taken before; set by a failed try. */
    retryAt: moment(),
    /** Given up after too many failures; later imports go on. */
    setAsideAt: moment(),
    /** Of the try that runs: whoever's claim is another one can write no more. */
    claim: uuid(),
    queuedAt: madeNow(),
    startedAt: moment(),
    finishedAt: moment(),
    /** When its contacts were linked to what its own transaction could not see. */
    linkedAt: moment(),
    /** It keeps what contacts were before it changed them; none that ran before there was a table for it does. */
    preImages: boolean().notNull().default(true),
    undoneAt: moment(),
    /** What became of its contacts when it was undone. */
    undone: jsonb().$type<{ removed: number; restored: number; kept: number }>(),
    /** When the values of the file that it quotes were deleted, as the file itself was. */
    purgedAt: moment(),
  },
  t => [
    primaryKey({ columns: [t.tenantId, t.id] }),
    foreignKey({
      columns: [t.tenantId, t.fileId],
      foreignColumns: [uploadedFiles.tenantId, uploadedFiles.id],
    }),
    foreignKey({
      columns: [t.tenantId, t.templateId],
      foreignColumns: [columnTemplates.tenantId, columnTemplates.id],
    }),
    foreignKey({
      columns: [t.tenantId, t.rejectedCsvId],
      foreignColumns: [vaultObjects.tenantId, vaultObjects.id],
    }),
    check('imports_status', oneOf('status', importStatuses)),
    check(
      'imports_add_up',
      sql`${t.rowsRead} = ${t.created} + ${t.updated} + ${t.unchanged} + ${t.rejected}`,
    ),
    index('imports_waiting')
      .on(t.tenantId, t.ordinal)
      .where(sql`${t.status} in ('QUEUED', 'RUNNING', 'FAILED') and ${t.setAsideAt} is null`),
    index('imports_troubled').on(t.tenantId, t.ordinal).where(sql`${t.status} in ('REFUSED', 'FAILED')`),
    // Of which nothing is kept, while their files are: each import asks for older ones.
    index('imports_not_kept')
      .on(t.tenantId, t.ordinal)
      .where(sql`${t.status} in ('REFUSED', 'FAILED', 'UNDONE') and ${t.purgedAt} is null`),
    index('imports_unlinked')
      .on(t.tenantId, t.ordinal)
      .where(sql`${t.status} = 'COMPLETED' and ${t.linkedAt} is null`),
    index('imports_unpurged').on(t.tenantId, t.finishedAt).where(sql`${t.purgedAt} is null`),
    // Destroying an object looks for who refers to it.
    index('imports_rejected_csv').on(t.tenantId, t.rejectedCsvId).where(sql`${t.rejectedCsvId} is not null`),
    index('imports_file').on(t.tenantId, t.fileId),
    ...tenantPolicies(t.tenantId),
  ],
)

/** How far a running import is: in a row of its own, since the import's own transaction shows nothing before its end. */
export const importProgress = snakeCase.table(
  'import_progress',
  {
    tenantId: tenantId(),
    importId: uuid().notNull(),
    claim: uuid().notNull(),
    /** The worker that runs it, and the database connection to end should it only have stalled. */
    workerId: text().notNull(),
    backendPid: integer(),
    rowsRead: integer().notNull().default(0),
    rejected: integer().notNull().default(0),
    /** 0 to 1. */
    progress: doublePrecision().notNull().default(0),
    updatedAt: madeNow(),
  },
  t => [
    primaryKey({ columns: [t.tenantId, t.importId] }),
    foreignKey({ columns: [t.tenantId, t.importId], foreignColumns: [imports.tenantId, imports.id] }),
    ...tenantPolicies(t.tenantId),
  ],
)

/** One bad cell of a rejected row; the first 10,000 of an import. */
export const rejections = snakeCase.table(
  'rejections',
  {
    tenantId: tenantId(),
    importId: uuid().notNull(),
    /** From 1, in the order they were found. */
    position: integer().notNull(),
    row: integer().notNull(),
    column: text(),
    value: text(),
    code: text().notNull(),
    message: text().notNull(),
  },
  t => [
    primaryKey({ columns: [t.tenantId, t.importId, t.position] }),
    foreignKey({ columns: [t.tenantId, t.importId], foreignColumns: [imports.tenantId, imports.id] }),
    ...tenantPolicies(t.tenantId),
  ],
)

/** What `/reports` shows: receipts as rows, large CSVs of rejected rows as objects of the vault. */
export const reports = snakeCase.table(
  'reports',
  {
    tenantId: tenantId(),
    id: newId(),
    path: text().notNull(),
    fileId: uuid().notNull(),
    importId: uuid(),
    /** Bytes. */
    size: bigint({ mode: 'number' }).notNull(),
    body: bytea(),
    objectId: uuid(),
    createdAt: madeNow(),
  },
  t => [
    primaryKey({ columns: [t.tenantId, t.id] }),
    foreignKey({
      columns: [t.tenantId, t.fileId],
      foreignColumns: [uploadedFiles.tenantId, uploadedFiles.id],
    }),
    foreignKey({ columns: [t.tenantId, t.importId], foreignColumns: [imports.tenantId, imports.id] }),
    foreignKey({
      columns: [t.tenantId, t.objectId],
      foreignColumns: [vaultObjects.tenantId, vaultObjects.id],
    }),
    check('reports_one_body', sql`num_nonnulls(${t.body}, ${t.objectId}) = 1`),
    uniqueIndex('reports_path').on(t.tenantId, t.path),
    index('reports_object').on(t.tenantId, t.objectId).where(sql`${t.objectId} is not null`),
    index('reports_file').on(t.tenantId, t.fileId),
    index('reports_created').on(t.tenantId, t.createdAt),
    ...tenantPolicies(t.tenantId),
  ],
)
