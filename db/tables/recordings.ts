import { sql } from 'drizzle-orm'
import {
  bigint,
  boolean,
  check,
  doublePrecision,
  foreignKey,
  index,
  primaryKey,
  snakeCase,
  uniqueIndex,
} from 'drizzle-orm/pg-core'
import { madeNow, moment, newId, oneOf, tenantId, text, uuid } from './columns.ts'
import { uploadedFiles } from './files.ts'
import { tenantPolicies } from './policies.ts'

export const recordingKinds = ['AUDIO', 'SCREEN'] as const

/** What an uploaded sound or screen recording is, one row for each stored version of its file. */
export const recordings = snakeCase.table(
  'recordings',
  {
    tenantId: tenantId(),
    id: newId(),
    fileId: uuid().notNull(),
    /** As the file is called; contacts' names are held against it. */
    path: text().notNull(),
    /** The name without folder and extension, folded: whatever may fit a contact's name has the same. */
    matchKey: text().notNull(),
    /** What its bytes are, known once they were looked at: `inspectedAt`. */
    kind: text().$type<(typeof recordingKinds)[number]>().notNull().default('AUDIO'),
    mediaType: text().notNull().default('application/octet-stream'),
    codec: text(),
    durationSeconds: doublePrecision(),
    /** Browsers play it as it is. */
    playable: boolean().notNull().default(false),
    /** There is sound or picture in it: it may be linked. */
    usable: boolean().notNull().default(false),
    /** In plain words. */
    damage: text(),
    arrivedAt: madeNow(),
    inspectedAt: moment(),
    /** Something about it changed: contacts of its key must be held against it once more. */
    matchDue: boolean().notNull().default(true),
    /** Another one with each name it takes: what was matched under an older one does not count. */
    placed: bigint({ mode: 'number' }).notNull().generatedAlwaysAsIdentity(),
    /** The one that took its path from it, whatever came of that. */
    successorId: uuid(),
    /** The last usable one of those that followed it: a newer version. This one stays until its contacts go. */
    replacedById: uuid(),
    /** When it was first linked to one of the contacts that it has now, or came to be a candidate; none without any. */
    linkedAt: moment(),
    /** When it was last taken from the last of its contacts, and may be given to another; its days as nobody's begin then. */
    unlinkedAt: moment(),
    /** It is linked to a contact; being a candidate is not enough. */
    linked: boolean().notNull().default(false),
  },
  t => [
    primaryKey({ columns: [t.tenantId, t.id] }),
    foreignKey({
      columns: [t.tenantId, t.fileId],
      foreignColumns: [uploadedFiles.tenantId, uploadedFiles.id],
    }),
    check('recordings_kind', oneOf('kind', recordingKinds)),
    uniqueIndex('recordings_file').on(t.tenantId, t.fileId),
    index('recordings_match').on(t.tenantId, t.matchKey),
    index('recordings_name').on(t.tenantId, sql`${t.matchKey} collate "C"`),
    index('recordings_path').on(t.tenantId, t.path),
    index('recordings_successor').on(t.tenantId, t.successorId).where(sql`${t.successorId} is not null`),
    index('recordings_replaced').on(t.tenantId, t.replacedById).where(sql`${t.replacedById} is not null`),
    index('recordings_uninspected').on(t.tenantId, t.id).where(sql`${t.inspectedAt} is null`),
    index('recordings_match_due').on(t.tenantId, t.matchKey, t.id).where(sql`${t.matchDue}`),
    index('recordings_orphans').on(t.tenantId, t.arrivedAt).where(sql`${t.linkedAt} is null`),
    index('recordings_unlinked').on(t.tenantId, t.id).where(sql`not ${t.linked}`),
    index('recordings_damaged').on(t.tenantId, t.id).where(sql`${t.damage} is not null`),
    ...tenantPolicies(t.tenantId),
  ],
)

/** LINKED: it is the contact's. CANDIDATE: one of several that fit. REJECTED: a person said that it is not. */
export const linkStates = ['LINKED', 'CANDIDATE', 'REJECTED'] as const
/** What fitted: the whole path, the name, the name without extension and case, or a person's word. */
export const linkReasons = ['PATH', 'NAME', 'STEM', 'HAND'] as const

/** A contact and a recording that have to do with each other. */
export const recordingLinks = snakeCase.table(
  'recording_links',
  {
    tenantId: tenantId(),
    contactId: uuid().notNull(),
    recordingId: uuid().notNull(),
    state: text().$type<(typeof linkStates)[number]>().notNull(),
    how: text().$type<(typeof linkReasons)[number]>().notNull(),
    /** Which of the contact's two names it answers. */
    slot: text().$type<(typeof recordingKinds)[number]>().notNull(),
    linkedAt: madeNow(),
    /** The person who decided; none where matching did, also where it follows what was decided of another version. */
    decidedBy: text(),
  },
  t => [
    primaryKey({ columns: [t.tenantId, t.contactId, t.recordingId] }),
    foreignKey({
      columns: [t.tenantId, t.recordingId],
      foreignColumns: [recordings.tenantId, recordings.id],
    }),
    check('recording_links_state', oneOf('state', linkStates)),
    check('recording_links_how', oneOf('how', linkReasons)),
    check('recording_links_slot', oneOf('slot', recordingKinds)),
    index('recording_links_recording').on(t.tenantId, t.recordingId, t.contactId),
    index('recording_links_candidates').on(t.tenantId, t.recordingId).where(sql`${t.state} = 'CANDIDATE'`),
    ...tenantPolicies(t.tenantId),
  ],
)

/** Who listened to a recording, or watched it: one row for each link that was used. */
export const playbacks = snakeCase.table(
  'playbacks',
  {
    tenantId: tenantId(),
    /** Of the link. */
    id: uuid().notNull(),
    recordingId: uuid().notNull(),
    at: madeNow(),
    tokenId: uuid().notNull(),
    /** The token's name. */
    token: text().notNull(),
    onBehalfOf: text(),
    reason: text(),
    address: text().notNull(),
  },
  t => [
    primaryKey({ columns: [t.tenantId, t.id] }),
    foreignKey({
      columns: [t.tenantId, t.recordingId],
      foreignColumns: [recordings.tenantId, recordings.id],
    }).onDelete('cascade'),
    index('playbacks_recording').on(t.tenantId, t.recordingId, t.at),
    ...tenantPolicies(t.tenantId),
  ],
)
