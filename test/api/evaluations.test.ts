import { and, eq } from 'drizzle-orm'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { tables } from '../../db/db.ts'
import { openTransaction } from '../support/open-transaction.ts'
import { type ApiRoom, openApiRoom, STAFF_TOKEN } from './api-room.ts'
import { fillTenant } from './contacts-fixture.ts'

const NOW = new Date('2026-05-01T12:00:00Z')

let room: ApiRoom
let own: Awaited<ReturnType<ApiRoom['tenant']>>
let foreign: Awaited<ReturnType<ApiRoom['tenant']>>
let ids: string[]
let foreignId: string
beforeAll(async () => {
  room = await openApiRoom({ clock: () => NOW })
  own = await room.tenant('Own')
  foreign = await room.tenant('Foreign')
  const node = (contact: { id: string }) => room.nodeId('Contact', contact.id)
  ids = (await fillTenant(room.database, own.tenantId, 12)).contacts.map(node)
  foreignId = (await fillTenant(room.database, foreign.tenantId, 1)).contacts.map(node)[0] ?? ''
})
afterAll(() => room[Symbol.asyncDispose]())

interface Result {
  status: string
  evaluationReference: string
  contact: { reference: string; evaluations: { reference: string; evaluatedAt: string }[] } | null
  problem: { code: string; message: string; whoseMove: string } | null
}

const fields = `status evaluationReference problem { code message whoseMove }
  contact { reference agent { name } evaluations { reference evaluatedAt } }`
const recordOne = `mutation ($e: EvaluationInput!, $t: ID) { recordEvaluation(evaluation: $e, tenantId: $t) { ${fields} } }`
const recordMany = `mutation ($e: [EvaluationInput!]!) { recordEvaluations(evaluations: $e) { ${fields} } }`

const one = async (token: string, e: object, t?: string) =>
  (await room.data<{ recordEvaluation: Result }>(token, recordOne, { e, t })).recordEvaluation
const many = async (token: string, e: object[]) =>
  (await room.data<{ recordEvaluations: Result[] }>(token, recordMany, { e })).recordEvaluations
const errorOf = async (token: string, query: string, variables: object) =>
  (await room.ask(token, query, { ...variables })).errors?.[0]

test('an integration records by id or reference, and reads them oldest first', async () => {
  await one(own.INTEGRATION, { contactId: ids[0], evaluationReference: 'late' })
  const result = await one(own.INTEGRATION, {
    contactReference: 'r-0',
    evaluationReference: 'early',
    evaluatedAt: '2026-04-30T10:00:00+02:00',
  })
  expect(result).toEqual({
    status: 'RECORDED',
    evaluationReference: 'early',
    problem: null,
    contact: {
      reference: 'r-0',
      agent: { name: 'Ann' },
      evaluations: [
        { reference: 'early', evaluatedAt: '2026-04-30T08:00:00.000Z' },
        { reference: 'late', evaluatedAt: NOW.toISOString() },
      ],
    },
  })
})

test('a withdrawal is told with the contact it was of, and leaves the others', async () => {
  const query = `mutation { withdrawEvaluation(evaluationReference: "early") { ${fields} } }`
  const { withdrawEvaluation } = await room.data<{ withdrawEvaluation: Result }>(own.ADMIN, query)
  expect(withdrawEvaluation).toMatchObject({
    status: 'WITHDRAWN',
    contact: { reference: 'r-0', evaluations: [{ reference: 'late' }] },
  })
  expect(await errorOf(foreign.ADMIN, query, {})).toMatchObject({ extensions: { code: 'NOT_FOUND' } })
})

test('contacts are found by whether they are evaluated', async () => {
  const found = async (evaluated: boolean | null) =>
    (
      await room.data<{ tenant: { contacts: { totalCount: number; nodes: { reference: string }[] } } }>(
        own.READER,
        'query ($f: ContactFilter) { tenant { contacts(filter: $f) { totalCount nodes { reference } } } }',
        { f: { evaluated } },
      )
    ).tenant.contacts
  expect(await found(true)).toEqual({ totalCount: 1, nodes: [{ reference: 'r-0' }] })
  expect((await found(false)).totalCount).toBe(11)
  expect((await found(null)).totalCount).toBe(12)
})

