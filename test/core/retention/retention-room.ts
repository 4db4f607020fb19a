import { AsyncLocalStorage } from 'node:async_hooks'
import { randomBytes, randomUUID } from 'node:crypto'
import { eq, sql } from 'drizzle-orm'
import postgres from 'postgres'
import { afterAll } from 'vitest'
import { retentionConfirmations } from '../../../core/retention/confirmation.ts'
import { reapplyRecord } from '../../../core/retention/reapply.ts'
import { destructionRecord } from '../../../core/retention/record.ts'
import type { RetentionTerms } from '../../../core/retention/rule.ts'
import { findRun, openRun } from '../../../core/retention/run.ts'
import type { SweepPorts } from '../../../core/retention/run-share.ts'
import { setRule } from '../../../core/retention/set-rule.ts'
import { sweep } from '../../../core/retention/sweep.ts'
import { localMasterKeys } from '../../../core/vault/master-keys.ts'
import { beginObject, insertObject } from '../../../core/vault/object-rows.ts'
import { createVault } from '../../../core/vault/vault.ts'
import { type TenantTx, tables } from '../../../db/db.ts'
import { createTestDatabase, type TestDatabase } from '../../support/database.ts'
import { silentLog } from '../../support/silent-log.ts'
import { memoryBucket } from '../vault/memory-bucket.ts'

const { contacts, recordingLinks, recordings, retentionRules, uploadedFiles } = tables

/** One for the test file: rooms are tenants of their own in it. */
let shared: Promise<TestDatabase> | undefined
let mighty: postgres.Sql | undefined
afterAll(async () => {
  await mighty?.end()
  await (await shared)?.[Symbol.asyncDispose]()
})

const DAY_MS = 86_400_000

