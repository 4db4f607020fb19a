import { sql } from 'drizzle-orm'
import {
  bigint,
  boolean,
  foreignKey,
  index,
  integer,
  primaryKey,
  snakeCase,
  uniqueIndex,
} from 'drizzle-orm/pg-core'
import { madeNow, moment, newId, tenantId, text, uuid } from './columns.ts'
import { definerMayRead, staffPolicies, tenantPolicies, tenantsMayRead } from './policies.ts'
import { tenants } from './tenants.ts'

/** What a customer's batch job logs in as. Every account sees its tenant's whole tree. */
export const sftpAccounts = snakeCase.table(
  'sftp_accounts',
  {
    tenantId: tenantId(),
    id: newId(),
    username: text().notNull(),
    enabled: boolean().notNull().default(true),
    /** CIDR blocks; empty means any. */
    allowedNetworks: text().array().notNull().default([]),
    maxConnections: integer().notNull().default(10),
    maxOpenHandles: integer().notNull().default(64),
    /** Bytes. */
    maxFileBytes: bigint({ mode: 'number' })
      .notNull()
      .default(40 * 2 ** 30),
    /** Bytes; none means no quota. */
    quotaBytes: bigint({ mode: 'number' }),
    createdAt: madeNow(),
    lastLoginAt: moment(),
  },
  t => [
    primaryKey({ columns: [t.tenantId, t.id] }),
    foreignKey({ columns: [t.tenantId], foreignColumns: [tenants.id] }),
    ...tenantPolicies(t.tenantId),
  ],
)

/** A registry across tenants: user names are one name space, since SSH knows nothing else at login. */
export const sftpUsernames = snakeCase.table(
  'sftp_usernames',
  { username: text().primaryKey(), tenantId: tenantId(), accountId: uuid().notNull() },
  t => [
    foreignKey({
      columns: [t.tenantId, t.accountId],
      foreignColumns: [sftpAccounts.tenantId, sftpAccounts.id],
    }),
    ...tenantPolicies(t.tenantId),
    definerMayRead(),
  ],
)

/** A public key of an account. Several at once, so that keys can be changed with overlap. */
export const sshKeys = snakeCase.table(
  'ssh_keys',
  {
    tenantId: tenantId(),
    id: newId(),
    accountId: uuid().notNull(),
    label: text().notNull(),
    algorithm: text().notNull(),
    /** One line, as authorized_keys has it, without comment. */
    publicKey: text().notNull(),
    /** SHA256:… */
    fingerprint: text().notNull(),
    addedAt: madeNow(),
    expiresAt: moment(),
    lastUsedAt: moment(),
    revokedAt: moment(),
  },
  t => [
    primaryKey({ columns: [t.tenantId, t.id] }),
    foreignKey({
      columns: [t.tenantId, t.accountId],
      foreignColumns: [sftpAccounts.tenantId, sftpAccounts.id],
    }),
    uniqueIndex('ssh_keys_in_force')
      .on(t.tenantId, t.accountId, t.fingerprint)
      .where(sql`${t.revokedAt} is null`),
    ...tenantPolicies(t.tenantId),
  ],
)

/** Every attempt to connect that named an account, with the reason in plain words when it was refused. */
export const sftpConnections = snakeCase.table(
  'sftp_connections',
  {
    tenantId: tenantId(),
    id: newId(),
    accountId: uuid().notNull(),
    at: madeNow(),
    address: text().notNull(),
    client: text(),
    accepted: boolean().notNull(),
    reason: text(),
    endedAt: moment(),
    endReason: text(),
    bytesReceived: bigint({ mode: 'number' }).notNull().default(0),
    files: integer().notNull().default(0),
  },
  t => [
    primaryKey({ columns: [t.tenantId, t.id] }),
    foreignKey({
      columns: [t.tenantId, t.accountId],
      foreignColumns: [sftpAccounts.tenantId, sftpAccounts.id],
    }),
    index('sftp_connections_newest').on(t.tenantId, t.accountId, t.id.desc()),
    ...tenantPolicies(t.tenantId),
  ],
)

/** Attempts that belong to no account, such as clients that share no algorithm with us. Staff's. */
export const unattributedConnections = snakeCase.table(
  'unattributed_connections',
  {
    id: newId().primaryKey(),
    at: madeNow(),
    address: text().notNull(),
    client: text(),
    reason: text().notNull(),
    endedAt: moment(),
  },
  t => [index('unattributed_connections_address').on(t.address, t.id.desc()), ...staffPolicies()],
)

/** Fingerprints of the host keys that sftp processes serve, for the answers of other processes; public knowledge. */
export const sftpHostKeys = snakeCase.table(
  'sftp_host_keys',
  { fingerprint: text().primaryKey(), algorithm: text().notNull(), seenAt: madeNow() },
  () => [...staffPolicies(), tenantsMayRead()],
)
