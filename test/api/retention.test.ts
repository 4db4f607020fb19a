import { createPublicKey } from 'node:crypto'
import { eq } from 'drizzle-orm'
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest'
import { certificateFault } from '../../core/retention/certificate.ts'
import { destructionRecord } from '../../core/retention/record.ts'
import { compareRecord, requireRecord } from '../../core/retention/settle-record.ts'
import { tables } from '../../db/db.ts'
import type { MemoryBucket } from '../core/vault/memory-bucket.ts'
import { type ApiRoom, openApiRoom } from './api-room.ts'
import { fillTenant } from './contacts-fixture.ts'

const { contacts, heldContacts, legalHolds } = tables

let now = new Date('2026-06-15T12:00:00Z')
let room: ApiRoom
let own: Awaited<ReturnType<ApiRoom['tenant']>>
let other: typeof own
let ids: string[]

beforeAll(async () => {
  room = await openApiRoom({ clock: () => now })
  other = await room.tenant('Other')
})
afterAll(() => room[Symbol.asyncDispose]())
beforeEach(async () => {
  now = new Date('2026-06-15T12:00:00Z')
  own = await room.tenant('Own')
  const filled = await fillTenant(room.database, own.tenantId, 4)
  ids = filled.contacts.map(contact => contact.id)
  // 10, 20, 30 and 40 days old, by both clocks.
  for (const [n, id] of ids.entries()) {
    const at = new Date(+now - (n + 1) * 10 * 86_400_000)
    await room.database.asTenant(own.tenantId, tx =>
      tx.update(contacts).set({ importedAt: at, occurredAt: at }).where(eq(contacts.id, id)),
    )
  }
})

const PREVIEW = `query ($rule: RetentionRuleInput!) { tenant { retentionPreview(rule: $rule) {
  contacts recordings bytes oldest sample { reference } days { day contacts } confirmation } } }`
const SET = `mutation ($rule: RetentionRuleInput!, $confirmation: String, $tenantId: ID) {
  setRetentionRule(rule: $rule, confirmation: $confirmation, tenantId: $tenantId) {
    enabled deleteAfterDays deleteEvaluatedAfterDays clock changedAt changedBy } }`

interface Preview {
  contacts: number
  oldest: string | null
  sample: { reference: string }[]
  days: { day: string; contacts: number }[]
  confirmation: string
}

const preview = async (rule: object, token = own.ADMIN) =>
  (await room.data<{ tenant: { retentionPreview: Preview } }>(token, PREVIEW, { rule })).tenant
    .retentionPreview

const set = (rule: object, confirmation?: string, token = own.ADMIN) =>
  room.ask(token, SET, { rule, confirmation })

const code = (answer: { errors?: { extensions: Record<string, unknown> }[] }) =>
  answer.errors?.[0]?.extensions['code']

const month = { enabled: true, deleteAfterDays: 25 }

test('before anybody sets a rule nothing is deleted', async () => {
  const { tenant } = await room.data<{ tenant: { retentionRule: object; contacts: { nodes: object[] } } }>(
    own.READER,
    '{ tenant { retentionRule { enabled deleteAfterDays clock changedAt } contacts { nodes { deletionDueAt } } } }',
  )
  expect(tenant.retentionRule).toEqual({
    enabled: false,
    deleteAfterDays: null,
    clock: 'IMPORTED_AT',
    changedAt: null,
  })
  expect(tenant.contacts.nodes).toEqual(Array.from({ length: 4 }, () => ({ deletionDueAt: null })))
})

test('a preview says what would go now and in each of the next nights, and changes nothing', async () => {
  const found = await preview(month)
  expect(found).toMatchObject({ contacts: 2, oldest: '2026-05-06T12:00:00.000Z', recordings: 0, bytes: 0 })
  expect(found.sample).toHaveLength(2)
  expect(found.days).toHaveLength(30)
  expect(found.days[0]).toEqual({ day: '2026-06-16', contacts: 2 })
  // The contact of 20 days: due on 20 June at noon, so in the night of the 21st.
  expect(found.days.filter(day => day.contacts > 0)).toEqual([
    { day: '2026-06-16', contacts: 2 },
    { day: '2026-06-21', contacts: 1 },
    { day: '2026-07-01', contacts: 1 },
  ])
  expect(await preview({ enabled: false })).toMatchObject({ contacts: 0, sample: [], oldest: null })
})

test('what could delete more needs the confirmation of its own preview, once, within the hour', async () => {
  expect(code(await set(month))).toBe('BAD_INPUT')
  const { confirmation } = await preview(month)
  expect(code(await set({ ...month, deleteAfterDays: 24 }, confirmation))).toBe('CONFLICT')
  expect(code(await set({ ...month, clock: 'OCCURRED_AT' }, confirmation))).toBe('CONFLICT')
  expect(code(await set(month, `${confirmation}x`))).toBe('CONFLICT')
  expect(code(await set(month, 'nonsense'))).toBe('CONFLICT')
  const late = await preview(month)
  now = new Date(+now + 3_600_000)
  expect(code(await set(month, late.confirmation))).toBe('CONFLICT')
  now = new Date(+now - 1_800_000)
  expect((await set(month, confirmation)).data).toMatchObject({
    setRetentionRule: {
      enabled: true,
      deleteAfterDays: 25,
      changedBy: 'administrator',
      changedAt: now.toISOString(),
    },
  })
  await set({ enabled: false })
  expect(code(await set(month, confirmation))).toBe('CONFLICT')
})

