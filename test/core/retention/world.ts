import { and, eq, isNull, sql } from 'drizzle-orm'
import postgres from 'postgres'
import { placeHold, releaseHold } from '../../../core/contacts/legal-holds.ts'
import { recordEvaluation } from '../../../core/evaluations/record-evaluations.ts'
import { withdrawEvaluation } from '../../../core/evaluations/withdraw-evaluation.ts'
import { Refusal } from '../../../core/refusal.ts'
import { retentionConfirmations } from '../../../core/retention/confirmation.ts'
import { eraseContacts } from '../../../core/retention/erase.ts'
import { reapplyRecord } from '../../../core/retention/reapply.ts'
import { destructionRecord } from '../../../core/retention/record.ts'
import type { RetentionTerms } from '../../../core/retention/rule.ts'
import { openRun } from '../../../core/retention/run.ts'
import { setRule } from '../../../core/retention/set-rule.ts'
import { requireRecord } from '../../../core/retention/settle-record.ts'
import { sweep } from '../../../core/retention/sweep.ts'
import { tables } from '../../../db/db.ts'
import { silentLog } from '../../support/silent-log.ts'
import { openRecordingRoom, sound } from '../recordings/recording-room.ts'
import { findBuried } from './find-buried.ts'

const { contacts, legalHolds } = tables
const DAY_MS = 86_400_000

/** Whatever a backup of the database holds of a tenant. */
const kept = [
  'contacts',
  'evaluations',
  'legal_holds',
  'held_contacts',
  'uploaded_files',
  'vault_objects',
  'object_removals',
  'recordings',
  'recording_links',
  'imports',
  'rejections',
  'reports',
  'folders',
  'tombstones',
  'destructions',
  'erasures',
  'retention_rules',
  'retention_runs',
]

type Room = Awaited<ReturnType<typeof openRecordingRoom>>

/**
 * A tenant that lives through anything, by the real parts: files sent and imported, recordings, evaluations, holds, rules,
 * nights, crashes and restores. Its clock is set by days; what the database dates by its own clock is moved along.
 */