test('another tenant’s contact is NOT_FOUND in the same words as none; in a batch it is REFUSED alone', async () => {
  const nothing = room.nodeId('Contact', '00000000-0000-7000-8000-000000000000')
  const agent = room.nodeId('Agent', '00000000-0000-7000-8000-000000000000')
  const words = await Promise.all(
    [foreignId, nothing, agent, 'x', ''].map(contactId =>
      errorOf(own.ADMIN, recordOne, { e: { contactId, evaluationReference: 'foreign' } }),
    ),
  )
  for (const error of words) {
    expect(error?.extensions['code']).toBe('NOT_FOUND')
    expect(error).toEqual(words[0])
  }
  const results = await many(own.ADMIN, [
    { contactId: foreignId, evaluationReference: 'b1' },
    { contactReference: 'r-1', evaluationReference: 'b2' },
    { contactId: 'x', evaluationReference: 'b3' },
    { contactReference: 'r-1', evaluationReference: 'late' },
  ])
  expect(results.map(({ status, problem, contact }) => [status, problem?.code, contact?.reference])).toEqual([
    ['REFUSED', 'NOT_FOUND', undefined],
    ['RECORDED', undefined, 'r-1'],
    ['REFUSED', 'NOT_FOUND', undefined],
    ['REFUSED', 'EVALUATION_ELSEWHERE', undefined],
  ])
  const seen = await room.data<{ node: object }>(
    foreign.READER,
    `{ node(id: "${foreignId}") { ... on Contact { evaluations { reference } } } }`,
  )
  expect(seen.node).toEqual({ evaluations: [] })
})

test('what waits is listed, those that wait longest first; staff name the tenant', async () => {
  for (const n of [1, 2, 3])
    expect(
      await one(STAFF_TOKEN, { contactReference: `to come ${n}`, evaluationReference: `w${n}` }, own.id),
    ).toMatchObject({ status: 'WAITING', contact: null, problem: null })
  const { tenant } = await room.data<{ tenant: { waitingEvaluations: object[] } }>(
    own.READER,
    '{ tenant { waitingEvaluations(first: 2) { status evaluationReference contact { id } problem { code } } } }',
  )
  expect(tenant.waitingEvaluations).toEqual(
    ['w1', 'w2'].map(evaluationReference => ({
      status: 'WAITING',
      evaluationReference,
      contact: null,
      problem: null,
    })),
  )
  const missing = await errorOf(STAFF_TOKEN, recordOne, {
    e: { contactReference: 'r', evaluationReference: 'w' },
  })
  expect(missing?.extensions).toMatchObject({ code: 'BAD_INPUT', fields: [{ path: ['tenantId'] }] })
})

test('bad input is told by its path', async () => {
  const pathsOf = (error: Awaited<ReturnType<typeof errorOf>>) => {
    expect(error?.extensions['code']).toBe('BAD_INPUT')
    const fields = (error?.extensions['fields'] ?? []) as { path: string[] }[]
    return fields.map(({ path }) => path.join('.'))
  }
  const e = { contactReference: 'r-0', evaluationReference: 'f', evaluatedAt: '2026-05-02T00:00:00Z' }
  expect(pathsOf(await errorOf(own.ADMIN, recordOne, { e }))).toEqual(['evaluation.evaluatedAt'])
  expect(
    pathsOf(
      await errorOf(own.ADMIN, recordMany, {
        e: [
          { evaluationReference: 'x' },
          { contactId: ids[0], contactReference: 'r-0', evaluationReference: '' },
        ],
      }),
    ),
  ).toEqual(['evaluations.0.contactId', 'evaluations.1.contactId', 'evaluations.1.evaluationReference'])
  const tooMany = Array.from({ length: 501 }, (_, n) => ({
    contactReference: 'r-0',
    evaluationReference: `${n}`,
  }))
  expect(pathsOf(await errorOf(own.ADMIN, recordMany, { e: tooMany }))).toEqual(['evaluations'])
})