test('another tenant’s confirmation is worth nothing', async () => {
  const { confirmation } = await preview(month, other.ADMIN)
  expect(code(await set(month, confirmation))).toBe('CONFLICT')
})

test('lengthening and disabling need none; shortening, the other clock and a term for evaluated ones do', async () => {
  await set(month, (await preview(month)).confirmation)
  expect((await set({ ...month, deleteAfterDays: 26 })).errors).toBeUndefined()
  expect(code(await set(month))).toBe('BAD_INPUT')
  expect(code(await set({ ...month, deleteAfterDays: 26, clock: 'OCCURRED_AT' }))).toBe('BAD_INPUT')
  expect(code(await set({ ...month, deleteAfterDays: 26, deleteEvaluatedAfterDays: 90 }))).toBe('BAD_INPUT')
  expect((await set({ enabled: false, deleteAfterDays: 26 })).errors).toBeUndefined()
  expect(code(await set({ ...month, deleteAfterDays: 26 }))).toBe('BAD_INPUT')
})

test.each([
  [{ enabled: true, deleteAfterDays: 0 }],
  [{ enabled: true, deleteAfterDays: -1 }],
  [{ enabled: true, deleteAfterDays: 1.5 }],
  [{ enabled: true, deleteAfterDays: 10_000 }],
  [{ enabled: true }],
  [{ enabled: true, deleteAfterDays: 30, deleteEvaluatedAfterDays: 29 }],
  [{ enabled: true, deleteAfterDays: 30, deleteEvaluatedAfterDays: 0 }],
  [{ enabled: false, deleteAfterDays: 0 }],
])('%j is BAD_INPUT, for a preview as for the rule', async rule => {
  expect(code(await set(rule))).toBe('BAD_INPUT')
  expect(code(await room.ask(own.ADMIN, PREVIEW, { rule }))).toBe('BAD_INPUT')
})

test('a change stands in the trail with before and after', async () => {
  await set(month, (await preview(month)).confirmation)
  await set({ enabled: false, deleteAfterDays: 25 })
  const { tenant } = await room.data<{ tenant: { auditEvents: { nodes: { details: object }[] } } }>(
    own.ADMIN,
    '{ tenant { auditEvents(filter: { action: "setRetentionRule" }) { nodes { details } } } }',
  )
  expect(tenant.auditEvents.nodes[0]?.details).toMatchObject({
    before: { enabled: true, deleteAfterDays: 25 },
    after: { enabled: false },
  })
})

test('each contact says when it is due, by the rule in force, and is found by it', async () => {
  await room.database.asTenant(own.tenantId, async tx => {
    await tx
      .update(contacts)
      .set({ evaluatedAt: now })
      .where(eq(contacts.id, ids[2] ?? ''))
    await tx
      .update(contacts)
      .set({ holdCount: 1 })
      .where(eq(contacts.id, ids[3] ?? ''))
  })
  const rule = { enabled: true, deleteAfterDays: 25, clock: 'OCCURRED_AT' }
  await set(rule, (await preview(rule)).confirmation)
  const read = async (filter = '') => {
    const { tenant } = await room.data<{ tenant: { contacts: { nodes: object[] } } }>(
      own.READER,
      `{ tenant { contacts(orderBy: OCCURRED_AT_DESC ${filter}) { nodes { reference deletionDueAt } } } }`,
    )
    return tenant.contacts.nodes
  }
  expect(await read()).toEqual([
    { reference: 'r-0', deletionDueAt: '2026-06-30T12:00:00.000Z' },
    { reference: 'r-1', deletionDueAt: '2026-06-20T12:00:00.000Z' },
    { reference: 'r-2', deletionDueAt: null },
    { reference: 'r-3', deletionDueAt: null },
  ])
  expect(await read(', filter: { deletionDueBefore: "2026-06-25T00:00:00Z" }')).toEqual([
    { reference: 'r-1', deletionDueAt: '2026-06-20T12:00:00.000Z' },
  ])
})

test('settings: what is out of bounds is said, and raw files live no longer than contacts', async () => {
  const update = (settings: object) =>
    room.ask(
      own.ADMIN,
      `mutation ($settings: TenantSettingsInput!) { updateTenant(settings: $settings) {
         settings { nightHour recordingGraceDays tombstoneDays rawFileDays } } }`,
      { settings },
    )
  const read = (answer: Awaited<ReturnType<typeof update>>) =>
    (answer.data as unknown as { updateTenant: { settings: object } }).updateTenant.settings
  expect(read(await update({ nightHour: 4 }))).toEqual({
    nightHour: 4,
    recordingGraceDays: 3,
    tombstoneDays: 365,
    rawFileDays: 14,
  })
  for (const settings of [{ nightHour: 24 }, { nightHour: -1 }, { tombstoneDays: 0 }, { rawFileDays: 0 }])
    expect(code(await update(settings))).toBe('BAD_INPUT')
  const week = { enabled: true, deleteAfterDays: 7 }
  await set(week, (await preview(week)).confirmation)
  expect(read(await update({}))).toMatchObject({ rawFileDays: 7 })
  expect(code(await update({ rawFileDays: 8 }))).toBe('BAD_INPUT')
  expect(read(await update({ rawFileDays: 5 }))).toMatchObject({ rawFileDays: 5 })
})

