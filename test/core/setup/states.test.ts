import { randomUUID } from 'node:crypto'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { Refusal } from '../../../core/refusal.ts'
import { type SetupStatus, type Step, takeStep, waitingFor } from '../../../core/setup/states.ts'
import { tables } from '../../../db/db.ts'
import { createTestDatabase, type TestDatabase } from '../../support/database.ts'
import { fc } from '../../support/properties.ts'

let db: TestDatabase
let tenantId: string
beforeAll(async () => {
  db = await createTestDatabase({ max: 10 })
  tenantId = await db.createTenant()
})
afterAll(() => db[Symbol.asyncDispose]())

const began = new Date('2026-01-01T00:00:00Z')

async function makeRequest(): Promise<string> {
  const [request] = await db.database.asTenant(tenantId, tx =>
    tx
      .insert(tables.setupRequests)
      .values({
        tenantId,
        contactName: 'x',
        contactEmail: 'x@y',
        sourceSystem: 'z',
        analysis: {},
        submittedAt: began,
        waitingSince: began,
      })
      .returning(),
  )
  return request?.id ?? ''
}

const go = (id: string, step: Step, now: Date) =>
  db.database.asTenant(tenantId, tx => takeStep(tx, tenantId, id, step, now))

const steps: Step[] = ['reply', 'remark', 'requestChanges', 'approve', 'reject', 'withdraw']

/** The table at the head of states.ts, written once more and by another hand. */
function expected(status: SetupStatus, step: Step): SetupStatus | 'CONFLICT' {
  if (status !== 'SUBMITTED' && status !== 'CHANGES_REQUESTED') return 'CONFLICT'
  switch (step) {
    case 'reply':
      return 'SUBMITTED'
    case 'remark':
      return status
    case 'requestChanges':
      return 'CHANGES_REQUESTED'
    case 'approve':
      return 'APPROVED'
    case 'reject':
      return 'REJECTED'
    case 'withdraw':
      return 'WITHDRAWN'
  }
}

const refusedAs = (error: unknown) => (error instanceof Refusal ? error.code : error)

describe('a set-up request', () => {
  test('goes where the table says, whatever is done to it and when: any sequence of steps', async () => {
    const taken = fc.record({ step: fc.constantFrom(...steps), hours: fc.integer({ min: 0, max: 50 }) })
    await fc.assert(
      fc.asyncProperty(fc.array(taken, { maxLength: 8 }), async sequence => {
        const id = await makeRequest()
        let now = began
        let status: SetupStatus = 'SUBMITTED'
        let since: Date | null = began
        let decidedAt: Date | null = null
        for (const { step, hours } of sequence) {
          now = new Date(+now + hours * 3_600_000)
          const next = expected(status, step)
          if (next === 'CONFLICT') {
            expect(await go(id, step, now).catch(refusedAs)).toBe('CONFLICT')
            continue
          }
          const turn = waitingFor(next)
          if (turn === null) [since, decidedAt] = [null, now]
          else if (turn !== waitingFor(status)) since = now
          status = next
          expect(await go(id, step, now)).toMatchObject({ status, waitingSince: since, decidedAt })
        }
        const [row] = await db.database.asTenant(tenantId, tx =>
          tx.query.setupRequests.findMany({ where: { tenantId, id } }),
        )
        expect(row).toMatchObject({ status, waitingSince: since, decidedAt, submittedAt: began })
      }),
      { numRuns: 60 },
    )
  })

  test('is decided once, however many decide at the same moment', async () => {
    for (let times = 0; times < 5; times++) {
      const id = await makeRequest()
      const decisions = (['approve', 'reject', 'withdraw', 'approve', 'reject', 'withdraw'] as const).map(
        step => go(id, step, began).catch(refusedAs),
      )
      const results = await Promise.all(decisions)
      expect(results.filter(result => result === 'CONFLICT')).toHaveLength(5)
    }
  })

  test('says in words what was decided and when', async () => {
    const id = await makeRequest()
    await go(id, 'reject', new Date('2026-02-03T10:00:00Z'))
    await expect(go(id, 'approve', began)).rejects.toThrow(
      'This set-up request was rejected on 2026-02-03, and stays so: submit a new one to go on.',
    )
  })

  test('of nobody, or of another tenant, does not exist', async () => {
    const id = await makeRequest()
    const other = await db.createTenant()
    for (const [tenant, given] of [
      [tenantId, randomUUID()],
      [other, id],
    ] as const)
      expect(
        await db.database
          .asTenant(tenant, tx => takeStep(tx, tenant, given, 'approve', began))
          .catch(refusedAs),
      ).toBe('NOT_FOUND')
    expect((await go(id, 'remark', began)).status).toBe('SUBMITTED')
  })
})
