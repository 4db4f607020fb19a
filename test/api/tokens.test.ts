import { setTimeout as pause } from 'node:timers/promises'
import { and, eq } from 'drizzle-orm'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { startApi } from '../../api/node-process.ts'
import { createStaffToken, putStaffToken, revokeStaffToken } from '../../core/access/staff-token.ts'
import { tables } from '../../db/db.ts'
import { decodeNodeId } from '../../schema/node-id.ts'
import { type ApiRoom, openApiRoom, STAFF_TOKEN } from './api-room.ts'
import { type EventStream, openEvents } from './event-stream.ts'
import { newImport } from './watched-imports.ts'

/** What is promised of a stream whose token opens nothing any more. */
const PROMISED_MS = 5_000

let room: ApiRoom
let api: Awaited<ReturnType<typeof startApi>>
let url: string
let own: Awaited<ReturnType<ApiRoom['tenant']>>
beforeAll(async () => {
  room = await openApiRoom()
  api = await startApi(room.config, room.overrides)
  url = api.addresses['api'] ?? ''
  own = await room.tenant('Own')
  await newImport(room.database, own.tenantId, 'RUNNING')
})
afterAll(async () => {
  await api.close()
  await room[Symbol.asyncDispose]()
})

const ask = (token: string, query: string) =>
  fetch(url, {
    method: 'POST',
    headers: { 'content-type': 'application/json', authorization: `Bearer ${token}` },
    body: JSON.stringify({ query }),
  })
const viewer = async (token: string) => {
  const response = await ask(token, '{ viewer { name role tokenId tenant { id } } }')
  const { data } = (await response.json()) as { data?: { viewer: Record<string, unknown> } }
  return { status: response.status, viewer: data?.viewer, headers: response.headers }
}

async function make(expiresAt: Date | null = null) {
  const made = await room.data<{ createApiToken: { token: string; apiToken: { id: string } } }>(
    own.ADMIN,
    'mutation ($at: DateTime) { createApiToken(name: "short", role: READER, expiresAt: $at) { token apiToken { id } } }',
    { at: expiresAt?.toISOString() ?? null },
  )
  return { token: made.createApiToken.token, id: made.createApiToken.apiToken.id }
}

const revoke = (id: string) => room.data(own.ADMIN, `mutation { revokeApiToken(id: "${id}") { id } }`)

async function openStreams(token: string): Promise<EventStream[]> {
  const { data } = (await (await ask(own.READER, '{ tenant { imports { nodes { id } } } }')).json()) as {
    data: { tenant: { imports: { nodes: { id: string }[] } } }
  }
  const [{ id } = { id: '' }] = data.tenant.imports.nodes
  const streams = [
    await openEvents(fetch, url, token, `subscription { importProgress(id: "${id}") { status } }`),
    await openEvents(fetch, url, token, 'subscription { imports { status } }'),
  ]
  for (const stream of streams) expect(await stream.next()).toEqual({ status: 'RUNNING' })
  return streams
}

const ended = async (stream: EventStream) => {
  for (;;) if ((await stream.next()) === 'complete') return 'complete'
}
const withinPromise = async (streams: EventStream[]) =>
  await Promise.race([Promise.all(streams.map(ended)), pause(PROMISED_MS, 'still open')])

test('the viewer is whoever the token is', async () => {
  for (const role of ['ADMIN', 'READER', 'INTEGRATION'] as const)
    expect((await viewer(own[role])).viewer).toMatchObject({ role, tenant: { id: own.id } })
  expect((await viewer(STAFF_TOKEN)).viewer).toMatchObject({ role: 'STAFF', tenant: null })
})

test('the last use of a token is on record, and its hash nowhere in what is answered', async () => {
  const { token, id } = await make()
  const row = async () => {
    const { tenant } = await room.data<{
      tenant: { apiTokens: { id: string; lastUsedAt: string | null }[] }
    }>(own.ADMIN, '{ tenant { apiTokens { id name prefix lastUsedAt expiresAt revokedAt } } }')
    return tenant.apiTokens.find(one => one.id === id)
  }
  expect(await row()).toMatchObject({ lastUsedAt: null, prefix: token.slice(0, 12) })
  const before = Date.now()
  await viewer(token)
  expect(Date.parse((await row())?.lastUsedAt ?? '')).toBeGreaterThanOrEqual(before - 1)
  expect(JSON.stringify(await row())).not.toContain(token)
})