export async function openWorld(room: Room) {
  const { tenantId, inTenant, work, link, ...visited } = await room.anotherTenant()
  const { database, vault, bucket } = room
  const superuser = postgres(room.superuserUrl, { max: 1, onnotice: () => {} })
  const signal = new AbortController().signal
  const ownHashes = await vault.hashes.of(tenantId)
  const record = destructionRecord(vault)
  const confirmations = retentionConfirmations(vault.master)
  // A day ahead: whatever is dated before the world's clock was made just now.
  let now = new Date(Date.now() + DAY_MS)
  const began = new Date(+now - 60_000)

  const moveAlong = async () => {
    for (const [table, column] of [
      ['contacts', 'imported_at'],
      ['recordings', 'arrived_at'],
      ['recordings', 'unlinked_at'],
      ['uploaded_files', 'stored_at'],
      ['imports', 'finished_at'],
      ['reports', 'created_at'],
    ] as const)
      await superuser`
        update ${superuser(table)} set ${superuser(column)} = ${now}
         where tenant_id = ${tenantId} and ${superuser(column)} < ${began}`
  }

  const world = {
    tenantId,
    inTenant,
    get now() {
      return now
    },
    later(days: number) {
      now = new Date(+now + days * DAY_MS)
    },
    async import(refs: readonly string[]) {
      await visited.import(...refs.map(ref => ({ ref, audio: `${ref}.wav` })))
      await link()
      await moveAlong()
    },
    async record(ref: string, mark: number) {
      await visited.send(`/${ref}.wav`, sound(mark))
      await work()
      await moveAlong()
    },
    async evaluate(ref: string, evaluation: string) {
      const ports = { hashes: vault.hashes, now: new Date() }
      await inTenant(tx =>
        recordEvaluation(tx, ports, tenantId, { contactReference: ref, evaluationReference: evaluation }),
      )
    },
    async withdraw(evaluation: string) {
      await inTenant(tx => withdrawEvaluation(tx, now, tenantId, evaluation)).catch(expected)
    },
    async hold(refs: readonly string[]) {
      const ids = await world.idsOf(refs)
      if (ids.length === 0) return
      const by = { by: 'test', now }
      await inTenant(tx => placeHold(tx, tenantId, { contactIds: ids, reason: 'court' }, by))
    },
    async release() {
      const [hold] = await inTenant(tx =>
        tx
          .select({ id: legalHolds.id })
          .from(legalHolds)
          .where(isNull(legalHolds.releasedAt))
          .orderBy(legalHolds.id)
          .limit(1),
      )
      if (hold) await inTenant(tx => releaseHold(tx, tenantId, hold.id, { by: 'test', now }))
    },
    async setRule(rule: RetentionTerms) {
      const confirmation = await confirmations.give(tenantId, rule, now)
      await inTenant(tx => setRule(tx, confirmations, tenantId, { rule, confirmation, by: 'test', now }))
    },
    /**
     * Ends a run that a crash left, which counts back from its own beginning, and then one of now. With `crashAt`, the
     * object store is lost at that put, and the process with it.
     */
    async sweep(crashAt?: number) {
      const { id, begun } = await inTenant(tx => openRun(tx, tenantId, { now }))
      let puts = 0
      if (crashAt !== undefined)
        bucket.before = op => {
          if (op === 'put' && ++puts === crashAt) throw new Error('crash')
        }
      const ports = { database, vault, log: silentLog(), clock: () => now, share: 2 }
      const crashed = await sweep(ports, tenantId, id, signal).then(
        () => false,
        (error: unknown) => {
          if (crashAt === undefined || !String(error).includes('crash')) throw error
          return true
        },
      )
      bucket.before = () => {}
      if (!begun && !crashed) await world.sweep()
    },
    async erase(refs: readonly string[]) {
      const contactIds = await world.idsOf(refs)
      if (contactIds.length === 0) return
      const wish = { contactIds, reason: 'request', by: 'test', now }
      await inTenant(tx => eraseContacts(tx, { vault, record }, tenantId, wish))
        .then(({ number }) => record.settle(number, 'done'))
        .catch(expected)
    },
    /** Answers how to restore it, as an operator does: the rows, then what was destroyed since. */
    async backup() {
      const rows = new Map<string, string>()
      for (const table of kept) {
        const [found] = await superuser<{ rows: string | null }[]>`
          select json_agg(t)::text as rows from ${superuser(table)} t where tenant_id = ${tenantId}`
        rows.set(table, found?.rows ?? '[]')
      }
      return async () => {
        await superuser.begin(async client => {
          await client`set local session_replication_role = replica`
          for (const table of kept) await client`delete from ${client(table)} where tenant_id = ${tenantId}`
          for (const [table, text] of rows) {
            const columns = await client<{ name: string }[]>`
              select quote_ident(attname) as name from pg_attribute
               where attrelid = ${table}::regclass and attnum > 0 and attgenerated = '' and not attisdropped`
            const names = columns.map(column => column.name).join(', ')
            await client.unsafe(
              `insert into ${table} (${names}) overriding system value
               select ${names} from json_populate_recordset(null::${table}, $1::text::json)`,
              [text],
            )
          }
        })
        await reapplyRecord({ database, vault }, { actor: 'operator:test', now: new Date() })
        await requireRecord(database, record)
      }
    },
    async idsOf(refs: readonly string[]): Promise<string[]> {
      const found = await inTenant(tx =>
        tx
          .select({ id: contacts.id, reference: contacts.reference })
          .from(contacts)
          .where(eq(contacts.tenantId, tenantId)),
      )
      return found.filter(({ reference }) => refs.includes(reference)).map(({ id }) => id)
    },
    contacts: () =>
      inTenant(tx =>
        tx
          .select({
            reference: contacts.reference,
            importedAt: contacts.importedAt,
            occurredAt: contacts.occurredAt,
            evaluatedAt: contacts.evaluatedAt,
            holdCount: contacts.holdCount,
          })
          .from(contacts)
          .where(and(eq(contacts.tenantId, tenantId)))
          .orderBy(contacts.reference),
      ),
    /** What is not as it must be at any time, by name. */
    async broken(): Promise<string[]> {
      const rows = await superuser<{ what: string; count: number }[]>`
        with own as (select ${tenantId}::uuid as id), found (what, count) as (
          select 'contacts whose evaluations say otherwise', count(*) from contacts c, own
           where c.tenant_id = own.id and (c.evaluated_at is not null) <> exists (
             select from evaluations e where e.tenant_id = c.tenant_id and e.contact_id = c.id and e.withdrawn_at is null)
          union all
          select 'contacts whose holds say otherwise', count(*) from contacts c, own
           where c.tenant_id = own.id and c.hold_count <> (
             select count(*) from held_contacts h join legal_holds l on l.tenant_id = h.tenant_id and l.id = h.hold_id
              where h.tenant_id = c.tenant_id and h.contact_id = c.id and l.released_at is null)
          union all
          select 'links without their contact', count(*) from recording_links l, own
           where l.tenant_id = own.id and not exists (select from contacts c where c.tenant_id = l.tenant_id and c.id = l.contact_id)
          union all
          select 'recordings that seem linked', count(*) from recordings r, own
           where r.tenant_id = own.id and (r.linked_at is not null) <> exists (
             select from recording_links l where l.tenant_id = r.tenant_id and l.recording_id = r.id and l.state <> 'REJECTED')
          union all
          select 'recordings without their key', count(*) from recordings r join uploaded_files f on f.tenant_id = r.tenant_id and f.id = r.file_id, own
           where r.tenant_id = own.id and not exists (select from vault_objects o where o.tenant_id = f.tenant_id and o.id = f.object_id)
          union all
          select 'stored recordings without a row', count(*) from uploaded_files f, own
           where f.tenant_id = own.id and f.kind = 'RECORDING' and f.status = 'STORED'
             and not exists (select from recordings r where r.tenant_id = f.tenant_id and r.file_id = f.id)
          union all
          select 'destroyed objects that can be read', count(*) from destructions d, unnest(d.objects) o (id), own
           where d.tenant_id = own.id and exists (select from vault_objects v where v.tenant_id = d.tenant_id and v.id = o.id)
          union all
          select 'buried contacts that are there', count(*) from contacts c join tombstones t
              on t.tenant_id = c.tenant_id and t.kind = 'REFERENCE' and t.hash = c.reference_hash, own
           where c.tenant_id = own.id
        )
        select what, count::int as count from found where count > 0`
      const waiting = await superuser<{ reference: string }[]>`
        select contact_reference as reference from evaluations
         where tenant_id = ${tenantId} and contact_id is null and withdrawn_at is null`
      const hashes = waiting.map(({ reference }) => ownHashes.reference(reference))
      const buried = await inTenant(tx => findBuried(tx, tenantId, 'REFERENCE', hashes))
      return [
        ...rows.map(({ what, count }) => `${count} ${what}`),
        ...(buried.size > 0 ? [`${buried.size} evaluations that wait for who is gone`] : []),
      ]
    },
    /** Recordings of nobody that came before a moment. */
    orphansBefore: async (moment: Date): Promise<number> => {
      const [row] = await inTenant(tx =>
        tx.execute<{ count: number }>(sql`
          select count(*)::int as count from recordings
           where tenant_id = ${tenantId} and linked_at is null and greatest(arrived_at, unlinked_at) < ${moment.toISOString()}::timestamptz`),
      )
      return row?.count ?? 0
    },
    [Symbol.asyncDispose]: () => superuser.end(),
  }
  return world
}

export type World = Awaited<ReturnType<typeof openWorld>>

/** What may be refused in some state of the world: that it is, is right. */
const expected = (error: unknown): void => {
  if (!(error instanceof Refusal)) throw error
}
