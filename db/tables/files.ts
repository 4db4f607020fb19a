import { sql } from 'drizzle-orm'
import {
  bigint,
  boolean,
  check,
  foreignKey,
  index,
  integer,
  primaryKey,
  smallint,
  snakeCase,
  uniqueIndex,
} from 'drizzle-orm/pg-core'
import { sftpAccounts } from './accounts.ts'
import { bytea, madeNow, moment, newId, oneOf, tenantId, text, uuid } from './columns.ts'
import { tenantPolicies } from './policies.ts'
import { tenantKeys, tenants } from './tenants.ts'

/** What the vault knows of an object; the bucket holds its ciphertext under `storageKey`. Without this row nobody can read the bytes. */
export const vaultObjects = snakeCase.table(
  'vault_objects',
  {
    tenantId: tenantId(),
    id: newId(),
    /** A random name that tells nothing. */
    storageKey: text().notNull(),
    format: smallint().notNull().default(1),
    /** The object's key, wrapped by the tenant's key of `keyVersion`. */
    wrappedKey: bytea().notNull(),
    keyVersion: integer().notNull(),
    commitment: bytea().notNull(),
    /** Bytes of plaintext; none while it is being written. */
    size: bigint({ mode: 'number' }),
    /** Of the plaintext; none until known. */
    sha256: bytea(),
    createdAt: madeNow(),
  },
  t => [
    primaryKey({ columns: [t.tenantId, t.id] }),
    foreignKey({
      columns: [t.tenantId, t.keyVersion],
      foreignColumns: [tenantKeys.tenantId, tenantKeys.version],
    }),
    ...tenantPolicies(t.tenantId),
  ],
)

/** Bytes in the bucket whose key is gone already; a job removes them and is tried until it is done. */
export const objectRemovals = snakeCase.table(
  'object_removals',
  {
    tenantId: tenantId(),
    objectId: uuid().notNull(),
    storageKey: text().notNull(),
    multipartId: text(),
    createdAt: madeNow(),
  },
  t => [
    primaryKey({ columns: [t.tenantId, t.objectId] }),
    foreignKey({ columns: [t.tenantId], foreignColumns: [tenants.id] }),
    ...tenantPolicies(t.tenantId),
  ],
)

export const fileKinds = ['CONTACTS', 'RECORDING', 'OTHER'] as const
export const fileStatuses = ['INCOMPLETE', 'WAITING_FOR_RENAME', 'STORED', 'DISCARDED', 'DELETED'] as const

/** One version of one uploaded path. `listed` is the version that clients see; the others are history. */
export const uploadedFiles = snakeCase.table(
  'uploaded_files',
  {
    tenantId: tenantId(),
    id: newId(),
    path: text().notNull(),
    kind: text().$type<(typeof fileKinds)[number]>().notNull(),
    status: text().$type<(typeof fileStatuses)[number]>().notNull(),
    listed: boolean().notNull().default(false),
    /** Bytes; durable ones while INCOMPLETE. */
    size: bigint({ mode: 'number' }).notNull().default(0),
    objectId: uuid(),
    accountId: uuid(),
    /** As the sender's client set it. */
    modifiedAt: moment(),
    startedAt: madeNow(),
    storedAt: moment(),
    /** Why an upload is INCOMPLETE, in plain words. */
    reason: text(),
    /** DISCARDED, and its sender is not told yet. */
    receiptDue: boolean().notNull().default(false),
  },
  t => [
    primaryKey({ columns: [t.tenantId, t.id] }),
    foreignKey({ columns: [t.tenantId], foreignColumns: [tenants.id] }),
    foreignKey({
      columns: [t.tenantId, t.accountId],
      foreignColumns: [sftpAccounts.tenantId, sftpAccounts.id],
    }),
    check('uploaded_files_kind', oneOf('kind', fileKinds)),
    check('uploaded_files_status', oneOf('status', fileStatuses)),
    uniqueIndex('uploaded_files_listed').on(t.tenantId, t.path).where(sql`${t.listed}`),
    index('uploaded_files_path').on(t.tenantId, t.path, t.id.desc()),
    index('uploaded_files_kind').on(t.tenantId, t.kind, t.id).where(sql`${t.kind} <> 'RECORDING'`),
    index('uploaded_files_raw')
      .on(t.tenantId, t.storedAt)
      .where(sql`${t.kind} <> 'RECORDING' and ${t.objectId} is not null`),
    index('uploaded_files_receipt_due').on(t.tenantId, t.id).where(sql`${t.receiptDue}`),
    index('uploaded_files_discarded')
      .on(t.tenantId, t.storedAt)
      .where(sql`${t.status} = 'DISCARDED' and starts_with(${t.path}, '/')`),
    index('uploaded_files_open').on(t.tenantId, t.status, t.id).where(sql`${t.status} <> 'STORED'`),
    ...tenantPolicies(t.tenantId),
  ],
)

export const uploadStates = ['OPEN', 'COMPLETING'] as const

/** An upload that is not yet a stored file; core/files/upload.ts has the table of states. */
export const uploads = snakeCase.table(
  'uploads',
  {
    tenantId: tenantId(),
    fileId: uuid().notNull(),
    objectId: uuid().notNull(),
    /** Raised by whoever settles it; a session of an older epoch can write no more. */
    epoch: integer().notNull().default(1),
    state: text().$type<(typeof uploadStates)[number]>().notNull().default('OPEN'),
    /** Of the multipart upload in the bucket; none before the first part. */
    multipartId: text(),
    /** Size and digest of the whole, known once COMPLETING. */
    size: bigint({ mode: 'number' }),
    sha256: bytea(),
    updatedAt: madeNow(),
  },
  t => [
    primaryKey({ columns: [t.tenantId, t.fileId] }),
    foreignKey({
      columns: [t.tenantId, t.fileId],
      foreignColumns: [uploadedFiles.tenantId, uploadedFiles.id],
    }),
    check('uploads_state', oneOf('state', uploadStates)),
    ...tenantPolicies(t.tenantId),
  ],
)

/** The ledger of an upload's durable parts: by it an object is completed whose session died. */
export const uploadParts = snakeCase.table(
  'upload_parts',
  {
    tenantId: tenantId(),
    fileId: uuid().notNull(),
    partNumber: integer().notNull(),
    firstSegment: integer().notNull(),
    segments: integer().notNull(),
    /** Bytes of ciphertext. */
    bytes: bigint({ mode: 'number' }).notNull(),
    etag: text().notNull(),
    /** Of the part's ciphertext. */
    sha256: bytea().notNull(),
  },
  t => [
    primaryKey({ columns: [t.tenantId, t.fileId, t.partNumber] }),
    foreignKey({
      columns: [t.tenantId, t.fileId],
      foreignColumns: [uploads.tenantId, uploads.fileId],
    }).onDelete('cascade'),
    ...tenantPolicies(t.tenantId),
  ],
)

/** Folders that clients made; those of files exist by the files' paths. */
export const folders = snakeCase.table(
  'folders',
  { tenantId: tenantId(), path: text().notNull(), createdAt: madeNow() },
  t => [
    primaryKey({ columns: [t.tenantId, t.path] }),
    foreignKey({ columns: [t.tenantId], foreignColumns: [tenants.id] }),
    ...tenantPolicies(t.tenantId),
  ],
)
