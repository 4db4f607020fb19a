import { and, eq, exists, isNotNull, not, type SQL, sql } from 'drizzle-orm'
import { linkByHand, unlinkByHand, type Word } from '../core/recordings/link-by-hand.ts'
import { recordingKey } from '../core/recordings/recording-names.ts'
import { type TenantTx, type Tx, tables } from '../db/db.ts'
import { builder } from './builder.ts'
import { Contact } from './contact.ts'
import type { Context } from './context.ts'
import { idOf } from './node-id.ts'
import { MOST_A_PAGE } from './page-size.ts'
import { newestFirst, page } from './paging.ts'
import { Recording } from './recording-node.ts'
import type { RowOf } from './rows.ts'
import { callerOf, changeTenant, rowToChange } from './targets.ts'
import { Tenant } from './tenant-node.ts'

const { recordingLinks } = tables

builder.drizzleObjectField(Contact, 'recordings', t =>
  t.field({
    type: [Recording],
    select: (_args, _context, nested) => ({
      with: {
        recordingLinks: {
          columns: {},
          where: { recording: { replacedById: { isNull: true } } },
          orderBy: { slot: 'asc', linkedAt: 'asc', recordingId: 'asc' },
          limit: MOST_A_PAGE,
          with: { recording: nested() },
        },
      },
    }),
    resolve: contact => contact.recordingLinks.map(link => link.recording),
  }),
)

const contactsOf = {
  columns: {},
  orderBy: { linkedAt: 'asc', contactId: 'asc' },
  limit: MOST_A_PAGE,
} as const

builder.drizzleObjectFields(Recording, t => ({
  contacts: t.field({
    type: [Contact],
    description: 'Empty while no contact names it. It lives as long as the longest of them.',
    select: (_args, _context, nested) => ({
      with: { links: { ...contactsOf, with: { contact: nested() } } },
    }),
    resolve: recording => recording.links.map(link => link.contact),
  }),
  candidates: t.field({
    type: [Contact],
    description: 'Contacts whose recording this may be, while several files fit their name.',
    select: (_args, _context, nested) => ({
      with: { candidacies: { ...contactsOf, with: { contact: nested() } } },
    }),
    resolve: recording => recording.candidacies.map(link => link.contact),
  }),
}))

const RecordingFilter = builder.inputType('RecordingFilter', {
  fields: t => ({ linked: t.boolean(), ambiguous: t.boolean(), nameBeginsWith: t.string() }),
})

type Recordings = typeof tables.recordings

/** Each is found by an index of its own: recordings are many, and few are unlinked or ambiguous. */
const recordingsWhere = (
  tx: Tx,
  { linked, ambiguous, nameBeginsWith }: typeof RecordingFilter.$inferInput,
): ((row: Recordings) => SQL | undefined) => {
  const isCandidate = (row: Recordings) =>
    exists(
      tx
        .select({ one: sql`1` })
        .from(recordingLinks)
        .where(
          and(
            eq(recordingLinks.tenantId, row.tenantId),
            eq(recordingLinks.recordingId, row.id),
            eq(recordingLinks.state, 'CANDIDATE'),
          ),
        ),
    )
  return row =>
    and(
      linked == null ? undefined : linked ? sql`${row.linked}` : sql`not ${row.linked}`,
      ambiguous == null ? undefined : ambiguous ? isCandidate(row) : not(isCandidate(row)),
      nameBeginsWith == null ? undefined : beginsWith(row, nameBeginsWith),
    )
}

/** Whatever the case. A beginning that goes on into the ending is looked for among those of that key. */
const beginsWith = (row: Recordings, words: string): SQL => {
  if (words.includes('\0')) return sql`false`
  const folded = words.normalize('NFC').toLowerCase()
  const key = sql`${row.matchKey} collate "C"`
  const stem = folded.replace(/\.[^.]*$/, '')
  const name = sql`lower(regexp_replace(${row.path}, '^.*/', ''))`
  return sql`(starts_with(${key}, ${folded}) or ${row.matchKey} in (${stem}, ${recordingKey(words)})
              and starts_with(${name}, ${folded}))`
}

builder.drizzleObjectField(Tenant, 'recordings', t =>
  t.connection(
    {
      type: Recording,
      args: { filter: t.arg({ type: RecordingFilter }) },
      resolve(tenant, args, context, info) {
        const matches = recordingsWhere(context.tx, args.filter ?? {})
        return page(context, info, args, {
          table: 'recordings',
          where: row => and(eq(row.tenantId, tenant.id), isNotNull(row.inspectedAt), matches(row)),
          order: newestFirst,
        })
      },
    },
    {
      name: 'RecordingConnection',
      fields: connection => ({ totalCount: connection.int({ resolve: list => list.totalCount() }) }),
    },
    { name: 'RecordingEdge' },
  ),
)

type Decide = (tx: TenantTx, tenantId: string, word: Word) => Promise<RowOf<'recordings'>>

const decideBy =
  (action: string, decide: Decide) =>
  async (
    _parent: unknown,
    given: { recordingId: string; contactId: string },
    context: Context,
  ): Promise<RowOf<'recordings'>> => {
    const { id: recordingId, tenantId } = await rowToChange(context, 'Recording', given.recordingId)
    const contactId = idOf('Contact', given.contactId, 'This contact')
    const by = callerOf(context).name
    return await changeTenant(context, tenantId, async tx => ({
      result: await decide(tx, tenantId, { recordingId, contactId, by }),
      deed: { action, subject: recordingId, details: { contact: contactId } },
    }))
  }

builder.mutationFields(t => {
  const args = {
    recordingId: t.arg.id({ required: true }),
    contactId: t.arg.id({ required: true }),
  }
  return {
    linkRecording: t.field({
      type: Recording,
      description: 'Settles an ambiguous or missing match by hand.',
      args,
      resolve: decideBy('linkRecording', linkByHand),
    }),
    unlinkRecording: t.field({
      type: Recording,
      args,
      resolve: decideBy('unlinkRecording', unlinkByHand),
    }),
  }
})
