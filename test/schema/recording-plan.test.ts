import postgres from 'postgres'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { type ApiRoom, openApiRoom } from '../api/api-room.ts'
import { buffersOf, nodesOf, type Plan, planOf, recorded, type Statement } from './plans.ts'

const MANY = 40_000

let room: ApiRoom
let own: Awaited<ReturnType<ApiRoom['tenant']>>

beforeAll(async () => {
  room = await openApiRoom()
  own = await room.tenant('Many')
  const other = await room.tenant('Other')
  const superuser = postgres(room.db.superuserUrl, { max: 1, onnotice: () => {} })
  for (const { tenantId } of [own, other])
    await superuser.begin(async client => {
      await client`
        with f as (insert into uploaded_files (tenant_id, path, kind, status) values (${tenantId}, '/a.csv', 'CONTACTS', 'STORED') returning id),
             i as (insert into imports (tenant_id, file_id, path, status) select ${tenantId}::uuid, id, '/a.csv', 'COMPLETED' from f returning id)
        insert into contacts (tenant_id, reference, occurred_at, occurred_at_text, agent_key, agent_match, metadata, digest, import_id, row_number, file_mark, imported_at,
                              recording_name, recording_match, recording_state)
        select ${tenantId}::uuid, 'r-' || g, timestamptz '2026-01-01' + g * interval '10 seconds', 'text', 'k', 'k', '{}', gen_random_uuid(), i.id, g, 1, timestamptz '2026-01-01' + g / 1000 * interval '1 minute',
               'c-' || g, 'c-' || g, case when g % 500 = 7 then 'MISSING' when g % 500 = 8 then 'AMBIGUOUS' else 'LINKED' end
          from generate_series(1, ${MANY}::int) g, i`
      await client`
        with f as (insert into uploaded_files (tenant_id, path, kind, status)
                   select ${tenantId}::uuid, '/rec/c-' || g || '.wav', 'RECORDING', 'STORED' from generate_series(1, ${MANY}::int) g returning id, path)
        insert into recordings (tenant_id, file_id, path, match_key, usable, inspected_at, match_due, linked, linked_at, damage)
        select ${tenantId}::uuid, f.id, f.path, n.key, true, now(), false, n.g % 500 not in (7, 8), case when n.g % 500 <> 7 then now() end, case when n.g % 500 = 9 then 'It is truncated.' end
          from f, lateral (select substr(f.path, 6, length(f.path) - 9) as key, substr(f.path, 8, length(f.path) - 11)::int as g) n`
      // What autovacuum saw of them may be nothing: the join would go through all pairs.
      await client`analyze contacts, recordings`
      await client`
        insert into recording_links (tenant_id, contact_id, recording_id, state, how, slot)
        select c.tenant_id, c.id, r.id, case c.recording_state when 'AMBIGUOUS' then 'CANDIDATE' else 'LINKED' end, 'STEM', 'AUDIO'
          from contacts c join recordings r on r.tenant_id = c.tenant_id and r.match_key = c.recording_match
         where c.tenant_id = ${tenantId} and c.recording_state <> 'MISSING'`
    })
  await superuser`vacuum analyze`
  await superuser.end()
  // The token's first use is written once, and is no part of a page.
  await room.data(own.READER, '{ viewer { role } }')
})
afterAll(() => room[Symbol.asyncDispose]())

/** The answer to an operation, and the plan of its last statement. */
async function explained<T>(query: string, variables: Record<string, unknown> = {}) {
  let answer: T | undefined
  const statements = await recorded(room, async () => {
    answer = await room.data<T>(own.READER, query, variables)
  })
  const plan = await planOf(room, own.tenantId, statements.at(-1) as Statement)
  return { answer: answer as T, statements, plan }
}

const scans = (plan: Plan) =>
  nodesOf(plan).filter(node => node['Node Type'] === 'Seq Scan' && node['Actual Rows'] > 0)
const indexes = (plan: Plan) => nodesOf(plan).map(node => node['Index Name'])

test('a page of contacts with their recordings, and these with their contacts, is one statement', async () => {
  const { answer, statements, plan } = await explained<{
    tenant: { contacts: { nodes: { recordings: object[] }[] } }
  }>(
    `{ tenant { contacts(first: 50) { nodes { reference recordingState recordings { fileName size contacts { reference } } } } } }`,
  )
  expect(answer.tenant.contacts.nodes[0]?.recordings).toHaveLength(1)
  expect(statements).toHaveLength(2)
  expect(scans(plan)).toEqual([])
  expect(buffersOf(plan)).toBeLessThan(50 * 40)
})

test('a page of recordings with everything is one statement', async () => {
  const { statements, plan } = await explained(
    `{ tenant { recordings(first: 50) { nodes { fileName size linkedAt contacts { reference } candidates { reference } file { path } playbacks { at } } } } }`,
  )
  expect(statements).toHaveLength(2)
  expect(scans(plan)).toEqual([])
  expect(buffersOf(plan)).toBeLessThan(50 * 40)
})

test.each([
  [{ linked: false }, 'recordings_unlinked', 50],
  [{ ambiguous: true }, 'recording_links_candidates', 50],
  [{ nameBeginsWith: 'C-37777' }, 'recordings_name', 1],
  [{ nameBeginsWith: 'c-37777.wa' }, 'recordings_match', 1],
])('recordings %j are found by %s, as the tenant', async (filter, index, found) => {
  const { answer, plan } = await explained<{ tenant: { recordings: { nodes: object[] } } }>(
    `query ($filter: RecordingFilter) { tenant { recordings(first: 50, filter: $filter) { nodes { id } } } }`,
    { filter },
  )
  expect(answer.tenant.recordings.nodes).toHaveLength(found)
  expect(indexes(plan)).toContain(index)
  expect(buffersOf(plan)).toBeLessThan(2_000)
})

test.each(['MISSING', 'AMBIGUOUS'])('contacts %s are found by their state, as the tenant', async state => {
  const { answer, plan } = await explained<{ tenant: { contacts: { nodes: object[] } } }>(
    `query ($s: [RecordingState!]) { tenant { contacts(first: 50, filter: { recordingState: $s }) { nodes { id } } } }`,
    { s: [state] },
  )
  expect(answer.tenant.contacts.nodes).toHaveLength(50)
  expect(indexes(plan)).toContain('contacts_recording_awaited')
  expect(buffersOf(plan)).toBeLessThan(2_000)
})

test('open problems of recordings are found by indexes, however many contacts there are', async () => {
  const statements = await recorded(room, () =>
    room.data(own.READER, '{ tenant { health { openProblems { code details } } } }'),
  )
  const plans = await Promise.all(
    statements
      .filter(({ text }) => /recording_state|damage/.test(text))
      .map(statement => planOf(room, own.tenantId, statement)),
  )
  expect(plans).toHaveLength(6)
  for (const plan of plans) {
    expect(scans(plan)).toEqual([])
    expect(buffersOf(plan)).toBeLessThan(1_000)
  }
  const used = new Set(plans.flatMap(indexes))
  expect(used).toContain('contacts_recording_awaited')
  expect(used).toContain('recordings_damaged')
})
