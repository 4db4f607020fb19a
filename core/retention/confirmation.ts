import { createHmac, randomUUID, timingSafeEqual } from 'node:crypto'
import { type Tx, tables } from '../../db/db.ts'
import { Refusal } from '../refusal.ts'
import type { MasterKeys } from '../vault/master-keys.ts'
import type { RetentionTerms } from './rule.ts'

const { usedConfirmations } = tables

const LIFE_SECONDS = 3_600

/**
 * What a preview answers and setting its rule takes: good once, for an hour, for that tenant and that rule alone.
 * Nothing is stored before it is used.
 */
export interface Confirmations {
  give(tenantId: string, rule: RetentionTerms, now: Date): Promise<string>
  /** CONFLICT when it is another rule's, expired, used or none of ours; the words say what to do. */
  use(tx: Tx, tenantId: string, rule: RetentionTerms, given: string, now: Date): Promise<void>
}

export const retentionConfirmations = (master: Pick<MasterKeys, 'derive'>): Confirmations => {
  const seal = async (id: string, expires: number, tenantId: string, rule: RetentionTerms) =>
    createHmac('sha256', await master.derive('retention confirmations 1'))
      .update(JSON.stringify([id, expires, tenantId, ...termsOf(rule)]))
      .digest('base64url')
  return {
    async give(tenantId, rule, now) {
      const id = randomUUID()
      const expires = Math.floor(+now / 1_000) + LIFE_SECONDS
      return `${id}.${expires}.${await seal(id, expires, tenantId, rule)}`
    },
    async use(tx, tenantId, rule, given, now) {
      const [id = '', expiry = '', signature = ''] = given.split('.')
      const expected = await seal(id, Number(expiry), tenantId, rule)
      if (
        signature.length !== expected.length ||
        !timingSafeEqual(Buffer.from(signature), Buffer.from(expected))
      )
        throw again('This confirmation is not of a preview of this rule.')
      if (Number(expiry) * 1_000 <= +now) throw again('This confirmation is older than an hour.')
      const used = await tx
        .insert(usedConfirmations)
        .values({ tenantId, id })
        .onConflictDoNothing()
        .returning({ id: usedConfirmations.id })
      if (used.length === 0) throw again('This confirmation was used already.')
    },
  }
}

const termsOf = (rule: RetentionTerms) => [
  rule.enabled,
  rule.deleteAfterDays,
  rule.deleteEvaluatedAfterDays,
  rule.clock,
]

const again = (what: string) =>
  new Refusal(
    'CONFLICT',
    `${what} Ask for a preview of the rule, look at what it would delete, and confirm that.`,
  )