/** A tenant whose contacts and recordings are made by hand, a clock that is set, and sweeps with the real parts, here. */
export async function openRetentionRoom(options: { timeZone?: string; share?: number; lanes?: number } = {}) {
  const test = await (shared ??= createTestDatabase())
  const { database } = test
  const bucket = memoryBucket()
  const vault = createVault({ bucket, master: localMasterKeys(randomBytes(32)) })
  const tenantId = await test.createTenant()
  let now = new Date('2026-06-15T12:00:00Z')
  if (options.timeZone)
    await database.asStaff(tx =>
      tx
        .update(tables.tenants)
        .set({ timeZone: options.timeZone ?? 'UTC' })
        .where(eq(tables.tenants.id, tenantId)),
    )
  const inTenant = <T>(work: (tx: TenantTx) => Promise<T>) => database.asTenant<T>(tenantId, work)
  const hashes = await vault.hashes.of(tenantId)
  const ports: SweepPorts = {
    database,
    vault,
    log: silentLog(),
    clock: () => now,
    ...(options.share === undefined ? {} : { share: options.share }),
    ...(options.lanes === undefined ? {} : { lanes: options.lanes }),
  }

  mighty ??= postgres(test.superuserUrl, { max: 1, onnotice: () => {} })

  const room = {
    test,
    /** Sees past row security and writes anything: what a restore does. */
    superuser: mighty,
    /** Out of a transaction in which it is called, as another process would. */
    outside: AsyncLocalStorage.snapshot(),
    database,
    bucket,
    vault,
    record: destructionRecord(vault),
    tenantId,
    hashes,
    ports,
    inTenant,
    get now() {
      return now
    },
    setClock(to: Date | string) {
      now = new Date(to)
    },
    later(days: number) {
      now = new Date(+now + days * DAY_MS)
    },

    /** What an operator does after a restore. */
    reapply: (more: { without?: readonly number[] } = {}) =>
      reapplyRecord({ database, vault }, { actor: 'operator:test', now, ...more }),

    /** A contact that was imported, and occurred, so many days ago. */
    async addContact(
      reference: string,
      { daysAgo = 0, ...more }: { daysAgo?: number } & Partial<typeof contacts.$inferInsert> = {},
    ): Promise<string> {
      const at = new Date(+now - daysAgo * DAY_MS)
      const [made] = await inTenant(tx =>
        tx
          .insert(contacts)
          .values({
            tenantId,
            reference,
            occurredAt: at,
            occurredAtText: at.toISOString(),
            agentKey: 'diane',
            agentMatch: 'diane',
            metadata: {},
            digest: randomUUID(),
            importId: randomUUID(),
            rowNumber: 1,
            fileMark: 1,
            importedAt: at,
            updatedAt: at,
            referenceHash: hashes.reference(reference),
            ...more,
          })
          .returning({ id: contacts.id }),
      )
      return made?.id ?? ''
    },

    /** A recording as it stands after its upload, with its bytes in the vault, linked to contacts. */
    async addRecording(
      path: string,
      { linkedTo = [], daysAgo = 0, state = 'LINKED' }: AddedRecording = {},
    ): Promise<{ id: string; fileId: string; objectId: string }> {
      const arrivedAt = new Date(+now - daysAgo * DAY_MS)
      const object = await inTenant(tx => beginObject(tx, vault, tenantId))
      const writer = vault.write(object, { async began() {}, async stored() {} })
      await writer.write(Buffer.from(`the bytes of ${path}`))
      const written = await writer.finish()
      await writer.complete()
      return await inTenant(async tx => {
        await insertObject(tx, object, written)
        const [file] = await tx
          .insert(uploadedFiles)
          .values({
            tenantId,
            path,
            kind: 'RECORDING',
            status: 'STORED',
            listed: true,
            size: written.size,
            objectId: object.objectId,
            storedAt: arrivedAt,
          })
          .returning({ id: uploadedFiles.id })
        const fileId = file?.id ?? ''
        const [made] = await tx
          .insert(recordings)
          .values({
            tenantId,
            fileId,
            path,
            matchKey: path,
            usable: true,
            arrivedAt,
            inspectedAt: arrivedAt,
            matchDue: false,
            linkedAt: linkedTo.length > 0 ? arrivedAt : null,
          })
          .returning({ id: recordings.id })
        const id = made?.id ?? ''
        for (const contactId of linkedTo)
          await tx
            .insert(recordingLinks)
            .values({ tenantId, contactId, recordingId: id, state, how: 'NAME', slot: 'AUDIO' })
        return { id, fileId, objectId: object.objectId }
      })
    },

    confirmations: retentionConfirmations(vault.master),
    /** Sets a rule as an administrator who confirmed its preview. */
    async setRule(rule: Partial<RetentionTerms>, at = now): Promise<void> {
      const whole = {
        enabled: true,
        deleteAfterDays: 30,
        deleteEvaluatedAfterDays: null,
        clock: 'IMPORTED_AT' as const,
        ...rule,
      }
      const confirmation = await room.confirmations.give(tenantId, whole, at)
      await inTenant(tx =>
        setRule(tx, room.confirmations, tenantId, {
          rule: whole,
          confirmation,
          by: 'administrator',
          now: at,
        }),
      )
    },
    /** A run asked for by hand, to its end. Answers it. */
    async sweep(signal = new AbortController().signal) {
      const { id } = await inTenant(tx => openRun(tx, tenantId, { now, requestedBy: 'test' }))
      await sweep(ports, tenantId, id, signal)
      const run = await inTenant(tx => findRun(tx, tenantId, id))
      if (!run) throw new Error('no run')
      return run
    },
    references: () =>
      inTenant(tx =>
        tx.select({ reference: contacts.reference }).from(contacts).orderBy(contacts.reference),
      ).then(rows => rows.map(row => row.reference)),
    recordingIds: () =>
      inTenant(tx => tx.select({ id: recordings.id }).from(recordings)).then(rows => rows.map(row => row.id)),
    rules: () => inTenant(tx => tx.select().from(retentionRules)),
    count: async (table: string): Promise<number> => {
      const [row] = await inTenant(tx =>
        tx.execute<{ count: number }>(sql`select count(*)::int as count from ${sql.identifier(table)}`),
      )
      return row?.count ?? 0
    },
  }
  return room
}

interface AddedRecording {
  linkedTo?: string[]
  daysAgo?: number
  state?: 'LINKED' | 'CANDIDATE' | 'REJECTED'
}

export type RetentionRoom = Awaited<ReturnType<typeof openRetentionRoom>>
