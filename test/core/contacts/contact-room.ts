import { randomBytes } from 'node:crypto'
import { and, asc, eq } from 'drizzle-orm'
import { afterAll } from 'vitest'
import type { EvaluationWish } from '../../../core/evaluations/evaluation.ts'
import { recordEvaluation, recordEvaluations } from '../../../core/evaluations/record-evaluations.ts'
import { linkWaitingEvaluations, waitingEvaluations } from '../../../core/evaluations/waiting-evaluations.ts'
import { withdrawEvaluation } from '../../../core/evaluations/withdraw-evaluation.ts'
import { Refusal } from '../../../core/refusal.ts'
import { keyedHashes } from '../../../core/vault/keyed-hashes.ts'
import { localMasterKeys } from '../../../core/vault/master-keys.ts'
import { type Tx, tables } from '../../../db/db.ts'
import { fillTenant } from '../../api/contacts-fixture.ts'
import { createTestDatabase, type TestDatabase } from '../../support/database.ts'
import { openTransaction } from '../../support/open-transaction.ts'

const { contacts, evaluations, tombstones } = tables

/** One for the test file: rooms are tenants of their own in it. */
let shared: Promise<TestDatabase> | undefined
afterAll(async () => (await shared)?.[Symbol.asyncDispose]())

/** Midday of the room. */
export const NOON = new Date('2026-04-01T12:00:00Z')
export const at = (hour: number) => new Date(NOON.getTime() + (hour - 12) * 3_600_000)

/** A tenant with contacts `r-0`, `r-1`, …, and everything that is done to them, each in a transaction of its own. */
export async function openContactRoom(count = 3) {
  const test = await (shared ??= createTestDatabase({ max: 20 }))
  const { database } = test
  const tenantId = await test.createTenant()
  const made = await fillTenant(database, tenantId, count)
  const hashes = keyedHashes(localMasterKeys(randomBytes(32)))
  const ports = { hashes, now: NOON }
  const inTenant = <T>(work: (tx: Tx) => Promise<T>) => database.asTenant(tenantId, work)
  const row = {
    tenantId,
    importId: made.run.id,
    fileMark: made.run.ordinal,
    occurredAt: NOON,
    occurredAtText: 'noon',
    agentKey: 'ann',
    agentMatch: 'ann',
    metadata: {},
    digest: '00000000-0000-0000-0000-000000000000',
    rowNumber: 1,
  }
  return {
    test,
    database,
    tenantId,
    ports,
    inTenant,
    ids: made.contacts.map(contact => contact.id),
    open: () => openTransaction(database, tenantId),
    record: (wish: EvaluationWish) => inTenant(tx => recordEvaluation(tx, ports, tenantId, wish)),
    recordAll: (wishes: EvaluationWish[]) => inTenant(tx => recordEvaluations(tx, ports, tenantId, wishes)),
    withdraw: (reference: string) => inTenant(tx => withdrawEvaluation(tx, NOON, tenantId, reference)),
    link: (options?: { share?: number; signal?: AbortSignal }) =>
      linkWaitingEvaluations(database, tenantId, options),
    waiting: async () =>
      (await inTenant(tx => waitingEvaluations(tx, tenantId, 200))).map(each => each.evaluationReference),
    /** When each contact was evaluated first, by its reference. */
    async evaluated() {
      const rows = await inTenant(tx =>
        tx.select().from(contacts).where(eq(contacts.tenantId, tenantId)).orderBy(asc(contacts.reference)),
      )
      return Object.fromEntries(rows.map(each => [each.reference, each.evaluatedAt?.toISOString() ?? null]))
    },
    evaluations: () =>
      inTenant(tx =>
        tx
          .select()
          .from(evaluations)
          .where(eq(evaluations.tenantId, tenantId))
          .orderBy(asc(evaluations.reference)),
      ),
    /** What an import does that creates a contact. */
    create: (tx: Tx, reference: string) => tx.insert(contacts).values({ ...row, reference }),
    /** What an import does that updates one. */
    change: (tx: Tx, reference: string) =>
      tx
        .update(contacts)
        .set({ queue: 'changed' })
        .where(and(eq(contacts.tenantId, tenantId), eq(contacts.reference, reference))),
    /** What a sweep does. */
    async destroy(tx: Tx, reference: string) {
      const [gone] = await tx
        .select({ id: contacts.id })
        .from(contacts)
        .where(and(eq(contacts.tenantId, tenantId), eq(contacts.reference, reference)))
        .for('update')
      if (!gone) return
      const of = gone.id
      await tx
        .delete(evaluations)
        .where(and(eq(evaluations.tenantId, tenantId), eq(evaluations.contactId, of)))
      await tx.delete(contacts).where(and(eq(contacts.tenantId, tenantId), eq(contacts.id, of)))
      const hash = (await hashes.of(tenantId)).reference(reference)
      await tx.insert(tombstones).values({ tenantId, kind: 'REFERENCE', hash })
    },
  }
}

export type ContactRoom = Awaited<ReturnType<typeof openContactRoom>>

/** The refusal that something ends with. */
export const refusalOf = (work: Promise<unknown>): Promise<Refusal> =>
  work.then(
    value => {
      throw new Error(`not refused: ${JSON.stringify(value)}`)
    },
    (error: unknown) => {
      if (error instanceof Refusal) return error
      throw error
    },
  )