test('a revoked token opens nothing from the next request on, and its streams end; others go on', async () => {
  const { token, id } = await make()
  const theirs = await openStreams(token)
  const others = await openStreams(own.READER)
  await revoke(id)
  const refused = await viewer(token)
  expect(refused.status).toBe(401)
  expect(refused.headers.get('www-authenticate')).toBe('Bearer error="invalid_token"')
  expect(await withinPromise(theirs)).toEqual(['complete', 'complete'])
  expect(await Promise.race([Promise.any(others.map(ended)), pause(1_000, 'still open')])).toBe('still open')
  await Promise.all(others.map(stream => stream.leave()))
})

test('streams end within the promised time although the word of it is lost', async () => {
  const { token, id } = await make()
  const streams = await openStreams(token)
  const { apiTokens } = tables
  await room.database.asTenant(own.tenantId, async tx => {
    await tx
      .update(apiTokens)
      .set({ revokedAt: new Date() })
      .where(and(eq(apiTokens.tenantId, own.tenantId), eq(apiTokens.id, decodeNodeId(id)?.id ?? '')))
  })
  expect(await withinPromise(streams)).toEqual(['complete', 'complete'])
})

test('an expired token opens nothing, and its streams end', async () => {
  const { token } = await make(new Date(Date.now() + 3_000))
  const streams = await openStreams(token)
  await pause(2_500)
  expect(await withinPromise(streams)).toEqual(['complete', 'complete'])
  expect((await viewer(token)).status).toBe(401)
})

test('a token of staff ends like any other', async () => {
  const { apiToken, token } = await room.database.asStaff(tx =>
    createStaffToken(tx, { name: 'ann' }, new Date()),
  )
  expect((await viewer(token)).viewer).toMatchObject({ role: 'STAFF', name: 'ann' })
  const stream = await openEvents(
    fetch,
    url,
    token,
    `subscription { imports(tenantId: "${own.id}") { status } }`,
  )
  expect(await stream.next()).toEqual({ status: 'RUNNING' })
  await room.database.asStaff(tx => revokeStaffToken(tx, apiToken.id, new Date()))
  expect(await withinPromise([stream])).toEqual(['complete'])
  expect((await viewer(token)).status).toBe(401)
})

test('the trail tells tokens of one name apart', async () => {
  const makeOne = async (token: string) => {
    const { viewer: asked } = await viewer(token)
    const query = `mutation { createApiToken(name: "twin", role: ADMIN, tenantId: "${own.id}") { token } }`
    const { data } = (await (await ask(token, query)).json()) as {
      data: { createApiToken: { token: string } }
    }
    const event = await newestEvent()
    expect(event).toMatchObject({ actor: asked?.['name'], details: { name: 'twin', role: 'ADMIN' } })
    expect(event.details.by).toEqual({
      token: decodeNodeId(String(asked?.['tokenId']))?.id,
      role: asked?.['role'],
    })
    return { token: data.createApiToken.token, by: event.details.by.token }
  }
  const newestEvent = async () => {
    const { tenant } = await room.data<{
      tenant: { auditEvents: { nodes: [{ actor: string; details: { by: { token: string } } }] } }
    }>(own.READER, '{ tenant { auditEvents(first: 1) { nodes { actor details } } } }')
    return tenant.auditEvents.nodes[0]
  }
  await makeOne(STAFF_TOKEN)
  const one = await makeOne((await makeOne(own.ADMIN)).token)
  const other = await makeOne((await makeOne(own.ADMIN)).token)
  expect(one.by).not.toBe(other.by)
})

test('streams of the configured token of staff end when another one takes its place', async () => {
  await putStaffToken(room.database, 'ndt_a-leaked-staff-token')
  const query = `subscription { imports(tenantId: "${own.id}") { status } }`
  const stream = await openEvents(fetch, url, 'ndt_a-leaked-staff-token', query)
  expect(await stream.next()).toEqual({ status: 'RUNNING' })
  await putStaffToken(room.database, STAFF_TOKEN)
  expect(await withinPromise([stream])).toEqual(['complete'])
})
