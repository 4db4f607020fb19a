import { sql } from 'drizzle-orm'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { type ApiRoom, openApiRoom } from '../api/api-room.ts'
import { buffersOf, nodesOf, planOf, recorded, type Statement } from './plans.ts'

const CONTACTS = 100_000

let room: ApiRoom
let own: Awaited<ReturnType<ApiRoom['tenant']>>

beforeAll(async () => {
  room = await openApiRoom()
  own = await room.tenant('Deep')
  const other = await room.tenant('Other')
  const { default: postgres } = await import('postgres')
  const superuser = postgres(room.db.superuserUrl, { max: 1, onnotice: () => {} })
  for (const { tenantId } of [own, other])
    await superuser`
      with f as (insert into uploaded_files (tenant_id, path, kind, status) values (${tenantId}, '/a.csv', 'CONTACTS', 'STORED') returning id),
           i as (insert into imports (tenant_id, file_id, path, status) select ${tenantId}::uuid, id, '/a.csv', 'COMPLETED' from f returning id),
           a as (insert into agents (tenant_id, name) select ${tenantId}::uuid, 'Agent ' || n from generate_series(1, 20) n returning id),
           n as (select id, row_number() over () as n from a)
      insert into contacts (tenant_id, reference, occurred_at, occurred_at_text, agent_key, agent_match, agent_id, queue, metadata, digest, import_id, row_number, file_mark, imported_at)
      select ${tenantId}::uuid, 'r-' || g, timestamptz '2026-01-01' + g * interval '10 seconds', 'text', 'k', 'k', n.id, 'q' || g % 7, '{}', gen_random_uuid(), i.id, g, 1, timestamptz '2026-01-01' + g / 1000 * interval '1 minute'
        from generate_series(1, ${CONTACTS}) g, i, n where n.n = g % 20 + 1`
  await superuser`vacuum analyze contacts`
  await superuser.end()
  // The token's first use is written once, and is no part of a page.
  await room.data(own.READER, '{ viewer { role } }')
})
afterAll(() => room[Symbol.asyncDispose]())

const pageQuery = `query ($after: String, $orderBy: ContactOrder, $filter: ContactFilter) { tenant {
  contacts(first: 50, after: $after, orderBy: $orderBy, filter: $filter) {
    nodes { id reference occurredAt agent { name } } pageInfo { endCursor } } } }`

const pageOf = (variables: Record<string, unknown>) =>
  recorded(room, () => room.data(own.READER, pageQuery, variables))
const ofContacts = (statements: Statement[]) =>
  statements.filter(({ text }) => text.includes('from "contacts"'))

test('a page of contacts with their agents is one statement, whatever their number', async () => {
  const statements = await pageOf({})
  expect(ofContacts(statements)).toHaveLength(1)
  expect(statements).toHaveLength(2)
  expect(ofContacts(statements)[0]?.text).toMatchInlineSnapshot(
    `"select "d0"."occurred_at" as "occurredAt", "d0"."id" as "id", "d0"."tenant_id" as "tenantId", "d0"."reference" as "reference", "d0"."occurred_at_text" as "occurredAtText", "d0"."agent_key" as "agentKey", "d0"."direction" as "direction", "d0"."channel" as "channel", "d0"."customer_phone" as "customerPhone", "d0"."duration_seconds" as "durationSeconds", "d0"."queue" as "queue", "d0"."campaign" as "campaign", "d0"."disposition" as "disposition", "d0"."external_url" as "externalUrl", "d0"."recording_name" as "recordingName", "d0"."screen_recording_name" as "screenRecordingName", "d0"."recording_state" as "recordingState", "d0"."metadata" as "metadata", "d0"."row_number" as "rowNumber", "d0"."imported_at" as "importedAt", "d0"."updated_at" as "updatedAt", "d0"."hold_count" as "holdCount", "agent"."r" as "agent" from (select "d0".* from "contacts" as "d0" where "d0"."tenant_id" = $1 order by "d0"."occurred_at" desc, "d0"."id" desc limit $2) as "d0" left join lateral(select row_to_json("t".*) "r" from (select "d1"."tenant_id" as "tenantId", "d1"."id" as "id", "d1"."name" as "name" from "agents" as "d1" where (("d0"."tenant_id" = "d1"."tenant_id") and ("d0"."agent_id" = "d1"."id")) limit $3) as "t") as "agent" on true order by "d0"."occurred_at" desc, "d0"."id" desc"`,
  )
})

test.each([
  ['OCCURRED_AT_DESC', {}, 'contacts_occurred'],
  ['OCCURRED_AT_ASC', {}, 'contacts_occurred'],
  ['IMPORTED_AT_DESC', {}, 'contacts_imported'],
  ['OCCURRED_AT_DESC', { agent: true }, 'contacts_agent'],
  ['OCCURRED_AT_DESC', { import: true }, 'contacts_import'],
])('%s %j: the deep page is sought by the index, as the tenant', async (orderBy, by, index) => {
  const ids = await room.data<{
    tenant: { agents: { nodes: { id: string }[] }; imports: { nodes: { id: string }[] } }
  }>(own.READER, '{ tenant { agents(first: 1) { nodes { id } } imports(first: 1) { nodes { id } } } }')
  const filter = {
    ...('agent' in by ? { agentId: ids.tenant.agents.nodes[0]?.id } : {}),
    ...('import' in by ? { importId: ids.tenant.imports.nodes[0]?.id } : {}),
  }
  const planned = async (variables: Record<string, unknown>) =>
    await planOf(room, own.tenantId, ofContacts(await pageOf(variables))[0] as Statement)
  const first = await planned({ orderBy, filter })
  const depth = 'agent' in by ? 4_500 : 90_000
  const [name = '', direction] = orderBy.split(/_(?=DESC|ASC)/)
  const column = name === 'OCCURRED_AT' ? 'occurred_at' : 'imported_at'
  const agent = 'agent' in by ? sql`and agent_id = (select id from agents order by name, id limit 1)` : sql``
  const [place] = await room.database.asTenant(own.tenantId, tx =>
    tx.execute<{ at: string; id: string }>(
      sql`select ${sql.raw(column)} as at, id from contacts where true ${agent} order by 1 ${sql.raw(direction ?? '')}, 2 ${sql.raw(direction ?? '')} offset ${depth} limit 1`,
    ),
  )
  const after = Buffer.from(JSON.stringify([orderBy, +new Date(place?.at ?? 0), place?.id])).toString(
    'base64url',
  )
  const deep = await planned({ orderBy, filter, after })
  const scan = nodesOf(deep).find(node => node['Index Name'] === index)
  expect(scan?.['Index Cond']).toContain(`ROW(${column}, id)`)
  expect(buffersOf(deep)).toBeLessThan(buffersOf(first) * 1.5 + 20)
})