test('while something holds the contact it is LIMITED, with Retry-After', async () => {
  const running = await openTransaction(room.database, own.tenantId)
  await running.tx
    .update(tables.contacts)
    .set({ queue: 'changed' })
    .where(and(eq(tables.contacts.tenantId, own.tenantId), eq(tables.contacts.reference, 'r-5')))
  const e = { contactReference: 'r-5', evaluationReference: 'held' }
  const response = await room.post({ query: recordOne, variables: { e } }, own.ADMIN)
  await running.commit()
  expect(Number(response.headers.get('retry-after'))).toBeGreaterThan(0)
  expect(await response.json()).toMatchObject({ errors: [{ extensions: { code: 'LIMITED' } }] })
  expect(await one(own.ADMIN, e)).toMatchObject({ status: 'RECORDED' })
})

test('the trail has one event for a batch, with counts and ids and nothing that somebody wrote', async () => {
  const before = await room.data<{ tenant: { auditEvents: { nodes: object[] } } }>(
    own.ADMIN,
    '{ tenant { auditEvents { nodes { id } } } }',
  )
  await many(own.INTEGRATION, [
    { contactReference: 'r-7', evaluationReference: 'audit-1' },
    { contactReference: 'r-8', evaluationReference: 'audit-2' },
    { contactReference: 'secret reference', evaluationReference: 'audit-3' },
    { contactId: foreignId, evaluationReference: 'audit-4' },
  ])
  await one(own.INTEGRATION, { contactReference: 'r-9', evaluationReference: 'audit-5' })
  const { tenant } = await room.data<{ tenant: { auditEvents: { nodes: Record<string, unknown>[] } } }>(
    own.ADMIN,
    '{ tenant { auditEvents { nodes { actor action subject details } } } }',
  )
  const added = tenant.auditEvents.nodes.slice(
    0,
    tenant.auditEvents.nodes.length - before.tenant.auditEvents.nodes.length,
  )
  const plain = (n: number) =>
    Buffer.from(ids[n] ?? '', 'base64url')
      .toString()
      .split(':')[1]
  const by = { token: expect.any(String), role: 'INTEGRATION' }
  expect(added).toEqual([
    { actor: 'integration', action: 'recordEvaluation', subject: plain(9), details: { recorded: 1, by } },
    {
      actor: 'integration',
      action: 'recordEvaluations',
      subject: null,
      details: { recorded: 2, waiting: 1, refused: 1, contacts: [plain(7), plain(8)], by },
    },
  ])
})

test('a page of contacts with their evaluations, and a batch’s answer, are few statements', async () => {
  const statements: string[] = []
  const asTenant = room.database.asTenant.bind(room.database)
  room.database.asTenant = (id, work) =>
    asTenant(id, tx => {
      const session = (tx as unknown as { _: { session: { logger: unknown } } })._.session
      session.logger = { logQuery: (text: string) => statements.push(text) }
      return work(tx)
    })
  try {
    await room.data(own.READER, '{ tenant { contacts { nodes { id evaluations { reference } } } } }')
    expect(statements.filter(text => text.includes('"contacts"'))).toHaveLength(1)
    statements.length = 0
    const results = await many(
      own.ADMIN,
      ids.map((contactId, n) => ({ contactId, evaluationReference: `all-${n}` })),
    )
    expect(results.every(each => each.contact?.evaluations.length)).toBe(true)
    expect(
      statements.filter(text => text.startsWith('select "d0"') && text.includes('"contacts"')),
    ).toHaveLength(1)
  } finally {
    room.database.asTenant = asTenant
  }
})