const ERASE = `mutation ($ids: [ID!]!, $reason: String!) { eraseContacts(ids: $ids, reason: $reason) {
  id at contacts recordings completeBy certificateUrl } }`
const nodeIds = (...wanted: (string | undefined)[]) => wanted.map(id => room.nodeId('Contact', id ?? ''))

test('erasure takes contacts at once, with a certificate that anyone can check by the public key', async () => {
  const { eraseContacts } = await room.data<{
    eraseContacts: { contacts: number; completeBy: string; certificateUrl: string }
  }>(own.ADMIN, ERASE, { ids: nodeIds(ids[0], ids[1]), reason: 'request 17' })
  expect(eraseContacts).toMatchObject({ contacts: 2, completeBy: '2026-07-01T12:00:00.000Z' })
  const erasedAt = now
  now = new Date(+now + 600_000)
  const answer = await room.handler(new Request(eraseContacts.certificateUrl))
  expect(answer.headers.get('last-modified')).toBe(erasedAt.toUTCString())
  const text = await answer.text()
  const key = await room.handler(new Request('http://localhost/certificate-key'))
  expect(certificateFault(text, createPublicKey(await key.text()))).toBeNull()
  expect(text).not.toMatch(/r-0|request 17/)
  const left = await room.data<{ tenant: { contacts: { totalCount: number } } }>(
    own.READER,
    '{ tenant { contacts { totalCount } } }',
  )
  expect(left.tenant.contacts.totalCount).toBe(2)
  const record = [...(room.vault.bucket as unknown as { objects: Map<string, Buffer> }).objects.keys()]
  expect(record.some(name => name.endsWith('.done'))).toBe(true)
})

test('an erasure that is done is answered although its confirmation fails, which is made good later', async () => {
  const bucket = room.vault.bucket as MemoryBucket
  bucket.before = (op, _, name) => {
    if (op === 'put' && name?.endsWith('.done')) throw new Error('the bucket is away')
  }
  const answer = await room.ask(own.ADMIN, ERASE, { ids: nodeIds(ids[0]), reason: 'request' }).finally(() => {
    bucket.before = () => {}
  })
  expect(answer.errors).toBeUndefined()
  expect(answer.data).toMatchObject({ eraseContacts: { contacts: 1, certificateUrl: expect.any(String) } })
  const record = destructionRecord(room.vault)
  expect((await compareRecord(room.database, record)).open).toHaveLength(1)
  await requireRecord(room.database, record)
  expect(await compareRecord(room.database, record)).toMatchObject({ lacking: [], open: [] })
})

test('erasing a held contact is refused as a whole, naming the hold', async () => {
  const holdId = await room.database.asTenant(own.tenantId, async tx => {
    const [hold] = await tx
      .insert(legalHolds)
      .values({ tenantId: own.tenantId, reason: 'court', contactCount: 1, placedBy: 'ann' })
      .returning({ id: legalHolds.id })
    const id = hold?.id ?? ''
    await tx.insert(heldContacts).values({ tenantId: own.tenantId, holdId: id, contactId: ids[1] ?? '' })
    await tx
      .update(contacts)
      .set({ holdCount: 1 })
      .where(eq(contacts.id, ids[1] ?? ''))
    return id
  })
  const answer = await room.ask(own.ADMIN, ERASE, { ids: nodeIds(ids[0], ids[1]), reason: 'request' })
  expect(code(answer)).toBe('CONFLICT')
  expect(answer.errors?.[0]?.message).toContain(room.nodeId('LegalHold', holdId))
  expect(await room.database.asTenant(own.tenantId, tx => tx.$count(contacts))).toBe(4)
})

test('a foreign tenant’s contact is NOT_FOUND, and nothing beside it is erased', async () => {
  const answer = await room.ask(other.ADMIN, ERASE, { ids: nodeIds(ids[0]), reason: 'mine' })
  expect(code(answer)).toBe('NOT_FOUND')
  const theirs = await fillTenant(room.database, other.tenantId, 1)
  const mixed = nodeIds(theirs.contacts[0]?.id, ids[0])
  expect(code(await room.ask(other.ADMIN, ERASE, { ids: mixed, reason: 'mine' }))).toBe('NOT_FOUND')
  expect(await room.database.asTenant(other.tenantId, tx => tx.$count(contacts))).toBe(1)
  expect(code(await room.ask(own.ADMIN, ERASE, { ids: nodeIds(ids[0]), reason: ' ' }))).toBe('BAD_INPUT')
  expect(code(await room.ask(own.ADMIN, ERASE, { ids: [], reason: 'none' }))).toBe('BAD_INPUT')
})
