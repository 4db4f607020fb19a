import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { type ApiRoom, openApiRoom } from '../api/api-room.ts'
import { buffersOf, nodesOf, planOf, recorded } from './plans.ts'

const CONTACTS = 100_000

let room: ApiRoom
let own: Awaited<ReturnType<ApiRoom['tenant']>>

/** Beside a tenant twice as large, whose references and agents begin with other words. */
beforeAll(async () => {
  room = await openApiRoom()
  own = await room.tenant('Searched')
  const other = await room.tenant('Larger')
  const { default: postgres } = await import('postgres')
  const superuser = postgres(room.db.superuserUrl, { max: 1, onnotice: () => {} })
  for (const [{ tenantId }, word, count] of [
    [own, 'Call', CONTACTS],
    [other, 'Elsewhere', 2 * CONTACTS],
  ] as const)
    await superuser`
      with f as (insert into uploaded_files (tenant_id, path, kind, status) values (${tenantId}, '/a.csv', 'CONTACTS', 'STORED') returning id),
           i as (insert into imports (tenant_id, file_id, path, status) select ${tenantId}::uuid, id, '/a.csv', 'COMPLETED' from f returning id)
      insert into contacts (tenant_id, reference, occurred_at, occurred_at_text, agent_key, agent_match, customer_phone, metadata, digest, import_id, row_number, file_mark)
      select ${tenantId}::uuid, ${word} || '-' || g, timestamptz '2026-01-01' + g * interval '10 seconds', 'text', 'k',
             lower(${word}) || ' agent ' || g % 1000, case when g % 10 < 7 then '+44 20 79' || lpad(g::text, 6, '0') end,
             '{}', gen_random_uuid(), i.id, g, 1
        from generate_series(1, ${count}) g, i`
  await superuser`vacuum analyze contacts`
  await superuser.end()
  await room.data(own.READER, '{ viewer { role } }')
}, 120_000)
afterAll(() => room[Symbol.asyncDispose]())

const query = `query ($search: String, $orderBy: ContactOrder, $after: String, $first: Int) { tenant {
  contacts(filter: { search: $search }, orderBy: $orderBy, after: $after, first: $first) { nodes { reference } pageInfo { endCursor } } } }`
const counting = 'query ($search: String) { tenant { contacts(filter: { search: $search }) { totalCount } } }'

/** The plans of everything that a search sends about contacts. */
async function plansOf(operation: string, variables: object) {
  let answer: unknown
  const statements = await recorded(room, async () => {
    answer = await room.data(own.READER, operation, { ...variables })
  })
  const about = statements.filter(({ text }) => /from "?contacts"?/.test(text))
  const plans = []
  for (const statement of about) plans.push(await planOf(room, own.tenantId, statement))
  return { answer: JSON.stringify(answer), plans }
}

const byIndex = ['contacts_reference_folded', 'contacts_agent_match', 'contacts_phone']

describe.each([
  ['a reference', 'call-47110', 1, 'Call-47110'],
  ['a phone', '+44 20 79 047 116', 1, 'Call-47116'],
  ['an agent', 'CALL AGENT 17', 11 * 100, 'Call-'],
  ['nobody', 'nobody', 0, ''],
  ['words that are another tenant’s', 'Elsewhere', 0, ''],
])('%s (%s)', (_, search, matches, reference) => {
  test.each([
    ['newest first', { orderBy: 'OCCURRED_AT_DESC' }],
    ['oldest first', { orderBy: 'OCCURRED_AT_ASC', first: 200 }],
    ['by import', { orderBy: 'IMPORTED_AT_DESC' }],
  ])('a page, %s, is sought by the indexes, as the tenant', async (_, variables) => {
    const { answer, plans } = await plansOf(query, { search, ...variables })
    expect(answer.includes('Call-')).toBe(matches > 0)
    expect(answer).toContain(reference)
    expect(plans.length).toBeGreaterThan(0)
    for (const plan of plans) checkSought(plan, matches)
  })

  test('the next page is as well', async () => {
    const first = await room.data<{ tenant: { contacts: { pageInfo: { endCursor: string | null } } } }>(
      own.READER,
      query,
      { search, first: 10 },
    )
    const { plans } = await plansOf(query, { search, after: first.tenant.contacts.pageInfo.endCursor })
    for (const plan of plans) checkSought(plan, matches)
  })

  test('and so are they counted', async () => {
    const { answer, plans } = await plansOf(counting, { search })
    expect(answer).toContain(`"totalCount":${matches}}`)
    for (const plan of plans) checkSought(plan, matches)
  })
})

/** Reads what matches and little more: no index is walked past what does not. */
function checkSought(plan: Awaited<ReturnType<typeof planOf>>, matches: number) {
  const nodes = nodesOf(plan)
  const used = nodes.flatMap(node => node['Index Name'] ?? [])
  expect(used).toEqual(expect.arrayContaining(byIndex.slice(0, 2)))
  for (const node of nodes) {
    expect(node['Node Type']).not.toBe('Seq Scan')
    if (byIndex.includes(node['Index Name'] ?? '')) expect(node['Index Cond']).toMatch(/>=.*</)
    expect(node['Rows Removed by Filter'] ?? 0).toBeLessThanOrEqual(matches)
    expect(node['Actual Rows'] * node['Actual Loops']).toBeLessThanOrEqual(matches * 2 + 60)
  }
  expect(buffersOf(plan)).toBeLessThan(60 + matches * 8)
}

test('words that most contacts begin with are found along the list’s order: a page reads no more than a page', async () => {
  const { answer, plans } = await plansOf(query, { search: 'CALL' })
  expect(answer).toContain(`Call-${CONTACTS}`)
  const page = plans.at(-1)
  if (!page) throw new Error('no statement was sent')
  expect(nodesOf(page).map(node => node['Index Name'])).toContain('contacts_occurred')
  expect(buffersOf(page)).toBeLessThan(200)
  expect((await plansOf(counting, { search: 'CALL' })).answer).toContain(`"totalCount":${CONTACTS}}`)
})
